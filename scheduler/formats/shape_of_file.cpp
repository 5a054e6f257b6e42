#include "formats/shape_of_file.h"

#include <fmt/format.h>

#include "formats/keys.h"
#include "formats/shapes.h"

namespace ws {
namespace {

bool has_list(Value object, std::string_view key) {
  const auto value = object.find(key);
  return value && value->is_array();
}

// Keys of a workstream beside those that any file may have.
std::size_t telling_keys(Value object) {
  std::size_t count = 0;
  for (const Member& member : object.members()) {
    const KeyMatch match = find_key(kWorkstreamObject, member.key);
    if (match.spec == nullptr) continue;
    const Key key = match.spec->key;
    const bool is_common = key == Key::id || key == Key::name || key == Key::version ||
                           key == Key::description || key == Key::metadata || key == Key::tags ||
                           key == Key::kind || key == Key::priority || key == Key::env ||
                           key == Key::inputs || key == Key::outputs || key == Key::dependencies;
    if (!is_common) ++count;
  }
  return count;
}

bool is_workstream(Value object) {
  const auto id = object.find("id");
  if (id && id->is_string() && id->as_string().starts_with("ws-")) return true;
  if (id) return telling_keys(object) > 0;
  return has_list(object, "steps") || has_list(object, "phases") ||
         has_list(object, "step_groups") || has_list(object, "files_scope") ||
         (has_list(object, "tasks") && telling_keys(object) > 1);
}

bool is_plan(Value object) {
  return object.find("plan_id").has_value() ||
         (!object.find("id") && object.find("globals") && has_list(object, "steps"));
}

// Steps under a name of their own, beside an id; or a section that nothing else has.
bool is_phase_plan(Value object) {
  if (object.find("phase_identity")) return true;
  const bool has_id = object.find("id") || object.find("workstream_id") || object.find("phase_id");
  const auto plan = object.find("execution_plan");
  return has_id && (has_list(object, "execution_steps") ||
                    (plan && plan->is_object() && plan->find("steps")));
}

// What steps of our own have, and no step of a blok.
constexpr std::string_view kOwnStepKeys[] = {
    "command",  "script",           "tool",       "tasks",        "args",       "shell",
    "for_each", "acceptance_tests", "depends_on", "dependencies", "capability", "workstream",
    "outputs"};
constexpr std::string_view kOwnKeys[] = {"plan_id",     "globals",      "step_groups", "groups",
                                         "phases",      "tasks",        "tool",        "execution",
                                         "files_scope", "files_create", "depends_on"};
constexpr std::string_view kBlokObjects[] = {"branch", "forEach", "loop", "switch", "tryCatch"};

template <std::size_t N>
bool has_any(Value object, const std::string_view (&keys)[N]) {
  for (const std::string_view key : keys) {
    if (object.find(key)) return true;
  }
  return false;
}

bool has_text(Value object, std::string_view key) {
  const auto value = object.find(key);
  return value && value->is_string();
}

bool has_object(Value object, std::string_view key) {
  const auto value = object.find(key);
  return value && value->is_object();
}

bool is_blok_step(Value step) {
  if (!step.is_object() || has_any(step, kOwnStepKeys)) return false;
  for (const std::string_view key : kBlokObjects) {
    if (has_object(step, key)) return true;
  }
  return has_text(step, "node") || has_text(step, "use") || has_text(step, "subworkflow");
}

// The configuration of a container, as documents show it by itself.
bool is_container(Value object) {
  if (object.find("steps") || !has_list(object, "nodes")) return false;
  const Value nodes = *object.find("nodes");
  for (const Value node : nodes.items()) {
    if (node.is_object() && has_text(node, "node")) return true;
  }
  return has_object(object, "execution");
}

// A blok has a name and steps, no id. One step with a shape of its own tells it; without any, the
// `nodes` or the `trigger`, or that nothing in it is ours.
bool is_blok(Value object) {
  if (is_container(object)) return true;
  const bool has_nodes = has_object(object, "nodes");
  // What is missing or wrong is then said.
  if (!has_list(object, "steps"))
    return has_nodes && has_text(object, "name") && !object.find("id") &&
           (object.find("steps") || has_text(object, "version"));
  if (object.find("id") && !has_nodes) return false;
  bool has_blok_step = false;
  bool has_own_step = false;
  const Value steps = *object.find("steps");
  for (const Value step : steps.items()) {
    has_blok_step = has_blok_step || is_blok_step(step);
    has_own_step = has_own_step || (step.is_object() && has_any(step, kOwnStepKeys));
  }
  if (has_blok_step) return true;
  if (object.find("id") || has_own_step || has_any(object, kOwnKeys)) return false;
  return has_nodes || has_object(object, "trigger") ||
         (has_text(object, "name") && has_text(object, "version"));
}

}  // namespace

FileShape shape_of(Value root) {
  if (root.is_array()) {
    // One object with an id tells a list of workstreams, with mistakes or without.
    for (const Value element : root.items()) {
      if (element.is_object() && (is_workstream(element) || is_plan(element)))
        return FileShape::many;
    }
    return FileShape::none;
  }
  if (!root.is_object()) return FileShape::none;
  if (is_plan(root)) return FileShape::plan;
  const bool has_work = root.find("steps") || root.find("tasks") || root.find("phases") ||
                        root.find("step_groups") || root.find("groups");
  if (!has_work && is_phase_plan(root)) return FileShape::phase_plan;
  if (is_blok(root)) return FileShape::blok;
  return is_workstream(root) ? FileShape::workstream : FileShape::none;
}

std::string why_no_workstream(Value root) {
  if (root.is_array())
    return root.size() == 0 ? "an empty list: not a workstream file"
                            : "a list without workstreams in it: not a workstream file";
  if (!root.is_object()) return fmt::format("{}: not a workstream file", describe(root.kind()));
  return root.find("id") ? "an 'id', but no 'steps', 'tasks', 'tool', …: not a workstream file"
                         : "no 'id', 'steps', 'tasks', …: not a workstream file";
}

}  // namespace ws
