#include "executors/dry_executor.h"

#include "executors/attempt_command.h"

namespace ws {

void DryExecutor::start(AttemptKey key, const RunValues& /*values*/) {
  loop_.post([this, alive = std::weak_ptr<bool>(alive_), key] {
    if (!alive.expired()) listener_->attempt_ended(key, {Exited{0}, {}});
  });
}

void DryExecutor::stop(AttemptKey /*key*/, StopWhy /*why*/) {}

std::string DryExecutor::command_text(AttemptKey key, const RunValues& values) const {
  return command_text_of(plan_, tools_, key, values);
}

}  // namespace ws
