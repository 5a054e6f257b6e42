#include "model/providers.h"

#include <fmt/format.h>

#include "base/text.h"
#include "model/mistakes.h"

namespace ws {

std::string Providers::subject(const Promise& promise) const {
  return fmt::format("{}/{}", plan_.workset().workstreams[promise.workstream].id, promise.step->id);
}

void Providers::add(const Step& step, NodeId node, std::uint32_t workstream) {
  for (const Dependency& provided : step.details().provides) {
    // Whoever consumes it waits for all items of a fan-out.
    const NodeId last =
        plan_.node(node).kind == NodeKind::begin ? plan_.group(plan_.node(node).group).end : node;
    const Promise promise{&provided, &step, last, workstream};
    const auto [found, is_new] = providers_.emplace(provided.name, promise);
    if (is_new) {
      names_.emplace_back(provided.name);
      continue;
    }
    const Promise& first = found->second;
    Diagnostic& error =
        diagnostics_.error(mistakes::repeated_provider, provided.place,
                           fmt::format("step '{}' provides '{}', which step '{}' provides already",
                                       step.id, provided.name, first.step->id),
                           "give each result a name of its own");
    error.subject = subject(promise);
    error.notes.push_back(
        {first.name->place, fmt::format("step '{}' provides it here", first.step->id)});
  }
  for (const Dependency& consumed : step.details().consumes)
    consumers_.push_back({&consumed, &step, node, workstream});
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
  std::vector<Ancestry::Question> questions;
  std::vector<const Promise*> asked;
  std::vector<const Promise*> providers;
  for (const Promise& consumer : consumers_) {
    const auto found = providers_.find(consumer.name->name);
    if (found == providers_.end()) {
      report_missing(consumer);
      continue;
    }
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
