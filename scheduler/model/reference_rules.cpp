#include "model/reference_rules.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "model/comparison.h"
#include "model/mistakes.h"
#include "model/reference_words.h"
#include "model/run_names.h"

namespace ws {
namespace {

bool is_gate(NodeKind kind) { return kind == NodeKind::begin || kind == NodeKind::end; }

}  // namespace

std::string ReferenceRules::owner(const Asking& asking) const {
  if (asking.step != nullptr) return fmt::format("step '{}'", asking.step->id);
  if (asking.group != nullptr)
    return fmt::format("{} '{}'", asking.group->is_phase ? "phase" : "group", asking.group->id);
  return fmt::format("workstream '{}'", plan_.workset().workstreams[asking.workstream].id);
}

void ReferenceRules::bad(const Asking& asking, const DiagnosticKind& kind, std::string message,
                         std::string hint) {
  Diagnostic& error = diagnostics_.error(
      kind, asking.place, fmt::format("'{}' of {} {}", asking.key, owner(asking), message),
      std::move(hint));
  error.subject = subject(asking);
}

std::string ReferenceRules::subject(const Asking& asking) const {
  const std::string& id = plan_.workset().workstreams[asking.workstream].id;
  if (asking.step != nullptr) return fmt::format("{}/{}", id, asking.step->id);
  if (asking.group != nullptr) return fmt::format("{}/{}", id, asking.group->id);
  return id;
}

void ReferenceRules::misread(const Asking& asking, const ExpressionMistake& mistake,
                             std::string_view text, const DiagnosticKind& kind) {
  const std::string_view part =
      text.substr(std::min(mistake.offset, text.size()), std::max<std::size_t>(mistake.length, 1));
  const bool is_worth_showing =
      !part.empty() && part.size() < text.size() && mistake.message.find(part) == std::string::npos;
  bad(asking, kind,
      is_worth_showing ? fmt::format("is wrong at '{}': {}", shown(part), mistake.message)
                       : fmt::format("is wrong: {}", mistake.message),
      mistake.hint);
}

void ReferenceRules::check_text(const Asking& asking, std::string_view text, Splice splice) {
  const bool may_hold = text.find("${") != std::string_view::npos ||
                        (asking.has_item && text.find("{i") != std::string_view::npos);
  if (!may_hold) return;
  const TemplateReferences found = find_references(text, asking.has_item);
  for (const ExpressionMistake& mistake : found.mistakes)
    misread(asking, mistake, text, mistakes::bad_expression);
  for (const Reference& path : found.references) check(asking, path);
  if (splice == Splice::shell && !found.references.empty()) report_unquotable(asking, text);
  if (splice == Splice::plain && !asking.has_item) report_stray_items(asking, text);
}

void ReferenceRules::check_foreign_script(const Asking& asking, std::string_view script) {
  const TemplateReferences found = find_references(script, asking.has_item);
  if (found.references.empty()) return;
  const Reference& path = found.references.front();
  const std::string& first = path.names.front();
  const bool is_item = asking.has_item && (first == "item" || first == "index");
  const std::string name = shown(path.text());
  bad(asking, mistakes::foreign_script,
      fmt::format("has '{}{{{}}}' in a script that no shell runs: how to quote a value there is "
                  "not known",
                  is_item ? "" : "$", name),
      is_item ? fmt::format("the script finds it in its environment, as {}",
                            first == "item" ? "ITEM" : "INDEX")
              : fmt::format("give it as a variable, `env: {{VALUE: \"${{{}}}\"}}`, and let the "
                            "script read that",
                            name));
}

void ReferenceRules::report_unquotable(const Asking& asking, std::string_view text) {
  for (const ExpressionMistake& mistake : find_unquotable(text, asking.has_item))
    misread(asking, mistake, text, mistakes::bad_expression);
}

// No shell will give `${item}` a meaning here.
void ReferenceRules::report_stray_items(const Asking& asking, std::string_view text) {
  if (text.find("${item") == std::string_view::npos && text.find("${index") == text.npos) return;
  for (const Reference& path : find_references(text, true).references) {
    const bool is_item =
        path.names.size() == 1 && (path.names[0] == "item" || path.names[0] == "index");
    if (is_item && path.offset > 1 && text[path.offset - 2] == '$') check_item(asking, path);
  }
}

void ReferenceRules::check_items(const Asking& asking, std::string_view text) {
  const auto parsed = Expression::parse(text);
  if (const auto* mistake = std::get_if<ExpressionMistake>(&parsed))
    return misread(asking, *mistake, text, mistakes::bad_expression);
  const auto& expression = std::get<Expression>(parsed);
  const auto kinds = [&](const Reference& path) { return kind_of(asking, path); };
  if (const auto mistake = expression.type_mistake(kinds))
    return misread(asking, *mistake, text, mistakes::bad_condition);
  for (const Reference& path : expression.references()) check(asking, path);
  const StaticKind kind = expression.kind(kinds);
  if (kind == StaticKind::unknown || kind == StaticKind::list) return;
  bad(asking, mistakes::bad_items,
      fmt::format("gives {}, which is no list of items: {}", describe(kind), shown(text)),
      "write the items as a list, or name a list that an earlier step hands on");
}

void ReferenceRules::check_condition(const Asking& asking, std::string_view text) {
  const auto parsed = Expression::parse(text);
  if (const auto* mistake = std::get_if<ExpressionMistake>(&parsed))
    return misread(asking, *mistake, text, mistakes::bad_condition);
  const auto& expression = std::get<Expression>(parsed);
  const auto kinds = [&](const Reference& path) { return kind_of(asking, path); };
  if (const auto mistake = expression.condition_mistake(kinds))
    return misread(asking, *mistake, text, mistakes::bad_condition);
  for (const Reference& path : expression.references()) check(asking, path);
}

void ReferenceRules::check(const Asking& asking, const Reference& path) {
  const RunName* name = find_run_name(path.names[0]);
  if (name == nullptr) return check_unknown(asking, path);
  switch (name->id) {
    case RunNameId::steps:
      return check_step(asking, path);
    case RunNameId::inputs:
      return check_input(asking, path);
    case RunNameId::item:
    case RunNameId::index:
      return check_item(asking, path);
    case RunNameId::error:
      return check_error(asking, path);
    case RunNameId::step_output:
      return check_step_output(asking, path);
    case RunNameId::step_id:
    case RunNameId::attempt_number:
    case RunNameId::max_attempts:
    case RunNameId::workstream_id:
    case RunNameId::worktree_path:
    case RunNameId::pause_duration:
    case RunNameId::compensation_count:
      return check_single(asking, path, *name);
  }
}

void ReferenceRules::check_step(const Asking& asking, const Reference& path) {
  if (path.names.size() < 3) {
    return bad(asking, mistakes::bad_reference,
               fmt::format("refers to '{}', which is not a value", shown(path.text())),
               "steps.ID.outputs.KEY, steps.ID.result, .state, .exit_code and .error are");
  }
  const std::string& id = path.names[1];
  const NodeId target = plan_.find(asking.workstream, id);
  if (!target.is_valid()) {
    const Names& names = names_of(asking.workstream);
    // Assumed complete: it has no value, and the run says so where one is needed.
    if (names.known.count(id) > 0) return;
    return bad(asking, mistakes::bad_reference,
               fmt::format("refers to an unknown step '{}'", shown(id)),
               spelling_.hint(id, names.all));
  }
  check_part(asking, path, target);
  if (asking.is_message) return;
  const Step* step = step_behind(target);
  if (asking.is_compensation && step != nullptr && step == asking.step) return;
  if (step != nullptr && step == asking.step) {
    return bad(asking, mistakes::bad_reference, "refers to the step itself",
               "its results are known when it has ended");
  }
  if (is_inside(asking.node, target)) {
    return bad(asking, mistakes::bad_reference,
               fmt::format("refers to '{}', which it is inside of", shown(id)),
               "the results of a group are known when all its members have ended");
  }
  orders_.push_back(
      {asking, target,
       step != nullptr ? std::string_view(step->id) : plan_.group_id(plan_.node(target).group)});
}

const Step* ReferenceRules::step_behind(NodeId target) const {
  const PlanNode& node = plan_.node(target);
  if (node.kind == NodeKind::step) return &plan_.step_of(target);
  const PlanGroup& group = plan_.group(node.group);
  if (group.role != GroupRole::fan_out) return nullptr;
  return &plan_.workset().workstreams[group.workstream].steps[group.step];
}

// steps.ID.PART
void ReferenceRules::check_part(const Asking& asking, const Reference& path, NodeId target) {
  constexpr std::array<std::string_view, 5> kOfStep = {"outputs", "result", "state", "exit_code",
                                                       "error"};
  constexpr std::array<std::string_view, 6> kOfFanOut = {"outputs", "results",   "result",
                                                         "state",   "aggregate", "error"};
  constexpr std::array<std::string_view, 5> kOfGroup = {"results", "result", "aggregate", "state",
                                                        "error"};
  const bool is_step = plan_.node(target).kind == NodeKind::step;
  const Step* step = step_behind(target);
  const std::string& part = path.names[2];
  const bool is_of_member = part == "result" || part == "outputs";
  if (const NodeId member = result_member(plan_, target); is_of_member && member.is_valid())
    return check_part(asking, path, member);
  std::span<const std::string_view> parts = kOfStep;
  if (!is_step) parts = step != nullptr ? std::span<const std::string_view>(kOfFanOut) : kOfGroup;
  if (std::find(parts.begin(), parts.end(), part) == parts.end()) {
    std::vector<std::string> all(parts.begin(), parts.end());
    return bad(asking, mistakes::bad_reference,
               fmt::format("refers to '{}', but a {} has {}", shown(path.text()),
                           is_step           ? "step"
                           : step != nullptr ? "step with for_each"
                                             : "group",
                           listed(all)),
               nearest_or(part, parts, ""));
  }
  if ((part == "state" || part == "exit_code") && path.names.size() > 3) {
    return bad(asking, mistakes::bad_reference,
               fmt::format("refers to '{}', but '{}' has no members", shown(path.text()), part));
  }
  if (part != "outputs" || step == nullptr) return;
  if (path.names.size() == 3) {
    if (is_step) return;  // all of them, as an object
    return bad(asking, mistakes::bad_reference,
               fmt::format("refers to '{}' without saying which output", shown(path.text())),
               "write steps.ID.outputs.KEY");
  }
  check_output(asking, *step, path.names[3]);
}

// What a step hands on is only known beforehand when it says so.
void ReferenceRules::check_output(const Asking& asking, const Step& step, const std::string& key) {
  std::vector<std::string_view> names;
  for (const auto& output : step.details().outputs) names.emplace_back(output.first);
  for (const auto& made : step.details().values) names.emplace_back(made.first);
  if (names.empty() || std::find(names.begin(), names.end(), key) != names.end()) return;
  const std::vector<std::string> all(names.begin(), names.end());
  bad(asking, mistakes::unknown_output,
      fmt::format("refers to the output '{}' of step '{}', which declares {}", shown(key), step.id,
                  listed(all)),
      nearest_or(key, names, fmt::format("declare it under 'outputs' of '{}'", step.id)));
}

bool ReferenceRules::is_inside(NodeId node, NodeId end) const {
  if (plan_.node(end).kind != NodeKind::end) return false;
  const GroupId group = plan_.node(end).group;
  // A group's own gates count too: what is asked when it begins or ends.
  for (GroupId g = plan_.node(node).group; g.is_valid(); g = plan_.group(g).parent) {
    if (g == group) return true;
  }
  return false;
}

bool ReferenceRules::is_handler(const Asking& asking) {
  const auto& handlers = names_of(asking.workstream).handlers;
  if (handlers.empty()) return false;
  if (asking.step != nullptr && handlers.count(asking.step->id) > 0) return true;
  if (asking.group != nullptr && handlers.count(asking.group->id) > 0) return true;
  GroupId g = plan_.node(asking.node).group;
  for (; g.is_valid(); g = plan_.group(g).parent) {
    if (handlers.count(plan_.group_id(g)) > 0) return true;
  }
  return false;
}

const ReferenceRules::Names& ReferenceRules::names_of(std::uint32_t workstream) {
  const auto [found, is_new] = names_.try_emplace(workstream);
  Names& names = found->second;
  if (!is_new) return names;
  const Workstream& of = plan_.workset().workstreams[workstream];
  for (const Step& step : of.steps) names.all.emplace_back(step.id);
  for (const Group& group : of.groups) {
    names.all.emplace_back(group.id);
    names.handlers.insert(group.catch_steps.begin(), group.catch_steps.end());
    names.handlers.insert(group.finally_steps.begin(), group.finally_steps.end());
  }
  names.known.insert(names.all.begin(), names.all.end());
  return names;
}

void ReferenceRules::answer_order() {
  std::vector<Ancestry::Question> questions;
  questions.reserve(orders_.size());
  for (const Order& order : orders_) questions.push_back({order.target, order.asking.node});
  const std::vector<bool> answers = ancestry_.answer(questions);
  for (std::size_t i = 0; i < orders_.size(); ++i) {
    if (answers[i]) continue;
    const Asking& asking = orders_[i].asking;
    const bool is_group =
        is_gate(plan_.node(orders_[i].target).kind) && step_behind(orders_[i].target) == nullptr;
    const std::string hint = asking.step == nullptr && asking.group == nullptr
                                 ? std::string("put it where a step that waits for it needs it")
                                 : fmt::format("add '{}' to its depends_on", orders_[i].name);
    bad(asking, mistakes::bad_reference,
        fmt::format("refers to {} '{}', which it does not wait for", is_group ? "group" : "step",
                    orders_[i].name),
        hint);
  }
}

}  // namespace ws
