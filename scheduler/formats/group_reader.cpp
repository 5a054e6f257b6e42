#include "formats/group_reader.h"

#include "formats/action_reader.h"
#include "formats/for_each_reader.h"
#include "formats/group_rule_reader.h"
#include "formats/policy_reader.h"
#include "formats/shapes.h"
#include "model/mistakes.h"

namespace ws {
namespace {

constexpr std::uint32_t kMostRounds = 1000;  // of a loop that says no number

std::optional<RepeatPolicy> read_repeat(const Field* field, const SourceSet& sources) {
  if (field == nullptr || !field->value.is_object()) return std::nullopt;
  const Fields fields(field->value, kRepeatObject);
  RepeatPolicy policy;
  policy.until = read_scalar(fields.find(Key::until), sources);
  policy.while_ = read_scalar(fields.find(Key::while_), sources);
  policy.is_bound_an_error = !policy.until.empty() || !policy.while_.empty();
  if (const std::string at_max = read_text(fields.find(Key::at_max)); !at_max.empty())
    policy.is_bound_an_error = at_max == "fail";
  const bool has_condition = !policy.until.empty() || !policy.while_.empty();
  policy.max_rounds = read_count(fields.find(Key::max), has_condition ? kMostRounds : 1);
  return policy;
}

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
    group.rule = read_group_rule(fields, reading_);
    group.member_timeout = read_duration(fields.find(Key::member_timeout));
    Trying trying = read_trying(fields, reading_);
    group.retry = std::move(trying.retry);
    group.breaker = std::move(trying.breaker);
    Condition when = read_condition(fields, reading_.sources);
    group.when = std::move(when.text);
    group.when_place = when.place;
    group.result_from = read_id(fields.find(Key::result));
    group.repeat = read_repeat(fields.find(Key::repeat), reading_.sources);
    if (group.is_phase) read_phase(fields, group);
    group.members = members(fields.find(Key::steps));
    group.for_each = read_for_each(fields, reading_);
    if (group.for_each)
      group.for_each->rule = group.rule;
    else
      check_join_count(fields.find(Key::join), group.rule, group.members.size(), "member",
                       reading_);
    for (const Dependency& member : members(fields.find(Key::catch_)))
      group.catch_steps.push_back(member.name);
    for (const Dependency& member : members(fields.find(Key::finally)))
      group.finally_steps.push_back(member.name);
    reading_.workstream.groups.push_back(std::move(group));
  }

 private:
  // What only a phase has: its checkpoint, and what it does when it failed.
  void read_phase(const Fields& fields, Group& group) {
    if (const Field* checkpoint = fields.find(Key::checkpoint))
      read_metadata(checkpoint, reading_.sources, group.checkpoint);
    const Field* strategy = fields.find(Key::resume_strategy);
    if (strategy == nullptr || !strategy->value.is_object()) return;
    const Fields resume(strategy->value, kResumeStrategyObject);
    const std::string word = read_text(resume.find(Key::on_failure));
    if (word == "skip_phase") group.on_phase_failure = OnFailure::carry_on;
    const bool is_retried = word == "retry_phase" || word == "restart_from_checkpoint";
    const Field* retries = resume.find(Key::max_phase_retries);
    if (is_retried && !group.retry) {
      group.retry = retries_of(read_count(retries, 0), {});
      if (retries == nullptr) group.retry->attempts = 0;
    } else if (retries != nullptr && !is_retried) {
      reading_.diagnostics.warning(mistakes::not_applicable, retries->key_place,
                                   "'max_phase_retries' has no effect here",
                                   "write 'on_failure: retry_phase' beside it");
    }
  }

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
