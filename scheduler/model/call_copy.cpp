#include "model/call_copy.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "model/calls.h"
#include "model/datum.h"
#include "model/for_each.h"
#include "model/item_binding.h"
#include "model/mistakes.h"
#include "model/renaming.h"

namespace ws {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

std::string directory_of(const std::string& file) {
  return std::filesystem::path(file).parent_path().lexically_normal().string();
}

class CallCopy {
 public:
  CallCopy(Step call, const Workstream& called, Workstream& caller, Diagnostics& diagnostics)
      : call_(std::move(call)),
        action_(std::get<CallAction>(call_.action)),
        called_(called),
        caller_(caller),
        diagnostics_(diagnostics),
        prefix_(call_.id + std::string(kScopeMark)),
        inputs_(given_inputs()),
        renaming_(called, prefix_, prefix_ + "inputs", names_of(inputs_)) {}

  void run() {
    Group body = make_body();
    const bool has_end = !called_.outputs.empty() || !called_.acceptance_tests.empty() ||
                         !call_.details().values.empty() ||
                         !call_.details().acceptance_tests.empty();
    const bool is_plain =
        inputs_.empty() && called_.preflight_checks.empty() && !has_end && !has_frame();
    copy_steps();
    if (is_plain) {
      frame(body);
    } else {
      Group whole;
      frame(whole);
      whole.rule.execute = Execute::sequential;
      if (!inputs_.empty() || !called_.preflight_checks.empty()) add_member(whole, begin_step());
      body.id = prefix_ + "body";
      body.place = call_.place;
      whole.members.push_back({body.id, DependencyOn::success, call_.place});
      caller_.groups.push_back(std::move(body));
      if (has_end) {
        Step end = end_step();
        if (!end.details().values.empty()) whole.result_from = end.id;
        add_member(whole, std::move(end));
      }
      body = std::move(whole);
    }
    caller_.groups.push_back(std::move(body));
    share_settings();
  }

 private:
  static std::unordered_set<std::string> names_of(const Pairs& pairs) {
    std::unordered_set<std::string> names;
    for (const auto& pair : pairs) names.insert(pair.first);
    return names;
  }

  // What the call gives, and the defaults of what it does not.
  Pairs given_inputs() {
    Pairs given = action_.inputs;
    std::vector<std::string_view> known;
    for (const Input& input : called_.inputs) known.push_back(input.name);
    for (const auto& pair : given) {
      if (called_.takes_any_input ||
          std::find(known.begin(), known.end(), pair.first) != known.end())
        continue;
      const auto near = nearest(pair.first, known);
      diagnostics_.error(mistakes::bad_reference, action_.place,
                         fmt::format("workstream '{}' has no input '{}'", called_.id, pair.first),
                         near ? fmt::format("did you mean '{}'?", *near) : "");
    }
    for (const Input& input : called_.inputs) {
      const bool is_given = std::any_of(given.begin(), given.end(),
                                        [&](const auto& pair) { return pair.first == input.name; });
      if (is_given) continue;
      if (input.default_json) {
        given.emplace_back(input.name, *input.default_json);
        continue;
      }
      Diagnostic& error = diagnostics_.error(
          mistakes::missing_variable, action_.place,
          fmt::format("workstream '{}' needs the input '{}'", called_.id, input.name),
          fmt::format("give it one: inputs: {{{}: VALUE}}", input.name));
      error.notes.push_back({input.place, "it is declared here"});
    }
    return given;
  }

  // Whether the call says something of the whole that a group's body must not lose.
  [[nodiscard]] bool has_frame() const {
    const StepDetails& details = call_.details();
    return !details.when.empty() || details.retry || details.breaker || call_.on_failure ||
           call_.timeout > Duration::zero();
  }

  // What the call says of the whole.
  void frame(Group& group) const {
    const StepDetails& details = call_.details();
    group.id = call_.id;
    group.place = call_.place;
    group.name = details.name.empty() ? called_.name : details.name;
    group.description = details.description.empty() ? called_.description : details.description;
    group.depends_on = call_.depends_on;
    group.when = details.when;
    group.when_place = details.when_place;
    group.retry = details.retry;
    group.breaker = details.breaker;
    group.on_phase_failure = call_.on_failure;
    const Duration own = called_.execution.timeout;
    group.rule.timeout = call_.timeout > Duration::zero() ? call_.timeout : own;
  }

