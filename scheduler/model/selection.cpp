#include "model/selection.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/fate.h"
#include "model/mistakes.h"

namespace ws {
namespace {

// Every dependency that names a loaded workstream, self-dependencies and repetitions left out.
std::vector<WorkstreamEdge> resolve(const Workset& workset, const NameTable& ids) {
  std::vector<WorkstreamEdge> edges;
  std::vector<std::uint32_t> named_by(workset.workstreams.size(), 0);  // number + 1
  for (std::uint32_t w = 0; w < workset.workstreams.size(); ++w) {
    for (const Dependency& dependency : workset.workstreams[w].depends_on) {
      const auto other = ids.find(dependency.name);
      if (!other || *other == w || named_by[*other] == w + 1) continue;
      named_by[*other] = w + 1;
      edges.push_back({*other, w, &dependency});
    }
  }
  return edges;
}

// The targets by number; unknown ones are reported.
std::vector<std::uint32_t> find_targets(const NameTable& ids, const LowerOptions& options,
                                        Spelling& spelling, Diagnostics& diagnostics) {
  std::vector<std::uint32_t> targets;
  for (const std::string& name : options.targets) {
    if (const auto number = ids.find(name)) {
      targets.push_back(*number);
    } else {
      diagnostics.error(mistakes::bad_option, {},
                        fmt::format("no workstream with the id '{}' was loaded", name),
                        spelling.hint(name, ids.names()));
    }
  }
  return targets;
}

// The targets and everything they need that is not assumed complete; everything without targets.
std::vector<bool> reach_from_targets(std::size_t count, std::span<const std::uint32_t> targets,
                                     std::span<const WorkstreamEdge> edges,
                                     const std::vector<bool>& is_done) {
  std::vector<std::vector<std::uint32_t>> needs(count);
  for (const WorkstreamEdge& edge : edges) needs[edge.to].push_back(edge.from);
  std::vector<bool> is_reached(count, false);
  std::vector<std::uint32_t> open;
  const auto visit = [&](std::uint32_t w) {
    if (is_reached[w] || is_done[w]) return;
    is_reached[w] = true;
    open.push_back(w);
  };
  for (const std::uint32_t w : targets) visit(w);
  while (!open.empty()) {
    const std::uint32_t w = open.back();
    open.pop_back();
    for (const std::uint32_t needed : needs[w]) visit(needed);
  }
  return is_reached;
}

void report_missing(const Workstream& workstream, const Dependency& dependency,
                    const NameTable& ids, const LowerOptions& options, Spelling& spelling,
                    Diagnostics& diagnostics) {
  const bool is_own_step =
      std::any_of(workstream.steps.begin(), workstream.steps.end(),
                  [&](const Step& step) { return step.id == dependency.name; });
  std::string hint = spelling.hint(dependency.name, ids.names());
  if (is_own_step) {
    hint = fmt::format("'{}' is a step: only steps depend on steps, a workstream names workstreams",
                       dependency.name);
  } else {
    hint += fmt::format(
        "{}load its file too (--workstreams-dir DIR), or declare it done "
        "(--assume-complete {})",
        hint.empty() ? "" : " otherwise ", dependency.name);
  }
  std::string message =
      fmt::format("workstream '{}' depends on '{}', which is not among the loaded workstreams",
                  workstream.id, dependency.name);
  Diagnostic& added = options.allow_missing_workstreams
                          ? diagnostics.warning(mistakes::missing_workstream, dependency.place,
                                                std::move(message), std::move(hint))
                          : diagnostics.error(mistakes::missing_workstream, dependency.place,
                                              std::move(message), std::move(hint));
  added.subject = workstream.id;
}

// `first` is the earlier mention of the same name.
void report_repeated(const Workstream& workstream, const Dependency& dependency,
                     const Dependency& first, Diagnostics& diagnostics) {
  Diagnostic& added = diagnostics.warning(
      mistakes::duplicate_dependency, dependency.place,
      fmt::format("workstream '{}' depends on '{}' twice", workstream.id, dependency.name),
      "remove one of them");
  added.subject = workstream.id;
  added.notes.push_back({first.place, "first here"});
}

void check_dependencies(const Workstream& workstream, const NameTable& ids,
                        const LowerOptions& options, Assumptions& assumptions, Spelling& spelling,
                        Diagnostics& diagnostics) {
  NameTable seen(workstream.depends_on.size());
  for (const Dependency& dependency : workstream.depends_on) {
    if (const auto first = seen.add(dependency.name)) {
      report_repeated(workstream, dependency, workstream.depends_on[*first], diagnostics);
      continue;
    }
    if (dependency.name == workstream.id) {
      diagnostics
          .error(mistakes::self_dependency, dependency.place,
                 fmt::format("workstream '{}' depends on itself", workstream.id),
                 "remove it: it could never start")
          .subject = workstream.id;
    } else if (!ids.find(dependency.name) && !assumptions.covers_missing("", dependency.name)) {
      report_missing(workstream, dependency, ids, options, spelling, diagnostics);
    }
  }
}

}  // namespace

Selection select_workstreams(const Workset& workset, const NameTable& ids,
                             const LowerOptions& options, Assumptions& assumptions,
                             Spelling& spelling, Diagnostics& diagnostics) {
  const std::size_t count = workset.workstreams.size();
  const std::vector<WorkstreamEdge> edges = resolve(workset, ids);
  const std::vector<std::uint32_t> targets = find_targets(ids, options, spelling, diagnostics);

  std::vector<bool> is_pinned(count, false);
  for (const std::uint32_t w : targets) is_pinned[w] = true;
  std::vector<FateEdge> fate_edges;
  for (const WorkstreamEdge& edge : edges) {
    fate_edges.push_back({edge.from, edge.to, edge.written->on});
  }
  const std::vector<Fate> fate = fates(fate_edges, assumptions.workstreams(), is_pinned);
  std::vector<bool> is_wanted(count, true);
  if (!options.targets.empty()) {
    is_wanted = reach_from_targets(count, targets, edges, assumptions.workstreams());
  }

  Selection selection;
  std::vector<bool> is_kept(count, false);
  for (std::uint32_t w = 0; w < count; ++w) {
    if (!is_wanted[w] || fate[w] != Fate::kept) continue;
    is_kept[w] = true;
    selection.kept.push_back(w);
    check_dependencies(workset.workstreams[w], ids, options, assumptions, spelling, diagnostics);
  }
  for (const WorkstreamEdge& edge : edges) {
    if (is_kept[edge.from] && is_kept[edge.to]) selection.edges.push_back(edge);
  }
  return selection;
}

}  // namespace ws
