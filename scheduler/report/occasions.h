// The occasions of `error_handling`: which hooks an event calls, and what their messages say.
//
// Pure; knows no command and no file: decides and words. Who is told (a command, the log, a
// directory of diagnostics) is up to the callers. Used by the log and by cli's notifier and
// diagnostics.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/run_state.h"
#include "engine/run_values.h"

namespace ws {

// What messages may tell and the fold does not know.
struct MessageFacts {
  InputValues inputs;
  // Where a workstream (an index into Workset::workstreams) keeps its runs; null: nowhere.
  std::function<std::string(std::uint32_t)> worktree_path;
};

struct Notice {
  std::string_view occasion;        // "on_failure", "on_retry", …; "run_finished", "step_failed"
  const ErrorHook* hook = nullptr;  // null: nobody wrote one
  NodeId about;                     // a step, or a gate; invalid: the run
  std::uint32_t attempt = 0;        // 0: of no attempt
  std::string why;
  std::string message;  // the hook's template, filled; else a sentence of ours
};

// The hooks that exist for the event, in the order of model/policy.h.
[[nodiscard]] std::vector<Notice> notices_of(const Event& event, const RunState& state,
                                             const MessageFacts& facts = {});
// What --notify-cmd is told where no file says anything: failed steps and the end of the run.
[[nodiscard]] std::vector<Notice> plain_notices_of(const Event& event, const RunState& state);

[[nodiscard]] bool is_written(const ErrorHook& hook);
// Some workstream of the plan has a hook.
[[nodiscard]] bool has_hooks(const Plan& plan);

// The notice as JSON, on one line: for a command's standard input.
[[nodiscard]] std::string notice_json(const Notice& notice, const Event& event,
                                      const RunState& state);

}  // namespace ws
