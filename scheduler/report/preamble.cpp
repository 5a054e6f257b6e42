#include "report/preamble.h"

#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "report/run_reading.h"

namespace ws {
namespace {

std::string done(const Style& style, std::string_view text) {
  return fmt::format("{} {}\n", style.paint(Paint::green, style.symbol(Symbol::ok)), text);
}

}  // namespace

std::string loading_line(const Style& style, std::span<const std::string> ids) {
  if (ids.size() == 1) return done(style, "Loading workstream: " + style.clean(ids.front()));
  const std::vector<std::string> names(ids.begin(), ids.end());
  return done(style,
              fmt::format("Loading {} workstreams: {}", ids.size(), style.clean(listed(names))));
}

std::string validating_line(const Style& style, std::size_t warnings) {
  if (warnings == 0) return done(style, "Validating schema");
  return done(style, fmt::format("Validating schema ({})", counted(warnings, "warning")));
}

std::size_t serialised_pairs(const Plan& plan) {
  std::size_t pairs = 0;
  for (std::size_t i = 0; i < plan.node_count(); ++i) {
    for (const PlanEdge& edge : plan.successors(NodeId(i))) {
      if (edge.why == EdgeWhy::scope) ++pairs;
    }
  }
  return pairs;
}

std::string scope_line(const Style& style, const Plan& plan) {
  const std::size_t pairs = serialised_pairs(plan);
  if (pairs == 0) return done(style, "Checking file scope conflicts");
  return done(style, fmt::format("Checking file scope conflicts ({} serialised)",
                                 counted(pairs, "overlapping pair")));
}

std::string graph_line(const Style& style, const Plan& plan) {
  const std::size_t edges = plan.dependency_count();
  return done(style, fmt::format("Building dependency graph ({}, {} {})",
                                 counted(written_steps(plan), "step"), edges,
                                 edges == 1 ? "dependency" : "dependencies"));
}

std::string pool_line(const Style& style, std::uint32_t max_workers) {
  return done(style, fmt::format("Initializing worker pool (max_workers={})", max_workers));
}

std::string executing_lines(const Style& style, HowRun how) {
  std::string_view manner;
  switch (how) {
    case HowRun::parallel:
      manner = "in parallel";
      break;
    case HowRun::sequential:
      manner = "sequentially";
      break;
    case HowRun::dry_run:
      manner = "(dry run)";
      break;
  }
  return fmt::format("\n{} Executing steps {}:\n",
                     style.paint(Paint::cyan, style.symbol(Symbol::busy)), manner);
}

}  // namespace ws
