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

TEST_CASE("without a free descriptor a start waits until there is one") {
  LocalWorld world("a", with_argv({helper("exit_with"), "0"}));
  std::vector<std::string> told;
  world.options.on_shortage = [&](const std::string& text) { told.push_back(text); };
  // The undefined-behaviour sanitizer opens a pipe when it checks a type for the first time.
  CHECK(text_of(world.run("a").outcome) == "exit 0");
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit few{64, before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &few);
  std::vector<UniqueFd> fillers;
  for (int fd = ::dup(0); fd >= 0; fd = ::dup(0)) fillers.emplace_back(fd);
  const std::size_t filled = fillers.size();

  bool is_held = false;
  world.seen.on_held = [&](AttemptKey) { is_held = true; };
  world.loop.on_batch_end([&] {
    if (is_held && !fillers.empty()) fillers.pop_back();
  });
  CHECK(text_of(world.run("a").outcome) == "exit 0");
  CHECK(is_held);
  // Two ends of a pipe, two descriptors of the process: no try with fewer can have succeeded.
  CHECK(filled - fillers.size() >= 4);
  fillers.clear();
  ::setrlimit(RLIMIT_NOFILE, &before);
  CHECK(told ==
        std::vector<std::string>{"out of open files (ulimit -n: 64): holding back, 0 running"});
  CHECK(own_children().empty());
}

TEST_CASE("an attempt that waits for room can be stopped") {
  LocalWorld world("a", with_argv({helper("exit_with"), "0"}));
  CHECK(text_of(world.run("a").outcome) == "exit 0");
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit few{64, before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &few);
  std::vector<UniqueFd> fillers;
  for (int fd = ::dup(0); fd >= 0; fd = ::dup(0)) fillers.emplace_back(fd);

  world.seen.on_held = [&](AttemptKey key) {
    world.loop.post([&world, key] { world.executor->stop(key, StopWhy::interrupted); });
  };
  CHECK(text_of(world.run("a").outcome) == "not started: stopped while it waited for room");
  fillers.clear();
  ::setrlimit(RLIMIT_NOFILE, &before);
}

TEST_CASE("a state directory that cannot be made is an error") {
  LocalWorld world("a", with_argv({helper("exit_with"), "0"}));
  world.options.run_dir = [](NodeId) { return "/proc/nowhere"; };
  CHECK(text_of(world.run("a").outcome) ==
        "not started: cannot make the directory '/proc/nowhere': No such file or directory");
}
