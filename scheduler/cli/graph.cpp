// `workstream graph`: the dependency graph as DOT, SVG, PNG, Mermaid or JSON; also of files that
// are wrong.
#include "model/graph.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/console.h"
#include "cli/failure.h"
#include "cli/graphviz.h"
#include "cli/load.h"
#include "cli/options.h"
#include "cli/project_store.h"
#include "cli/subcommand.h"
#include "model/raw_graph.h"
#include "platform/files.h"
#include "report/diagnostics_json.h"
#include "report/drawing.h"
#include "report/graph_text.h"

namespace ws::cli {
namespace {

struct GraphFlags {
  LoadFlags load;
  std::string output;
  std::string format;  // empty: by the output's ending, else dot
  std::string run;
  std::string state_dir;
  bool is_reduced = false;
  bool is_json = false;
};

Result<std::string> format_of(const GraphFlags& flags) {
  if (flags.is_json) return std::string("json");
  if (!flags.format.empty()) return flags.format;
  for (const char* ending : {"dot", "svg", "png", "json"}) {
    if (flags.output.ends_with(std::string(".") + ending)) return std::string(ending);
  }
  if (flags.output.ends_with(".mmd")) return std::string("mermaid");
  if (flags.output.empty() || flags.output.ends_with(".gv")) return std::string("dot");
  return Error{
      fmt::format(
          "'{}' does not end in .dot, .gv, .svg, .png, .mmd or .json: say which with --format",
          flags.output),
      0};
}

// States of a run, found by name: the file may have been edited since.
Result<StateOf> states_of(const GraphFlags& flags, const Plan& plan) {
  auto found = find_run_in(StateLayout(flags.state_dir), flags.run);
  if (found.has_error()) return found.error();
  const auto steps = found->store.steps(found->run.number);
  if (steps.has_error()) return steps.error();
  std::unordered_map<std::string, StepState> by_name;
  for (const StepRow& row : *steps) {
    by_name[row.workstream + "/" + (row.step.empty() ? "acceptance" : row.step)] = row.state;
  }
  return StateOf([by_name = std::move(by_name), &plan](NodeId node) {
    const auto state = by_name.find(plan.full_name(node));
    return state == by_name.end() ? StepState::waiting : state->second;
  });
}

// A graph that cannot become a plan is drawn from its names and edges, cycles in red.
Drawing broken_drawing(const Workset& workset) {
  const RawGraph raw = raw_graph(workset);
  const Graph graph(raw.names.size(), raw.edges);
  std::set<Edge> in_cycles;
  for (const auto& cycle : graph.independent_cycles()) {
    for (std::size_t i = 0; i < cycle.size(); ++i)
      in_cycles.insert(Edge{cycle[i], cycle[(i + 1) % cycle.size()]});
  }
  std::vector<std::size_t> red;
  for (std::size_t e = 0; e < raw.edges.size(); ++e) {
    if (in_cycles.contains(raw.edges[e])) red.push_back(e);
  }
  return drawing_of(raw.names, raw.edges, red);
}

void reduce(Drawing& drawing) {
  const std::vector<Edge> edges = edges_of(drawing);
  const Graph graph(drawing.nodes.size(), edges);
  if (const auto redundant = graph.redundant_edges()) {
    drop_edges(drawing, *redundant);
  } else {
    complain("the graph is too large (or has a cycle) to be reduced; it is drawn whole");
  }
}

ExitCode put(const GraphFlags& flags, const std::string& text) {
  if (flags.output.empty()) return answer_text(text);
  const auto written = write_file(flags.output, text);
  if (written.has_value()) return ExitCode::success;
  return fail(form_of(flags.is_json), ExitCode::world_failed, written.error().message);
}

ExitCode put_picture(const GraphFlags& flags, const std::string& format, const Drawing& drawing) {
  if (flags.output.empty() && format == "png" && is_terminal(Stream::out)) {
    complain("a PNG does not belong on a terminal: name a file with -o, or pipe it");
    return ExitCode::bad_input;
  }
  const auto picture = render_graphviz(format, dot_text(drawing));
  if (picture.has_error()) {
    complain(picture.error().message);
    return ExitCode::world_failed;
  }
  return put(flags, *picture);
}

ExitCode draw(const GraphFlags& flags) {
  const auto format = format_of(flags);
  const Form form = form_of(flags.is_json);
  if (format.has_error()) return fail(form, ExitCode::bad_input, format.error().message);
  const Loaded loaded = load(flags.load, MissingWorkstreams::warning);
  print_diagnostics(loaded);
  if (loaded.workset->workstreams.empty()) {
    if (flags.is_json)
      (void)answer(diagnostics_json(loaded.diagnostics, loaded.workset->sources, loaded.files));
    return ExitCode::bad_input;
  }

  Drawing drawing;
  if (loaded.plan) {
    StateOf states;
    if (!flags.run.empty()) {
      auto found = states_of(flags, *loaded.plan);
      if (found.has_error()) return fail(form, found.error());
      states = std::move(*found);
    }
    drawing = drawing_of(*loaded.plan, states);
  } else {
    drawing = broken_drawing(*loaded.workset);
  }
  if (flags.is_reduced) reduce(drawing);

  ExitCode code = ExitCode::success;
  if (*format == "svg" || *format == "png") {
    code = put_picture(flags, *format, drawing);
  } else if (*format == "mermaid") {
    code = put(flags, mermaid_text(drawing));
  } else {
    code = put(flags, *format == "json" ? graph_json(drawing) : dot_text(drawing));
  }
  // Drawn, so that the mistake can be seen; wrong all the same.
  return code == ExitCode::success && !loaded.plan ? ExitCode::bad_input : code;
}

}  // namespace

SubcommandBody declare_graph(CLI::App& app) {
  auto flags = std::make_shared<GraphFlags>();
  add_load_flags(app, flags->load);
  // --format is the picture's here; the files' notation is found by itself.
  app.remove_option(app.get_option("--format"));
  app.add_option("-o,--output", flags->output, "Write to this file; its ending decides the format")
      ->type_name("FILE");
  app.add_option("--format", flags->format, "dot, svg, png, mermaid or json")
      ->check(CLI::IsMember({"dot", "svg", "png", "mermaid", "json"}))
      ->type_name("FORMAT");
  app.add_flag("--reduce", flags->is_reduced,
               "Leave out edges that a longer path makes superfluous");
  app.add_option("--run", flags->run,
                 "Colour the steps by their state in this run (a run id or workstream id)")
      ->check(complaint_if_empty)
      ->type_name("RUN");
  add_state_dir(app, flags->state_dir);
  app.add_flag("--json", flags->is_json, "The same as --format json");
  return [flags] { return draw(*flags); };
}

}  // namespace ws::cli
