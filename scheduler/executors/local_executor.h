// Runs attempts as processes on this machine.
//
// Knows how an attempt becomes a process: environment, directories, prompt and script files, log,
// output patterns. Does not know why it is started, stopped or judged (engine/), and not how a
// process is made (platform/). Made by cli/run before it adds Engine::turn() to the loop.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/secrets.h"
#include "engine/roles.h"
#include "executors/output_matcher.h"
#include "executors/waits.h"
#include "model/invocation.h"
#include "model/plan.h"
#include "model/tool_profile.h"
#include "platform/child_process.h"
#include "platform/event_loop.h"

namespace ws {

// The environment variable that differs for each attempt and is inherited by all that it starts:
// its directory, inside its workstream's run directory.
inline constexpr const char* kStepMark = "STEP_DIR";

struct LocalOptions {
  std::string run_id;
  std::string start_dir;  // absolute: where the run was started
  std::string state_dir;  // what is written there, no step has touched; counts from start_dir
  // Where an attempt keeps its files, and where its workstream's run does. Relative ones count from
  // start_dir. Made when there is something to put in.
  std::function<std::string(AttemptKey)> attempt_dir;
  std::function<std::string(NodeId)> run_dir;
  // Where an attempt of an earlier run, which this one goes on with, keeps its files; empty: it
  // left none. Null: there is no earlier run.
  std::function<std::string(AttemptKey)> earlier_attempt_dir = {};
  EnvironmentList environment;                    // what steps inherit
  std::uint64_t log_cap = 1024ULL * 1024 * 1024;  // bytes kept of each attempt's output
  StopLadder stop_ladder = default_stop_ladder();
  // Hidden in logs, commands and what is said about an attempt; of a program's environment and
  // results the values are learned whose names are secret. Null: there are none.
  Secrets* secrets = nullptr;
  std::optional<OpenFileLimit> open_files;             // what steps may open; empty: as many as we
  unsigned launch_threads = default_launch_threads();  // besides the loop
  Keeper* keeper = nullptr;                            // borrowed; its mark is in `environment`
  std::function<void(const std::string&)> on_shortage = {};  // child_host.h
};

class LocalExecutor final : public Executor {
 public:
  // Borrowed: plan, tools and loop must outlive it. The process must have been prepared
  // (platform/process_setup.h).
  LocalExecutor(const Plan& plan, const ToolBook& tools, EventLoop& loop, LocalOptions options);
  // Kills and reaps what still runs.
  ~LocalExecutor() override;

  // Before the first start().
  void report_to(AttemptListener& listener) { listener_ = &listener; }

  void start(AttemptKey key, const RunValues& values) override;
  void stop(AttemptKey key, StopWhy why) override;
  [[nodiscard]] std::string command_text(AttemptKey key, const RunValues& values) const override;

  // The last line with text that the attempt wrote, raw; empty when it wrote none or does not run.
  [[nodiscard]] std::string_view last_line(AttemptKey key) const;

  // Everything that runs stands still until it is let go on (Ctrl-Z); see ChildHost::freeze(). To
  // be called around EventLoop::skip().
  void freeze() { host_.freeze(); }
  void thaw();

  // For what else the run starts (cli/notifier): a process has one host, because each takes
  // strangers among its children for orphans.
  [[nodiscard]] ChildHost& host() { return host_; }

 private:
  class Attempt;

  // Everything before the process: the spec, or why there can be none.
  [[nodiscard]] Result<void> prepare(Attempt& attempt, Invocation& invocation,
                                     const RunValues& values);
  [[nodiscard]] Result<void> tell(Attempt& attempt, const RunValues& values);
  [[nodiscard]] Result<void> set_program(Attempt& attempt, const Invocation& invocation);
  void watch(Attempt& attempt);
  [[nodiscard]] Result<void> write_files(Attempt& attempt, const Invocation& invocation);
  Result<void> make_run_dir(const std::string& directory);
  [[nodiscard]] Result<std::string> output_file_of(AttemptKey key);
  [[nodiscard]] std::string directory_of_attempt(AttemptKey key) const;
  [[nodiscard]] Result<std::string> directory_before(AttemptKey key);
  [[nodiscard]] std::string working_dir_of(const Invocation& invocation) const;
  void set_variables(Attempt& attempt) const;
  void learn_secrets(const Invocation& invocation) const;
  // Attempts without a process.
  void expand(AttemptKey key, const RunValues& values);
  void look_for_artifact(AttemptKey key, const AcceptanceTest& test, const Invocation& invocation,
                         const RunValues& values);
  [[nodiscard]] static AttemptResult not_started(const Error& error);
  void end_soon(AttemptKey key, AttemptResult result);
  void end_now(AttemptKey key, AttemptResult result);

  const Plan& plan_;
  const ToolBook& tools_;
  EventLoop& loop_;
  LocalOptions options_;
  EnvironmentBase base_;
  PatternBook patterns_;
  std::map<std::uint32_t, std::string> run_dirs_;  // made, by workstream
  bool has_older_steps_ = false;                   // some of them had steps before this run
  // The first of each node in this run; only kept when there is an earlier one.
  std::unordered_map<NodeId, std::uint32_t> first_attempts_;
  AttemptListener* listener_ = nullptr;
  ChildHost host_;
  Waits waits_;
  std::map<AttemptKey, std::unique_ptr<Attempt>> attempts_;  // dies before the host
  std::shared_ptr<bool> alive_;                              // for tasks still in the loop's queue
};

}  // namespace ws
