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
