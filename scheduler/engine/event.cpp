#include "engine/event.h"

#include <array>

namespace ws {
namespace {

constexpr std::array<std::string_view, 16> kStopWhys = {
    "timeout",    "run_timeout",  "interrupted",    "terminated",
    "hang_up",    "fail_fast",    "killed",         "store_failed",
    "not_needed", "group_failed", "group_timeout",  "rollback_timeout",
    "quit",       "cancelled",    "step_cancelled", "drained"};
static_assert(kStopWhys[static_cast<std::size_t>(StopWhy::drained)] == "drained");

constexpr std::array<std::string_view, 26> kFacts = {
    "run_started",      "attempt_started",     "attempt_running",  "attempt_stopping",
    "attempt_finished", "acceptance_finished", "step_finished",    "step_skipped",
    "group_joined",     "stop_requested",      "run_finished",     "outputs_collected",
    "retry_scheduled",  "breaker_opened",      "breaker_closed",   "group_began",
    "fan_out_expanded", "group_decided",       "group_restarted",  "run_paused",
    "run_resumed",      "workers_changed",     "rollback_started", "compensation_finished",
    "attempts_resumed", "round_resumed"};
static_assert(kFacts.size() == std::variant_size_v<Fact>);

}  // namespace

std::string_view name(StopWhy why) { return kStopWhys[static_cast<std::size_t>(why)]; }
bool is_user_stop(StopWhy why) {
  switch (why) {
    case StopWhy::interrupted:
    case StopWhy::terminated:
    case StopWhy::hang_up:
    case StopWhy::quit:
    case StopWhy::cancelled:
      return true;
    case StopWhy::timeout:
    case StopWhy::run_timeout:
    case StopWhy::fail_fast:
    case StopWhy::killed:
    case StopWhy::store_failed:
    case StopWhy::not_needed:
    case StopWhy::group_failed:
    case StopWhy::group_timeout:
    case StopWhy::rollback_timeout:
    case StopWhy::step_cancelled:
    case StopWhy::drained:
      return false;
  }
  return false;
}

std::string_view name(const Fact& fact) { return kFacts[fact.index()]; }

}  // namespace ws
