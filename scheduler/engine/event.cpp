#include "engine/event.h"

#include <array>

namespace ws {
namespace {

constexpr std::array<std::string_view, 8> kStopWhys = {"timeout",    "run_timeout", "interrupted",
                                                       "terminated", "hang_up",     "fail_fast",
                                                       "killed",     "store_failed"};
static_assert(kStopWhys[static_cast<std::size_t>(StopWhy::store_failed)] == "store_failed");

constexpr std::array<std::string_view, 11> kFacts = {
    "run_started",      "attempt_started",     "attempt_running", "attempt_stopping",
    "attempt_finished", "acceptance_finished", "step_finished",   "step_skipped",
    "group_joined",     "stop_requested",      "run_finished"};
static_assert(kFacts.size() == std::variant_size_v<Fact>);

}  // namespace

std::string_view name(StopWhy why) { return kStopWhys[static_cast<std::size_t>(why)]; }
std::string_view name(const Fact& fact) { return kFacts[fact.index()]; }

}  // namespace ws
