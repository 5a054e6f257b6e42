#include "cli/run_context.h"

#include <algorithm>
#include <utility>

#include "cli/version.h"
#include "engine/retry.h"
#include "model/definition.h"
#include "model/definition_parts.h"
#include "platform/files.h"
#include "platform/machine.h"
#include "platform/process_stamp.h"
#include "report/group_text.h"
#include "store/step_memory.h"

namespace ws::cli {
namespace {

// proc(5): the words, each ended by a NUL.
std::vector<std::string> own_command_line() {
  std::vector<std::string> words;
  const auto text = read_file("/proc/self/cmdline");
  if (text.has_error()) return words;
  for (std::size_t start = 0; start < text->size();) {
    const std::size_t end = std::min(text->find('\0', start), text->size());
    words.push_back(text->substr(start, end - start));
    start = end + 1;
  }
  return words;
}

std::uint32_t tries_of(const Plan& plan, NodeId node) {
  const PlanNode& of = plan.node(node);
  if (of.kind == NodeKind::step) return effective_retry(plan, node).attempts;
  // Of a fan-out: what each of its items may have. They have no nodes yet.
  const PlanGroup& group = plan.group(of.group);
  const Step& step = plan.workset().workstreams[group.workstream].steps[group.step];
  return step.details().retry ? step.details().retry->attempts : 1;
}

// The number of items is a column of its own.
std::string rule_for_store(const Plan& plan, GroupId id) {
  const PlanGroup& group = plan.group(id);
  return group.role == GroupRole::fan_out ? rule_text(group.rule) : group_text(plan, id);
}

}  // namespace

RunContext run_context(std::vector<std::string> files) {
  const ProcessStamp own = own_stamp();
  RunContext context;
  context.holder = {own.pid, own.start_ticks, boot_id(), host_name()};
  context.argv = own_command_line();
  if (auto directory = current_directory(); directory.has_value()) context.cwd = *directory;
  context.files = std::move(files);
  context.program_version = kVersion;
  return context;
}

PartsText parts_text(const InputValues& inputs) {
  return [&inputs](const Plan& plan, NodeId node) -> std::string {
    const auto value_of = [&](const Workstream& workstream) {
      return [&](std::string_view name) -> std::string {
        if (const auto given = inputs.find(name); given != inputs.end())
          return to_json(given->second);
        for (const Input& input : workstream.inputs) {
          if (input.name == name) return input.default_json.value_or("");
        }
        return {};
      };
    };
    const PlanNode& of = plan.node(node);
    const Workstream& workstream = plan.workstream_of(node);
    const bool is_gate = of.kind == NodeKind::begin;
    if (!is_gate) return definition_parts(plan, node, value_of(workstream));
    const PlanGroup& group = plan.group(of.group);
    if (group.role != GroupRole::fan_out) return {};
    return definition_parts(workstream, workstream.steps[group.step], value_of(workstream));
  };
}

std::vector<NodeDescription> stored_nodes(const Plan& plan, const InputValues& inputs) {
  return describe_nodes(plan, definition_hash, tries_of, parts_text(inputs));
}

std::vector<GroupDescription> stored_groups(const Plan& plan, const InputValues& inputs) {
  return describe_groups(plan, definition_hash, tries_of, rule_for_store, parts_text(inputs));
}

Result<std::unique_ptr<Memory>> open_memory(const std::filesystem::path& database, const Plan& plan,
                                            const std::string& run_id) {
  const auto& all = plan.workset().workstreams;
  const bool is_wanted =
      std::any_of(plan.workstreams().begin(), plan.workstreams().end(), [&](std::uint32_t index) {
        return std::any_of(all[index].steps.begin(), all[index].steps.end(), [](const Step& step) {
          return !step.details().idempotency_key.empty();
        });
      });
  if (!is_wanted) return std::unique_ptr<Memory>();
  Result<StepMemory> memory = StepMemory::open(database, plan, definition_hash, run_id);
  if (!memory) return memory.error();
  return std::unique_ptr<Memory>(std::make_unique<StepMemory>(std::move(*memory)));
}

}  // namespace ws::cli
