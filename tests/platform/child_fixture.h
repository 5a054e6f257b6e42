// What tests of children share: a loop with a host, a listener that remembers, and the questions
// asked afterwards: is a process left, is a descriptor left.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/child_process.h"
#include "platform/event_loop.h"
#include "support/catch.h"

namespace ws::test {

// Path of a helper program (tests/support/helpers).
[[nodiscard]] std::string helper(const std::string& name);

[[nodiscard]] std::size_t open_descriptors();
// Our children that are there, zombies included.
[[nodiscard]] std::vector<int> own_children();
[[nodiscard]] bool exists(int pid);

// Before the fixture: checks after it that no process and no descriptor is left.
class NothingLeft {
 public:
  NothingLeft() : before_(open_descriptors()) {}
  ~NothingLeft() {
    CHECK(own_children().empty());
    CHECK(open_descriptors() == before_);
  }
  NothingLeft(const NothingLeft&) = delete;
  NothingLeft& operator=(const NothingLeft&) = delete;

 private:
  std::size_t before_;
};

class RecordingListener final : public ChildListener {
 public:
  explicit RecordingListener(EventLoop& loop) : loop_(loop) {}

  void child_running(const ProcessStamp& stamp) override { running = stamp; }
  void child_output(std::string_view bytes) override {
    bytes_seen += bytes.size();
    if (output.size() < 65536) output += bytes;
    if (on_output) on_output();
  }
  void child_stdout(std::string_view bytes) override { stdout_seen += bytes; }
  void child_ended(const ChildEnd& child_end) override {
    end = child_end;
    loop_.stop();
  }
  void child_not_started(const Error& error) override {
    failure = error.message;
    loop_.stop();
  }

  std::optional<ProcessStamp> running;
  std::string output;
  std::string stdout_seen;
  std::size_t bytes_seen = 0;
  std::optional<ChildEnd> end;
  std::string failure;
  std::function<void()> on_output;

 private:
  EventLoop& loop_;
};

// One loop, one host, an environment with a mark.
struct ChildFixture {
  ChildFixture();

  EventLoop loop;
  EnvironmentBase base;
  ChildHost host{loop, "TEST_MARK", {.launch_threads = default_launch_threads()}};
  int next_mark = 1;

  [[nodiscard]] ChildSpec spec(std::vector<std::string> argv);
  // Runs one child to its end.
  RecordingListener run(ChildSpec child_spec);
  RecordingListener run(std::vector<std::string> argv) { return run(spec(std::move(argv))); }
};

}  // namespace ws::test
