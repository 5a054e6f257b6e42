#include "model/providers.h"

#include <fmt/format.h>

#include "base/text.h"
#include "model/mistakes.h"

namespace ws {
namespace {

bool can_provide(const Step& step) {
  return has_command(&step) && !std::holds_alternative<WaitAction>(step.action);
}

}  // namespace

std::vector<Provision> provisions_of(const Plan& plan) {
  std::vector<Provision> out;
  const auto add = [&](const Step& step, NodeId node, std::uint32_t workstream) {
    for (const Dependency& provided : step.details().provides)
      out.push_back({&provided, &step, node, workstream});
  };
  for (std::size_t i = 0; i < plan.built_count(); ++i) {
    const PlanNode& node = plan.node(NodeId(i));
    if (node.kind == NodeKind::step && node.item == PlanNode::kNoItem)
      add(plan.step_of(NodeId(i)), NodeId(i), node.workstream);
  }
  for (const PlanGroup& group : plan.groups()) {
    if (group.role != GroupRole::fan_out) continue;
    add(plan.workset().workstreams[group.workstream].steps[group.step], group.end,
        group.workstream);
  }
  return out;
}

std::string Providers::subject(const Promise& promise) const {
  return fmt::format("{}/{}", plan_.workset().workstreams[promise.workstream].id, promise.step->id);
}

void Providers::add_consumer(const Step& step, NodeId node, std::uint32_t workstream) {
  for (const Dependency& consumed : step.details().consumes)
    consumers_.push_back({&consumed, &step, node, workstream});
}

void Providers::index_providers() {
  for (const Provision& provision : provisions_of(plan_)) {
    const auto [found, is_new] = providers_.emplace(provision.name->name, provision);
    if (is_new) {
      names_.emplace_back(provision.name->name);
      continue;
    }
    const Provision& first = found->second;
    Diagnostic& error =
        diagnostics_.error(mistakes::repeated_provider, provision.name->place,
                           fmt::format("step '{}' provides '{}', which step '{}' provides already",
                                       provision.step->id, provision.name->name, first.step->id),
                           "give each result a name of its own");
    error.subject = subject(provision);
    error.notes.push_back(
        {first.name->place, fmt::format("step '{}' provides it here", first.step->id)});
  }
}

void Providers::report_missing(const Promise& consumer) {
  std::string hint = spelling_.hint(consumer.name->name, names_);
  if (hint.empty()) hint = "no step in the plan provides it";
  diagnostics_
      .error(mistakes::missing_provider, consumer.name->place,
             fmt::format("step '{}' consumes '{}', which nothing provides", consumer.step->id,
                         consumer.name->name),
             std::move(hint))
      .subject = subject(consumer);
}

void Providers::report_empty_handed(const Promise& consumer, const Promise& provider) {
  Diagnostic& error = diagnostics_.error(
      mistakes::missing_provider, consumer.name->place,
      fmt::format("step '{}' consumes '{}' of step '{}', which runs nothing that could make it",
                  consumer.step->id, consumer.name->name, provider.step->id),
      "a value is the output of a command; depends_on is for order alone");
  error.subject = subject(consumer);
  error.notes.push_back(
      {provider.name->place, fmt::format("step '{}' provides it here", provider.step->id)});
}

void Providers::report_unordered(const Promise& consumer, const Promise& provider) {
  Diagnostic& error = diagnostics_.error(
      mistakes::missing_provider, consumer.name->place,
      fmt::format("step '{}' consumes '{}' of step '{}', which it does not wait for",
                  consumer.step->id, consumer.name->name, provider.step->id),
      fmt::format("add '{}' to its depends_on", consumer.workstream == provider.workstream
                                                    ? provider.step->id
                                                    : subject(provider)));
  error.subject = subject(consumer);
  error.notes.push_back(
      {provider.name->place, fmt::format("step '{}' provides it here", provider.step->id)});
}

void Providers::check(Ancestry& ancestry) {
  index_providers();
  std::vector<Ancestry::Question> questions;
  std::vector<const Promise*> asked;
  std::vector<const Promise*> providers;
  for (const Promise& consumer : consumers_) {
    const auto found = providers_.find(consumer.name->name);
    if (found == providers_.end()) {
      report_missing(consumer);
      continue;
    }
    if (!can_provide(*found->second.step)) report_empty_handed(consumer, found->second);
    questions.push_back({found->second.node, consumer.node});
    asked.push_back(&consumer);
    providers.push_back(&found->second);
  }
  const std::vector<bool> answers = ancestry.answer(questions);
  for (std::size_t i = 0; i < questions.size(); ++i) {
    if (!answers[i]) report_unordered(*asked[i], *providers[i]);
  }
}

}  // namespace ws