  // The called workstream as it would run alone: a failure keeps back what depends on it.
  Group make_body() const {
    Group body;
    const Execution& execution = called_.execution;
    const bool stops = execution.on_failure == OnFailure::abort;
    body.rule.on_first_failure = stops ? OnFirstFailure::cancel : OnFirstFailure::drain;
    body.rule.is_policy_explicit = true;
    body.rule.max_workers =
        execution.parallel.value_or(true) ? execution.max_workers.value_or(0) : 1;
    std::unordered_set<std::string_view> inner;
    for (const Group& group : called_.groups) {
      for (const Dependency& member : group.members) inner.insert(member.name);
      inner.insert(group.catch_steps.begin(), group.catch_steps.end());
      inner.insert(group.finally_steps.begin(), group.finally_steps.end());
    }
    const auto adopt = [&](const std::string& id, Place place) {
      if (!inner.contains(id)) body.members.push_back({prefix_ + id, DependencyOn::success, place});
    };
    for (const Step& step : called_.steps) adopt(step.id, step.place);
    for (const Group& group : called_.groups) adopt(group.id, group.place);
    return body;
  }

  void copy_steps() {
    for (const Step& step : called_.steps) {
      Step copy = copy_of(step);
      renaming_.apply(copy);
      settle(copy);
      caller_.steps.push_back(std::move(copy));
    }
    for (Group group : called_.groups) {
      renaming_.apply(group);
      caller_.groups.push_back(std::move(group));
    }
  }

  // What its own workstream said for all of its steps.
  void settle(Step& step) const {
    const Execution& execution = called_.execution;
    // A wait has no limit but its own, called or not.
    if (step.timeout == Duration{} && !is_wait(&step)) step.timeout = execution.timeout_per_step;
    // Stopping everything is what the body's rule does; the caller goes on as it wants to.
    if (!step.on_failure)
      step.on_failure = execution.on_failure == OnFailure::carry_on ? OnFailure::carry_on
                                                                    : OnFailure::skip_dependents;
    if (called_.retry && !step.details().retry) step.edit_details().retry = called_.retry;
    if (called_.breaker && !step.details().breaker) step.edit_details().breaker = called_.breaker;
    Environment env = called_.env;
    const Environment& of_call = call_.details().env;
    env.insert(env.end(), of_call.begin(), of_call.end());
    if (!env.empty()) {
      const Environment& own = step.details().env;
      env.insert(env.end(), own.begin(), own.end());
      step.edit_details().env = std::move(env);
    }
    settle_paths(step);
  }

  // Relative paths begin at the file they are written in.
  void settle_paths(Step& step) const {
    const std::string from = directory_of(called_.file);
    const std::string to = directory_of(caller_.file);
    if (from == to || !step.details_if_any) return;
    const std::string way =
        std::filesystem::path(from).lexically_proximate(to.empty() ? "." : to).string();
    const auto move = [&](std::string& path) {
      if (!path.empty()) path = (std::filesystem::path(way) / path).lexically_normal().string();
    };
    StepDetails& details = step.edit_details();
    move(details.working_dir);
    move(details.stdin_file);
    if (details.for_each && (details.for_each->kind == ForEach::Kind::glob ||
                             details.for_each->kind == ForEach::Kind::lines))
      move(details.for_each->source);
  }

  [[nodiscard]] Step new_step(std::string_view name) const {
    Step step;
    step.id = prefix_ + std::string(name);
    step.place = call_.place;
    return step;
  }

  [[nodiscard]] Step begin_step() const {
    Step begin = new_step("inputs");
    begin.edit_details().values = inputs_;
    begin.edit_details().acceptance_tests = called_.preflight_checks;
    return begin;
  }

  [[nodiscard]] Step end_step() const {
    Step end = new_step("outputs");
    StepDetails& details = end.edit_details();
    for (const RunOutput& output : called_.outputs)
      details.values.emplace_back(output.name,
                                  to_json(Datum{renaming_.in_template(output.source)}));
    const StepDetails& of_call = call_.details();
    details.values.insert(details.values.end(), of_call.values.begin(), of_call.values.end());
    details.acceptance_tests = called_.acceptance_tests;
    details.acceptance_tests.insert(details.acceptance_tests.end(),
                                    of_call.acceptance_tests.begin(),
                                    of_call.acceptance_tests.end());
    details.compensation = of_call.compensation;
    return end;
  }

