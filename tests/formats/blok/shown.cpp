#include "shown.h"

#include <fmt/format.h>

#include "base/duration.h"

namespace ws::test {
namespace {

std::string names(const std::vector<Dependency>& list) {
  std::string out;
  for (const Dependency& one : list) out += (out.empty() ? "" : " ") + one.name;
  return out;
}

std::string words(const std::vector<std::string>& list) {
  std::string out;
  for (const std::string& one : list) out += (out.empty() ? "" : " ") + one;
  return out;
}

std::string shown_action(const Action& action) {
  if (const auto* tool = std::get_if<ToolAction>(&action))
    return fmt::format(" tool {} or {}", tool->tool, words(tool->general));
  if (const auto* wait = std::get_if<WaitAction>(&action)) {
    return wait->until.empty() ? fmt::format(" wait {}", format_exact(wait->duration))
                               : fmt::format(" wait until {}", wait->until);
  }
  if (const auto* call = std::get_if<CallAction>(&action)) {
    std::string out = fmt::format(" call {} or {}", call->workstream, words(call->tools));
    for (const auto& [name, json] : call->inputs) out += fmt::format(" {}={}", name, json);
    return out;
  }
  return "";
}

std::string shown_retry(const std::optional<RetryPolicy>& retry) {
  if (!retry) return "";
  return fmt::format(" retry {} {} to {} by {}", retry->attempts,
                     format_exact(retry->initial_delay), format_exact(retry->max_delay),
                     retry->factor);
}

std::string shown_rule(const GroupRule& rule) {
  std::string out = rule.execute == Execute::sequential ? " in turn" : " together";
  if (rule.is_policy_explicit) out += fmt::format(" {}", preset_name(rule));
  if (rule.max_workers > 0) out += fmt::format(" at most {}", rule.max_workers);
  if (rule.timeout > Duration{}) out += fmt::format(" within {}", format_exact(rule.timeout));
  return out;
}

std::string shown_step(const Step& step) {
  const StepDetails& details = step.details();
  std::string out = fmt::format("step {}{}", step.id, shown_action(step.action));
  if (details.for_each)
    out +=
        fmt::format(" for each {}{}", details.for_each->text, shown_rule(details.for_each->rule));
  if (!step.depends_on.empty()) out += " after " + names(step.depends_on);
  if (!details.when.empty()) out += " when " + details.when;
  if (step.timeout > Duration{}) out += " within " + format_exact(step.timeout);
  out += shown_retry(details.retry);
  if (!details.idempotency_key.empty()) {
    out += fmt::format(" once per {} in {}", details.idempotency_key,
                       format_exact(details.idempotency_ttl));
  }
  if (step.on_failure) out += " failure accepted";
  if (!details.stdin_json.empty() && details.stdin_json != "{}")
    out += "\n  stdin " + details.stdin_json;
  for (const auto& [name, json] : details.values) out += fmt::format("\n  {} = {}", name, json);
  return out + "\n";
}

std::string shown_group(const Group& group) {
  std::string out =
      fmt::format("group {} of {}{}", group.id, names(group.members), shown_rule(group.rule));
  if (group.for_each) out += " for each " + group.for_each->text;
  if (!group.depends_on.empty()) out += " after " + names(group.depends_on);
  if (!group.when.empty()) out += " when " + group.when;
  if (group.member_timeout > Duration{})
    out += " each within " + format_exact(group.member_timeout);
  if (group.repeat)
    out +=
        fmt::format(" while {} at most {} times", group.repeat->while_, group.repeat->max_rounds);
  if (!group.catch_steps.empty()) out += " catch " + words(group.catch_steps);
  if (!group.finally_steps.empty()) out += " finally " + words(group.finally_steps);
  if (!group.result_from.empty()) out += " result of " + group.result_from;
  return out + shown_retry(group.retry) + "\n";
}

}  // namespace

std::string shown(const Workstream& workstream) {
  std::string out = fmt::format("{} '{}' {} {}\n", workstream.id, workstream.name,
                                workstream.version, workstream.notation);
  if (workstream.execution.max_workers)
    out += fmt::format("workers {}\n", *workstream.execution.max_workers);
  for (const Step& step : workstream.steps) out += shown_step(step);
  for (const Group& group : workstream.groups) out += shown_group(group);
  for (const RunOutput& output : workstream.outputs)
    out += fmt::format("output {} = {}\n", output.name, output.source);
  for (const DeferredFeature& feature : workstream.deferred)
    out += fmt::format("refused: {}\n", feature.message);
  return out;
}

}  // namespace ws::test
