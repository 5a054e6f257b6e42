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

// This process without a free descriptor. While it holds no CHECK is made: the undefined-behaviour
// sanitizer opens a pipe when it looks at a type for the first time, and takes a failure for a bug.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit few{64, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &few);
    for (int fd = ::dup(0); fd >= 0; fd = ::dup(0)) fillers_.emplace_back(fd);
  }
  ~NoDescriptors() { give_back_all(); }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;

  void give_back_one() {
    if (fillers_.empty()) return;
    fillers_.pop_back();
    ++given_back_;
  }
  void give_back_all() {
    fillers_.clear();
    ::setrlimit(RLIMIT_NOFILE, &before_);
  }
  int given_back() const { return given_back_; }

 private:
  rlimit before_{};
  std::vector<UniqueFd> fillers_;
  int given_back_ = 0;
};

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
  NoDescriptors none;

  bool is_held = false;
  world.seen.on_held = [&](AttemptKey) { is_held = true; };
  world.loop.on_batch_end([&] {
    if (is_held) none.give_back_one();
  });
  const std::string outcome = text_of(world.run("a").outcome);
  none.give_back_all();
  CHECK(outcome == "exit 0");
  CHECK(is_held);
  // Two ends of a pipe, two descriptors of the process: no try with fewer can have succeeded.
  CHECK(none.given_back() >= 4);
  CHECK(told ==
        std::vector<std::string>{"out of open files (ulimit -n: 64): holding back, 0 running"});
  CHECK(own_children().empty());
}

TEST_CASE("an attempt that waits for room can be stopped") {
  LocalWorld world("a", with_argv({helper("exit_with"), "0"}));
  CHECK(text_of(world.run("a").outcome) == "exit 0");
  NoDescriptors none;

  world.seen.on_held = [&](AttemptKey key) {
    world.loop.post([&world, key] { world.executor->stop(key, StopWhy::interrupted); });
  };
  const std::string outcome = text_of(world.run("a").outcome);
  none.give_back_all();
  CHECK(outcome == "not started: stopped while it waited for room");
}

TEST_CASE("a state directory that cannot be made is an error") {
  LocalWorld world("a", with_argv({helper("exit_with"), "0"}));
  world.options.run_dir = [](NodeId) { return "/proc/nowhere"; };
  CHECK(text_of(world.run("a").outcome) ==
        "not started: cannot make the directory '/proc/nowhere': No such file or directory");
}
