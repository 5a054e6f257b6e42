#include "cli/local_options.h"

#include "cli/keeping.h"
#include "platform/machine.h"

namespace ws::cli {

LocalOptions local_options(const Plan& plan, const SessionWish& wish) {
  LocalOptions options;
  options.run_id = wish.run_id;
  if (auto directory = current_directory(); directory.has_value()) options.start_dir = *directory;
  options.state_dir = wish.layout.state_dir().string();
  options.attempt_dir = [&plan, &wish](AttemptKey key) {
    const std::string& id = plan.workstream_of(key.node).id;
    const Step* step = plan.step_if_any(key.node);
    return step != nullptr
               ? wish.layout.attempt_dir(id, wish.run_id, plan.short_name(key.node), key.attempt)
                     .string()
               : wish.layout.acceptance_dir(id, wish.run_id, key.attempt).string();
  };
  options.run_dir = [&plan, &wish](NodeId node) {
    return wish.layout.run_dir(plan.workstream_of(node).id, wish.run_id).string();
  };
  options.environment = environment_of_steps(wish.keeper);
  options.keeper = wish.keeper;
  return options;
}

}  // namespace ws::cli
