#include "cli/exit_code.h"

namespace ws::cli {
namespace {

std::optional<ExitCode> of_stop(StopWhy why) {
  switch (why) {
    case StopWhy::interrupted:
      return ExitCode::interrupted;
    case StopWhy::terminated:
    case StopWhy::hang_up:
    case StopWhy::cancelled:
      return ExitCode::terminated;
    case StopWhy::quit:
      return ExitCode::quit;
    case StopWhy::drained:
      return ExitCode::stopped_resumable;
    case StopWhy::run_timeout:
      return ExitCode::run_timed_out;
    case StopWhy::timeout:
    case StopWhy::fail_fast:
    case StopWhy::killed:
    case StopWhy::store_failed:
    case StopWhy::not_needed:
    case StopWhy::group_failed:
    case StopWhy::group_timeout:
    case StopWhy::rollback_timeout:
    case StopWhy::step_cancelled:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

ExitCode verdict(const VerdictFacts& facts, const VerdictWishes& wishes) {
  if (facts.has_store_error) return ExitCode::world_failed;
  if (facts.stop) {
    if (const auto code = of_stop(*facts.stop)) return *code;
  }
  switch (facts.status) {
    case RunStatus::succeeded:
      break;
    case RunStatus::completed_with_errors:
      if (wishes.is_failing_on_errors) return ExitCode::failed;
      break;
    case RunStatus::running:
    case RunStatus::failed:
    case RunStatus::timed_out:
    case RunStatus::cancelled:
    case RunStatus::rolled_back:
    case RunStatus::partially_rolled_back:
    case RunStatus::crashed:
      return ExitCode::failed;
  }
  const bool is_unchecked = wishes.is_strict_acceptance && facts.has_unverified;
  return is_unchecked ? ExitCode::unverified : ExitCode::success;
}

}  // namespace ws::cli
