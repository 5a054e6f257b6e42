#include "platform/child_fixture.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include "platform/process_setup.h"
#include "support/catch.h"

namespace ws::test {

std::string helper(const std::string& name) {
  return std::string(WORKSTREAM_BUILD_DIR) + "/tests/helpers/" + name;
}

std::size_t open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd"))
    ++count;
  return count;
}

std::vector<int> own_children() {
  std::vector<int> pids;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream in(task.path() / "children");
    for (int pid = 0; in >> pid;) pids.push_back(pid);
  }
  return pids;
}

bool exists(int pid) { return ::kill(pid, 0) == 0; }

ChildFixture::ChildFixture() : base({{"PATH", "/usr/bin:/bin"}, {"HOME", "/"}}) {
  REQUIRE(prepare_this_process().has_value());
}

ChildSpec ChildFixture::spec(std::vector<std::string> argv) {
  EnvironmentBlock environment(base);
  environment.set("TEST_MARK", std::to_string(next_mark++));
  std::string program = argv.front();
  return ChildSpec{std::move(program), std::move(argv), std::move(environment), {}, {}, {}};
}

RecordingListener ChildFixture::run(ChildSpec child_spec) {
  RecordingListener listener(loop);
  const ChildProcess child(host, std::move(child_spec), listener);
  loop.run();
  return listener;
}

}  // namespace ws::test
