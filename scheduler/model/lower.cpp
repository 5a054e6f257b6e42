#include "model/lower.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "model/assumptions.h"
#include "model/cycles.h"
#include "model/mistakes.h"
#include "model/plan_builder.h"
#include "model/references.h"
#include "model/scope.h"
#include "model/selection.h"
#include "model/workstream_lowering.h"

namespace ws {
namespace {

NameTable number_workstreams(const Workset& workset, Diagnostics& diagnostics) {
  NameTable ids(workset.workstreams.size());
  for (const Workstream& workstream : workset.workstreams) {
    const auto first = ids.add(workstream.id);
    if (!first) continue;
    const Workstream& other = workset.workstreams[*first];
    Diagnostic& error =
        diagnostics.error(mistakes::duplicate_id, workstream.place,
                          fmt::format("the id '{}' is taken by another workstream", workstream.id),
                          other.version != workstream.version
                              ? fmt::format("--ws-id {}@VERSION runs one of them", workstream.id)
                              : "give one of them another id, or load only one of the files");
    error.subject = workstream.id;
    error.notes.push_back({other.place, fmt::format("workstream '{}' is here", other.id)});
  }
  return ids;
}

// Limits and modes of a workstream mean something inside a plan only when it is not alone: alone it
// is the pool that has them.
GroupRule rule_of(const Workstream& workstream, bool is_alone) {
  GroupRule rule;
  rule.on_first_failure = OnFirstFailure::drain;
  if (is_alone) return rule;
  rule.max_workers = workstream.execution.max_workers.value_or(0);
  if (!workstream.execution.parallel.value_or(true)) rule.execute = Execute::sequential;
  return rule;
}

Draft make_draft(const Workset& workset, const Selection& selection, const NameTable& ids,
                 Assumptions& assumptions, Spelling& spelling, Diagnostics& diagnostics) {
  Draft draft;
  draft.workset = &workset;
  draft.workstreams = selection.kept;
  std::size_t steps = 0;
  for (const std::uint32_t w : selection.kept) steps += workset.workstreams[w].steps.size();
  draft.nodes.reserve(steps + 2 * selection.kept.size());
  draft.edges.reserve(3 * steps);

  std::vector<GroupId> group_of(workset.workstreams.size());
  for (const std::uint32_t w : selection.kept) {
    group_of[w] = WorkstreamLowering({draft, ids, assumptions, spelling, diagnostics}, w).run();
    draft.groups[group_of[w].index()].rule =
        rule_of(workset.workstreams[w], selection.kept.size() == 1);
  }
  for (const WorkstreamEdge& edge : selection.edges) {
    draft.edges.push_back({draft.groups[group_of[edge.from].index()].end.value,
                           draft.groups[group_of[edge.to].index()].begin.value, edge.written,
                           edge.written->on, EdgeWhy::dependency});
  }
  return draft;
}

std::optional<std::vector<Vertex>> order_of(const Draft& draft) {
  std::vector<Edge> edges;
  edges.reserve(draft.edges.size());
  for (const DraftEdge& edge : draft.edges) edges.push_back({edge.from, edge.to});
  return Graph(draft.nodes.size(), edges).topological_order();
}

bool runs_forward(const Draft& draft, const std::vector<Vertex>& order) {
  std::vector<std::size_t> place(draft.nodes.size(), 0);
  for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = i;
  return std::all_of(draft.edges.begin(), draft.edges.end(),
                     [&](const DraftEdge& edge) { return place[edge.from] < place[edge.to]; });
}

}  // namespace

std::optional<Plan> lower(const Workset& workset, const LowerOptions& options,
                          Diagnostics& diagnostics) {
  const std::size_t errors_before = diagnostics.error_count();
  Spelling spelling;
  const NameTable ids = number_workstreams(workset, diagnostics);
  Assumptions assumptions(workset, ids, options.assume_complete, diagnostics);
  const Selection selection =
      select_workstreams(workset, ids, options, assumptions, spelling, diagnostics);
  Draft draft = make_draft(workset, selection, ids, assumptions, spelling, diagnostics);
  assumptions.report_unused(spelling, diagnostics);

  const auto order = order_of(draft);
  if (!order) report_cycles(draft, diagnostics);
  // Overlaps are judged by the order of things, so only when that order is what the user meant.
  if (diagnostics.error_count() != errors_before) return std::nullopt;
  std::vector<Vertex> kept = serialise_overlapping_scopes(draft, *order, options, diagnostics);
  if (diagnostics.error_count() != errors_before) return std::nullopt;
  // Most scope edges run forward in this order, and it stays the one wanted: the first in file
  // order of all that the larger graph allows. One out of a fan-out leaves its end gate, which may
  // stand behind what it leads to.
  if (!runs_forward(draft, kept)) {
    if (auto sorted = order_of(draft)) kept = std::move(*sorted);
  }
  Plan plan = PlanBuilder::build(std::move(draft), kept, assumptions.resolved());
  check_references(plan, diagnostics);
  if (diagnostics.error_count() != errors_before) return std::nullopt;
  return plan;
}

}  // namespace ws
