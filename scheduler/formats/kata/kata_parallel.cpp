#include "formats/kata/kata_parallel.h"

#include <fmt/format.h>

#include "formats/kata/kata_variables.h"
#include "model/datum.h"

namespace ws {

bool needs_kata_check(const KataAction& parallel) {
  return parallel.join != KataJoin::all && parallel.failure == KataFailure::go_on &&
         parallel.timeout > Duration::zero();
}

GroupRule kata_rule(const KataAction& parallel) {
  GroupRule rule;
  rule.timeout = parallel.timeout;
  rule.is_policy_explicit = parallel.failure.has_value();
  switch (parallel.join) {
    case KataJoin::all:
      break;
    case KataJoin::any:
      rule.join = Join::any;
      rule.losers = Losers::background;
      break;
    case KataJoin::first:
      rule.join = Join::first;
      rule.losers = Losers::cancel;
      break;
  }
  switch (parallel.failure.value_or(KataFailure::on_any)) {
    case KataFailure::on_any:
      break;
    case KataFailure::on_first:
      rule.on_first_failure = OnFirstFailure::drain;
      break;
    case KataFailure::go_on:
      rule.on_first_failure = OnFirstFailure::drain;
      // A race nobody can win any more has failed, whatever it tolerates.
      if (parallel.join == KataJoin::all || needs_kata_check(parallel)) rule.fail_if = FailIf::none;
      break;
  }
  return rule;
}

Group kata_children(const KataAction& parallel, const KataActionIds& ids,
                    std::vector<Dependency> before) {
  Group group;
  group.id = ids.id;
  group.place = parallel.place;
  group.depends_on = std::move(before);
  group.rule = kata_rule(parallel);
  for (std::size_t m = 0; m < ids.members.size(); ++m)
    group.members.push_back(
        {ids.members[m], DependencyOn::success, parallel.members[m].kata.place});
  return group;
}

Step kata_joined(const KataAction& parallel, const KataActionIds& ids) {
  Step step;
  step.id = ids.joined;
  step.place = parallel.place;
  step.depends_on.push_back({ids.id, DependencyOn::done, parallel.place});
  const std::string aggregate = "${" + kata_step_path(ids.id) + ".aggregate.";
  const Datum results{aggregate + "results}"};
  const Datum errors{aggregate + "errors}"};
  const Datum all{Datum::Map{{"results", results},
                             {"errors", errors},
                             {"totalChildren", Datum{aggregate + "total}"}},
                             {"successCount", Datum{aggregate + "succeeded}"}},
                             {"failureCount", Datum{aggregate + "failed}"}},
                             {"timestamp", Datum{aggregate + "timestamp}"}}}};
  auto& values = step.edit_details().values;
  values.emplace_back("parallel_results", to_json(results));
  values.emplace_back("parallel_errors", to_json(errors));
  values.emplace_back("parallel_aggregated", to_json(all));
  return step;
}

std::pair<Group, Step> kata_check(const KataAction& parallel, const KataActionIds& ids) {
  Step step;
  step.id = ids.check + ".fail";
  step.place = parallel.place;
  step.action =
      CommandAction{failing_with("no kata of `spawn parallel` succeeded"), parallel.place};
  const std::string aggregate = kata_step_path(ids.id) + ".aggregate";
  step.edit_details().when =
      fmt::format("{0}.succeeded == 0 and {0}.duration_ms < {1}", aggregate,
                  std::chrono::duration_cast<std::chrono::milliseconds>(parallel.timeout).count());
  step.edit_details().when_place = parallel.place;
  Group group;
  group.id = ids.check;
  group.place = parallel.place;
  group.rule.execute = Execute::sequential;
  group.depends_on.push_back({ids.id, DependencyOn::success, parallel.place});
  group.members.push_back({step.id, DependencyOn::success, parallel.place});
  return {std::move(group), std::move(step)};
}

}  // namespace ws
