#include "cli/local_options.h"

#include "cli/keeping.h"
#include "platform/files.h"
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
  options.log_cap = wish.settings.log_limit;
  return options;
}

std::function<std::string(AttemptKey)> earlier_attempt_dirs(const Plan& plan,
                                                            const SessionWish& wish,
                                                            const Resume& resume) {
  return [&plan, &wish, &resume](AttemptKey key) -> std::string {
    const Step* step = plan.step_if_any(key.node);
    const EarlierStep* earlier = resume.interrupted(key.node);
    if (step == nullptr || earlier == nullptr || earlier->attempts != key.attempt) return {};
    // The same item may have another number now, and another item its old one.
    if (earlier->item != plan.node(key.node).item) return {};
    // Attempts are counted on from run to run: only one of them made this one.
    const std::vector<std::string>& runs = resume.earlier().run_ids();
    for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
      std::string directory = wish.layout
                                  .attempt_dir(plan.workstream_of(key.node).id, *run,
                                               plan.short_name(key.node), key.attempt)
                                  .string();
      if (is_directory(directory)) return directory;
    }
    return {};
  };
}

}  // namespace ws::cli
