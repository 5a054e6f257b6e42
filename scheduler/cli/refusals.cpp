#include "cli/refusals.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "model/mistakes.h"

namespace ws::cli {
namespace {

void refuse_features(const Plan& plan, Diagnostics& refused) {
  for (const std::uint32_t index : plan.workstreams()) {
    for (const DeferredFeature& feature : plan.workset().workstreams[index].deferred) {
      const bool has_own = !feature.message.empty();
      refused.error(
          mistakes::refused_feature, feature.place,
          has_own ? feature.message
                  : fmt::format("'{}' of {} cannot be carried out by this version yet", feature.key,
                                feature.owner),
          has_own ? feature.hint : "`plan` and `graph` show it; remove the key to run without it");
    }
  }
}

void refuse_gates(const Plan& plan, const RefusalWish& wish, Diagnostics& refused) {
  for (const std::uint32_t index : plan.workstreams()) {
    const Workstream& workstream = plan.workset().workstreams[index];
    if (workstream.gate <= wish.approved_gate) continue;
    refused.error(
        mistakes::refused_gate, workstream.gate_place,
        fmt::format("workstream '{}' needs approval of gate {}", workstream.id, workstream.gate),
        fmt::format("--approve {} gives it", workstream.gate));
  }
}

void refuse_manual_steps(const Plan& plan, Diagnostics& refused) {
  for (std::uint32_t i = 0; i < plan.node_count(); ++i) {
    const NodeId id(i);
    const Step* step = plan.step_if_any(id);
    if (step == nullptr || !std::holds_alternative<ManualAction>(step->action)) continue;
    refused.error(
        mistakes::refused_manual_step, step->place,
        fmt::format("step '{}' is work for a person: it has tasks but neither a command nor a tool",
                    step->id),
        fmt::format("give it `tool:` or `command:`, or say that it is done: --assume-complete {}",
                    step->id));
  }
}

// One message a tool, however many steps use it.
struct ToolUse {
  const ToolAction* first = nullptr;
  std::vector<std::string> steps;
};

// "'skill:a'", "'skill:a' or 'skill'".
std::string names_of(const ToolAction& action) {
  std::string names = fmt::format("'{}'", action.tool);
  for (const std::string& other : action.general) names += fmt::format(" or '{}'", other);
  return names;
}

std::map<std::string, ToolUse> tools_used(const Plan& plan) {
  std::map<std::string, ToolUse> uses;
  const auto note = [&](const Action& what, NodeId node) {
    const auto* action = std::get_if<ToolAction>(&what);
    if (action == nullptr) return;
    ToolUse& use = uses[action->tool];
    if (use.first == nullptr) use.first = action;
    std::string name = plan.display_name(node);
    if (use.steps.empty() || use.steps.back() != name) use.steps.push_back(std::move(name));
  };
  for (std::uint32_t i = 0; i < plan.node_count(); ++i) {
    const NodeId node(i);
    const Step* step = plan.step_if_any(node);
    if (step == nullptr) continue;
    note(step->action, node);
    // What undoes a step is needed only where steps are undone.
    const auto& undo = step->details().compensation;
    if (undo && plan.workstream_of(node).saga) note(undo->action, node);
  }
  return uses;
}

// The profile file of that name, if it is one of the broken ones: another profile of the name must
// not step in for it.
const std::string* broken_file_of(const ToolAction& action, const Tools& tools) {
  const auto is_meant = [&](const std::string& stem) {
    return stem == action.tool ||
           std::find(action.general.begin(), action.general.end(), stem) != action.general.end();
  };
  for (const std::string& path : tools.broken_files) {
    if (is_meant(std::filesystem::path(path).stem().string())) return &path;
  }
  return nullptr;
}

// Judging is no tool of the files: the command line says who does it.
std::string advice_for(const std::string& tool, const ToolUse& use,
                       const std::vector<std::string_view>& known) {
  if (tool == kJudge)
    return "--judge CMD names who decides: it gets the question on its standard input, or where "
           "CMD "
           "says {prompt}, and exits 0 for yes, 1 for no";
  const auto near = nearest(tool, known);
  if (near) return fmt::format("did you mean '{}'? --tool {}={} uses it", *near, tool, *near);
  const std::string& widest = use.first->general.empty() ? tool : use.first->general.back();
  return fmt::format(
      "choose another with --tool {}=PROFILE (`workstream tools` lists them), or write "
      "tools/{}.yaml",
      tool, widest);
}

void refuse_tools(const Plan& plan, const Tools& tools, Diagnostics& refused) {
  std::vector<std::string_view> known;
  for (const auto& [name, profile] : tools.book) known.push_back(name);
  for (const auto& [tool, use] : tools_used(plan)) {
    const std::string who =
        fmt::format("{} {}", use.steps.size() == 1 ? "step" : "steps", listed(use.steps, 5));
    if (const std::string* broken = broken_file_of(*use.first, tools)) {
      refused.error(
          mistakes::refused_tool, use.first->place,
          fmt::format("the profile of the tool '{}' ({}) is broken: {}", tool, who, *broken),
          "`workstream tools` shows its mistakes");
      continue;
    }
    const auto profile = find_tool(tools.book, *use.first);
    if (profile == tools.book.end()) {
      refused.error(
          mistakes::refused_tool, use.first->place,
          fmt::format("there is no tool profile {} ({}); searched: {}", names_of(*use.first), who,
                      tools.searched.empty() ? "no directory exists" : listed(tools.searched)),
          advice_for(tool, use, known));
      continue;
    }
    const auto program = program_of(profile->second);
    if (program.has_value()) continue;
    const std::string& how = profile->second.install_hint;
    refused.error(
        mistakes::refused_tool, use.first->place,
        fmt::format("the tool '{}' ({}) is not installed: {}", tool, who, program.error().message),
        fmt::format("{}choose another with --tool {}=PROFILE (`workstream tools` lists them)",
                    how.empty() ? "" : "to install it: " + how + "; or ", tool));
  }
}

}  // namespace

Diagnostics refusals(const Plan& plan, const Tools& tools, const RefusalWish& wish) {
  Diagnostics refused;
  refuse_features(plan, refused);
  refuse_gates(plan, wish, refused);
  refuse_manual_steps(plan, refused);
  refuse_tools(plan, tools, refused);
  return refused;
}

void report_unused_choices(const Plan& plan, const ToolFlags& flags, Diagnostics& found) {
  const auto uses = tools_used(plan);
  std::vector<std::string_view> used;
  for (const auto& [tool, use] : uses) used.push_back(tool);
  for (const auto& [name, profile] : flags.choices) {
    if (uses.contains(name)) continue;
    const auto near = nearest(name, used);
    found.error(mistakes::bad_option, {},
                fmt::format("--tool {}={}: no step uses the tool '{}'", name, profile, name),
                near ? fmt::format("did you mean '{}'?", *near) : "");
  }
}

void warn_of_unknown_tools(const Plan& plan, const Tools& tools, Diagnostics& diagnostics) {
  for (const auto& [tool, use] : tools_used(plan)) {
    if (find_tool(tools.book, *use.first) != tools.book.end()) continue;
    const bool is_judge = tool == kJudge;
    diagnostics.warning(
        mistakes::unknown_tool, use.first->place,
        is_judge ? std::string("a run needs someone to judge")
                 : fmt::format("there is no tool profile {} on this machine", names_of(*use.first)),
        is_judge ? "give it --judge CMD"
                 : fmt::format("a run needs one: tools/{}.yaml, or --tool {}=PROFILE", tool, tool));
  }
}

}  // namespace ws::cli
