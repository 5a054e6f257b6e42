// Kata's words for states and rules (FORMATS.md 2.2, 2.3), for its view and its events.
//
// From the native words (engine/outcome.h, report/group_text.h). Knows no result and no event.
#pragma once

#include <string_view>

namespace ws {

// "all", "any", "first"; all of a settled group have ended too.
[[nodiscard]] std::string_view kata_join(std::string_view join);
// "fail_all", "fail_first", "continue".
[[nodiscard]] std::string_view kata_failure_mode(std::string_view on_first_failure,
                                                 std::string_view fail_if);

// "pending", "running", "completed", "failed" or "canceled"; who waits is told by its actions.
[[nodiscard]] std::string_view kata_task_state(std::string_view state);
// "pending", "running", "completed" or "failed". A phase that was never entered is pending; one
// that a stop ended has failed.
struct KataPhase {
  std::string_view state;
  bool has_run = false;
};
[[nodiscard]] std::string_view kata_phase_state(const KataPhase& phase);

}  // namespace ws
