#include "report/views/kata_words.h"

#include "report/views/native_words.h"

namespace ws {

std::string_view kata_join(std::string_view join) { return join == "settled" ? "all" : join; }

std::string_view kata_failure_mode(std::string_view on_first_failure, std::string_view fail_if) {
  if (fail_if != "any") return "continue";
  return on_first_failure == "cancel" ? "fail_all" : "fail_first";
}

std::string_view kata_task_state(std::string_view state) {
  if (is_success_word(state)) return "completed";
  if (is_failure_word(state)) return "failed";
  if (is_running_word(state)) return "running";
  return state == "skipped" || state == "cancelled" ? "canceled" : "pending";
}

std::string_view kata_phase_state(const KataPhase& phase) {
  const std::string_view task = kata_task_state(phase.state);
  if (task != "canceled") return task;
  return phase.has_run ? "failed" : "pending";
}

}  // namespace ws