  void add_member(Group& group, Step step) {
    group.members.push_back({step.id, DependencyOn::success, step.place});
    caller_.steps.push_back(std::move(step));
  }

  // What cannot be said of a part of a workstream holds for all of it.
  void share_settings() {
    const auto append = [](auto& to, const auto& from) {
      to.insert(to.end(), from.begin(), from.end());
    };
    append(caller_.secrets, called_.secrets);
    append(caller_.deferred, called_.deferred);
    append(caller_.compensation_actions, called_.compensation_actions);
    append(caller_.depends_on, called_.depends_on);
    for (const auto& pool : called_.pools) {
      const bool is_known = std::any_of(caller_.pools.begin(), caller_.pools.end(),
                                        [&](const auto& own) { return own.first == pool.first; });
      if (!is_known) caller_.pools.push_back(pool);
    }
    if (!caller_.saga) caller_.saga = called_.saga;
    caller_.takes_any_input = caller_.takes_any_input || called_.takes_any_input;
    if (called_.gate > caller_.gate) {
      caller_.gate = called_.gate;
      caller_.gate_place = called_.gate_place;
    }
  }

  Step call_;
  CallAction action_;
  const Workstream& called_;
  Workstream& caller_;
  Diagnostics& diagnostics_;
  std::string prefix_;
  Pairs inputs_;
  Renaming renaming_;
};

}  // namespace

namespace {

// One call an item, in a group with the rule of the items.
void copy_for_each(Step call, const Workstream& called, Workstream& caller,
                   Diagnostics& diagnostics) {
  const ForEach items = *call.details().for_each;
  Group whole;
  whole.id = call.id;
  whole.place = call.place;
  whole.name = call.details().name;
  whole.depends_on = std::exchange(call.depends_on, {});
  whole.when = std::exchange(call.edit_details().when, {});
  whole.when_place = call.details().when_place;
  whole.on_phase_failure = std::exchange(call.on_failure, std::nullopt);
  whole.rule = items.rule;
  call.edit_details().for_each.reset();
  std::int64_t index = 0;
  for (const std::string& item : known_items(items)) {
    Step one = copy_of(call);
    one.id = fmt::format("{}.{}", call.id, index);
    const BoundItem bound{parse_json(item).value_or(Datum{}), index++};
    for (auto& input : std::get<CallAction>(one.action).inputs)
      input.second = bind_item(input.second, bound);
    whole.members.push_back({one.id, DependencyOn::success, call.place});
    CallCopy(std::move(one), called, caller, diagnostics).run();
  }
  caller.groups.push_back(std::move(whole));
}

}  // namespace

void copy_call(Step call, const Workstream& called, Workstream& caller, Diagnostics& diagnostics) {
  const auto& for_each = call.details().for_each;
  if (!for_each) return CallCopy(std::move(call), called, caller, diagnostics).run();
  if (has_known_items(*for_each))
    return copy_for_each(std::move(call), called, caller, diagnostics);
  // Only a run would know how many copies there are.
  DeferredFeature refused{"for_each", fmt::format("step '{}'", call.id), for_each->place};
  refused.message = fmt::format(
      "step '{}' calls workstream '{}' once for each item of a list that only a run knows", call.id,
      called.id);
  refused.hint = "write the items as a list, or call it once and give it the whole list";
  caller.deferred.push_back(std::move(refused));
  call.action = NoAction{};
  caller.steps.push_back(std::move(call));
}

void use_tool_instead(Step& call) {
  CallAction action = std::get<CallAction>(std::move(call.action));
  ToolAction tool{action.tools.front(), action.place, {}};
  tool.general.assign(action.tools.begin() + 1, action.tools.end());
  StepDetails& details = call.edit_details();
  if (!details.stdin_text && details.stdin_json.empty() && details.stdin_file.empty() &&
      !details.stdin_context) {
    Datum::Map inputs;
    for (const auto& [name, json] : action.inputs)
      inputs.emplace_back(name, parse_json(json).value_or(Datum{}));
    details.stdin_json = to_json(Datum{std::move(inputs)});
  }
  call.action = std::move(tool);
}

}  // namespace ws
