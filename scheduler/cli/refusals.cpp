#include "cli/refusals.h"

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
  Place first;
  std::vector<std::string> steps;
};

std::map<std::string, ToolUse> tools_used(const Plan& plan) {
  std::map<std::string, ToolUse> uses;
  const auto note = [&](const Action& what, NodeId node) {
    const auto* action = std::get_if<ToolAction>(&what);
    if (action == nullptr) return;
    ToolUse& use = uses[action->tool];
    if (use.steps.empty()) use.first = action->place;
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
const std::string* broken_file_of(const std::string& tool, const Tools& tools) {
  for (const std::string& path : tools.broken_files) {
    if (std::filesystem::path(path).stem() == tool) return &path;
  }
  return nullptr;
}

void refuse_tools(const Plan& plan, const Tools& tools, Diagnostics& refused) {
  std::vector<std::string_view> known;
  for (const auto& [name, profile] : tools.book) known.push_back(name);
  for (const auto& [tool, use] : tools_used(plan)) {
    const std::string who =
        fmt::format("{} {}", use.steps.size() == 1 ? "step" : "steps", listed(use.steps, 5));
    if (const std::string* broken = broken_file_of(tool, tools)) {
      refused.error(
          mistakes::refused_tool, use.first,
          fmt::format("the profile of the tool '{}' ({}) is broken: {}", tool, who, *broken),
          "`workstream tools` shows its mistakes");
      continue;
    }
    const auto profile = tools.book.find(tool);
    if (profile == tools.book.end()) {
      const auto near = nearest(tool, known);
      refused.error(
          mistakes::refused_tool, use.first,
          fmt::format("there is no tool profile '{}' ({}); searched: {}", tool, who,
                      tools.searched.empty() ? "no directory exists" : listed(tools.searched)),
          near ? fmt::format("did you mean '{}'? --tool {}={} uses it", *near, tool, *near)
               : fmt::format(
                     "choose another with --tool {}=PROFILE (`workstream tools` lists them), or "
                     "write tools/{}.yaml",
                     tool, tool));
      continue;
    }
    const auto program = program_of(profile->second);
    if (program.has_value()) continue;
    const std::string& how = profile->second.install_hint;
    refused.error(
        mistakes::refused_tool, use.first,
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
    if (tools.book.contains(tool)) continue;
    diagnostics.warning(mistakes::unknown_tool, use.first,
                        fmt::format("there is no tool profile '{}' on this machine", tool),
                        "a run needs one: tools/" + tool + ".yaml, or --tool " + tool + "=PROFILE");
  }
}

}  // namespace ws::cli
