#include "formats/group_reader.h"

#include "formats/action_reader.h"
#include "formats/policy_reader.h"
#include "formats/shapes.h"

namespace ws {
namespace {

class GroupReader {
 public:
  GroupReader(const StepDefaults& defaults, Reading& reading)
      : defaults_(defaults), reading_(reading) {}

  void read(Value value, const ObjectSpec& spec) {
    if (!value.is_object()) return;
    const Fields fields(value, spec);
    Group group;
    group.is_phase = &spec == &kPhaseObject;
    group.id = read_id(fields.find(Key::id));
    group.place = place_of(fields.find(Key::id), fields.place());
    group.name = read_text(fields.find(Key::name));
    group.description = read_text(fields.find(Key::description));
    group.depends_on = read_dependencies(fields, reading_);
    group.rule = read_group_rule(fields);
    group.member_timeout = read_duration(fields.find(Key::member_timeout));
    group.retry = read_retry(fields.find(Key::retry));
    group.breaker = read_breaker(fields.find(Key::circuit_breaker));
    group.members = members(fields.find(Key::steps));
    for (const Dependency& member : members(fields.find(Key::catch_)))
      group.catch_steps.push_back(member.name);
    for (const Dependency& member : members(fields.find(Key::finally)))
      group.finally_steps.push_back(member.name);
    note_deferred(fields, {group.is_phase ? "phase" : "group", group.id}, reading_);
    reading_.workstream.groups.push_back(std::move(group));
  }

 private:
  std::vector<Dependency> members(const Field* list) {
    std::vector<Dependency> out;
    if (list == nullptr) return out;
    out.reserve(list->value.size());
    for (const Value element : list->value.items()) {
      if (element.is_string()) {
        out.push_back({std::string(element.as_string()), DependencyOn::success, element.place()});
      } else if (element.is_object() && element.find(name_of(Key::steps))) {
        read(element, kGroupObject);
        const Group& inner = reading_.workstream.groups.back();
        out.push_back({inner.id, DependencyOn::success, inner.place});
      } else if (element.is_object()) {
        Step step = read_step(element, defaults_, reading_);
        out.push_back({step.id, DependencyOn::success, step.place});
        reading_.workstream.steps.push_back(std::move(step));
      }
    }
    return out;
  }

  const StepDefaults& defaults_;
  Reading& reading_;
};

}  // namespace

void read_groups(const Field& list, const StepDefaults& defaults, Reading& reading) {
  GroupReader reader(defaults, reading);
  for (const Value element : list.value.items()) reader.read(element, kGroupObject);
}

void read_phases(const Field& list, const StepDefaults& defaults, Reading& reading) {
  GroupReader reader(defaults, reading);
  for (const Value element : list.value.items()) reader.read(element, kPhaseObject);
}

}  // namespace ws
