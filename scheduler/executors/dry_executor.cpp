#include "executors/dry_executor.h"

#include <utility>

#include "executors/attempt_command.h"
#include "executors/expansion.h"

namespace ws {

void DryExecutor::start(AttemptKey key, const RunValues& values) {
  AttemptResult result{Exited{0}, {}};
  if (key.is_expansion()) {
    // A file that an earlier step would have made is not there: then there are no items to show.
    if (Result<std::vector<std::string>> items = read_items(plan_, key, values, "."))
      result.items = std::move(*items);
  } else if (key.part == 0) {
    const SuccessRule rule = success_rule_of(plan_, tools_, key.node);
    if (!rule.allows_exit(0)) result.outcome = Exited{rule.exit_codes.front()};
  }
  loop_.post([this, alive = std::weak_ptr<bool>(alive_), key, result = std::move(result)] {
    if (!alive.expired()) listener_->attempt_ended(key, result);
  });
}

void DryExecutor::stop(AttemptKey /*key*/, StopWhy /*why*/) {}

std::string DryExecutor::command_text(AttemptKey key, const RunValues& values) const {
  return command_text_of(plan_, tools_, key, values);
}

}  // namespace ws
