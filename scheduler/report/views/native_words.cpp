#include "report/views/native_words.h"

#include "engine/outcome.h"

namespace ws {

bool is_success_word(std::string_view state) {
  return state == name(StepState::succeeded) || state == name(StepState::noop) ||
         state == name(StepState::unverified) || state == name(StepState::compensated);
}

bool is_failure_word(std::string_view state) {
  return state == name(StepState::failed) || state == name(StepState::timed_out);
}

bool is_settled_word(std::string_view state) {
  return is_success_word(state) || is_failure_word(state) || state == name(StepState::skipped) ||
         state == name(StepState::cancelled);
}

bool is_running_word(std::string_view state) {
  return state == name(StepState::running) || state == name(StepState::backing_off);
}

}  // namespace ws
