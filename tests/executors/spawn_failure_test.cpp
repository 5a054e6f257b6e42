// Every way not to start: the message says what was tried and why it failed.
#include <filesystem>
#include <sys/resource.h>
#include <sys/stat.h>

#include "executors/executor_fixture.h"
#include "platform/child_fixture.h"
#include "platform/unique_fd.h"
#include "support/catch.h"
#include "support/golden.h"

using namespace ws;
using namespace ws::test;

namespace {

// The message for one step, with the temporary directory's name taken out.
std::string failure(const std::function<void(Workstream&)>& edit,
                    const std::function<void(LocalWorld&)>& arrange = nullptr) {
  LocalWorld world("a", edit);
  if (arrange) arrange(world);
  std::string text = text_of(world.run("a").outcome);
  INFO(text);
  CHECK(world.seen.running.empty());
  CHECK(std::filesystem::exists(world.dir({world.node("a"), 1, 0}) + "/cmd"));
  const std::string dir = world.temp.path();
  for (std::size_t at = text.find(dir); at != std::string::npos; at = text.find(dir))
    text.replace(at, dir.size(), "DIR");
  return text + "\n";
}

std::function<void(LocalWorld&)> with_file(const std::string& name, const std::string& text,
                                           unsigned mode) {
  return [=](LocalWorld& world) { ::chmod(world.temp.write(name, text).c_str(), mode); };
}

std::function<void(Workstream&)> in_directory(const std::string& working_dir,
                                              std::vector<std::string> argv) {
  return [=](Workstream& workstream) {
    with_argv(argv)(workstream);
    workstream.steps[0].edit_details().working_dir = working_dir;
  };
}

}  // namespace

TEST_CASE("what cannot be started is explained") {
  std::string all;
  all += failure(with_argv({"no-such-program"}));
  all += failure(with_argv({"/no/such/program"}));
  all += failure(in_directory(".", {"./missing"}));
  all += failure(with_argv({"/usr"}));
  all += failure(in_directory(".", {"./plain"}), with_file("plain", "text", 0644));
  all += failure(in_directory(".", {"./script"}),
                 with_file("script", "#!/no/such/interpreter -x\n", 0755));
  all += failure(in_directory(".", {"./garbage"}),
                 with_file("garbage", std::string("\0\1\2", 3), 0755));
  all += failure(in_directory("no/such/dir", {"true"}));
  all += failure(with_argv({""}));
  all += failure([](Workstream& workstream) {
    with_argv({"true"})(workstream);
    workstream.steps[0].edit_details().stdin_file = "missing.txt";
  });
  all += failure([](Workstream& workstream) {
    with_argv({"true"})(workstream);
    workstream.steps[0].edit_details().success.require_output = {"("};
  });
  all += failure(with_argv({"true", std::string(200000, 'x')}));
  check_golden("spawn_failures.txt", all);
}

TEST_CASE("a tool without a profile is an error even here") {
  LocalWorld world("a", [](Workstream& workstream) {
    workstream.steps[0].action = ToolAction{"nobody", {}, {"do"}};
  });
  CHECK(text_of(world.run("a").outcome) == "not started: no tool profile is named 'nobody'");
}

TEST_CASE("no descriptors left is an error, not a crash") {
  LocalWorld world("a", with_argv({helper("exit_with"), "0"}));
  // The undefined-behaviour sanitizer opens a pipe when it checks a type for the first time.
  CHECK(text_of(world.run("a").outcome) == "exit 0");
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit few{64, before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &few);
  std::vector<UniqueFd> fillers;
  for (int fd = ::dup(0); fd >= 0; fd = ::dup(0)) fillers.emplace_back(fd);

  std::string first;
  int failures = 0;
  for (std::string text; text != "exit 0"; fillers.pop_back()) {
    REQUIRE_FALSE(fillers.empty());
    text = text_of(world.run("a").outcome);
    if (first.empty()) first = text;
    if (text == "exit 0") break;
    ++failures;
    CHECK(text.ends_with("Too many open files (the limit of open files: ulimit -n)"));
  }
  fillers.clear();
  ::setrlimit(RLIMIT_NOFILE, &before);
  CHECK(
      first ==
      "not started: cannot make a pipe: Too many open files (the limit of open files: ulimit -n)");
  CHECK(failures == 4);  // two ends of a pipe, two descriptors of the process
  CHECK(own_children().empty());
}

TEST_CASE("a state directory that cannot be made is an error") {
  LocalWorld world("a", with_argv({helper("exit_with"), "0"}));
  world.options.run_dir = [](NodeId) { return "/proc/nowhere"; };
  CHECK(text_of(world.run("a").outcome) ==
        "not started: cannot make the directory '/proc/nowhere': No such file or directory");
}
