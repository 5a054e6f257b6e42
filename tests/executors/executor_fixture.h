// A small world for executors: one plan, a loop, a listener that remembers, a temporary state
// directory.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/roles.h"
#include "engine/run_state.h"
#include "engine/run_values.h"
#include "executors/local_executor.h"
#include "platform/event_loop.h"
#include "support/mini.h"
#include "support/temp_dir.h"

namespace ws::test {

// Stops the loop when as many attempts have ended as were expected.
class RecordingAttempts final : public AttemptListener {
 public:
  explicit RecordingAttempts(EventLoop& loop) : loop_(loop) {}

  void attempt_running(AttemptKey key, ProcessIdentity process) override {
    running.emplace_back(key, process);
    if (on_running) on_running(key);
  }
  void attempt_held(AttemptKey key) override {
    if (on_held) on_held(key);
  }
  void attempt_ended(AttemptKey key, AttemptResult result) override {
    ended.emplace_back(key, std::move(result));
    if (ended.size() == expected) loop_.stop();
  }

  std::vector<std::pair<AttemptKey, ProcessIdentity>> running;
  std::vector<std::pair<AttemptKey, AttemptResult>> ended;
  std::size_t expected = 1;
  std::function<void(AttemptKey)> on_running;
  std::function<void(AttemptKey)> on_held;

 private:
  EventLoop& loop_;
};

// "exit 3", "signal 9", "not started: …".
[[nodiscard]] std::string text_of(const Outcome& outcome);

struct LocalWorld {
  // The plan of support/mini.h; `edit` may give steps commands and details before it is lowered.
  explicit LocalWorld(const std::string& text,
                      const std::function<void(Workstream&)>& edit = nullptr);

  void make_executor();
  [[nodiscard]] NodeId node(const std::string& name) const;
  [[nodiscard]] std::string dir(AttemptKey key) const;
  // Runs one attempt to its end.
  AttemptResult run(AttemptKey key);
  // What steps may refer to: the state of a run in which nothing has happened yet.
  [[nodiscard]] const RunValues& values();
  AttemptResult run(const std::string& step) { return run({node(step), 1, 0}); }

  TempDir temp;
  Workset workset;
  std::optional<Plan> plan;
  ToolBook tools;
  EventLoop loop;
  LocalOptions options;
  RecordingAttempts seen{loop};
  std::unique_ptr<LocalExecutor> executor;
  InputValues inputs;
  std::unique_ptr<RunState> state;
  std::unique_ptr<RunValues> values_if_any;
};

// A workstream of one step `a` with that command.
[[nodiscard]] std::function<void(Workstream&)> with_command(Command command);
[[nodiscard]] std::function<void(Workstream&)> with_argv(std::vector<std::string> argv);
[[nodiscard]] std::function<void(Workstream&)> with_line(std::string line);

}  // namespace ws::test
