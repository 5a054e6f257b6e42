// What runs only sometimes: conditions and choices that a judge decides, try and catch.
#include <fmt/format.h>

#include "formats/prose/lowering_state.h"

namespace ws::prose {
namespace {

// Of a step inside of what was lowered since `born`, with nothing standing in for it.
bool is_own(const Value& value, std::size_t born) {
  return value.is_reference() && value.born >= born && value.others.empty() && !value.has_fallback;
}

}  // namespace

std::string Lowering::judge(const std::string& id, const std::string& text, Place place,
                            bool is_choice, Members& members) {
  Step& step = make_.add_step(id, place);
  step.action = ToolAction{"judge", place, {text}, {}};
  StepDetails& details = step.edit_details();
  if (is_choice) {
    details.outputs.emplace_back("label", "stdout");
  } else {
    details.success.exit_codes = {0, 1};
  }
  members.push_back({id});
  return fmt::format("${{{}}}", step_path(id, "exit_code"));
}

Lowering::Arm Lowering::arm(const Statements& statements, const std::string& id, Place place,
                            const std::string& when, Members& members, Members inner) {
  Arm out;
  const std::size_t mark = scope_.mark();
  const std::size_t born = make_.count();
  ++conditions_;
  out.value = sequence(statements, inner);
  --conditions_;
  for (auto& [name, value] : scope_.take_back(mark)) {
    // Only what a step of this arm makes is missing when the arm did not run.
    if (value.kind != Value::Kind::missing && !is_own(value, born))
      value = stored(value, name, place, inner);
    out.changes.emplace_back(name, std::move(value));
  }
  const std::string unit =
      when.empty() ? make_.unit(id, place, inner) : make_.conditional(id, place, inner, when);
  if (!unit.empty()) members.push_back({unit, !when.empty()});
  return out;
}

Value Lowering::merged(const std::vector<Value>& values, const Value* before, std::string_view name,
                       Place place, Members& members) {
  Value out;
  for (const Value& value : values) {
    if (value.kind == Value::Kind::missing) continue;
    out = out.is_reference() ? chained(std::move(out), value) : value;
  }
  if (!out.is_reference()) return out;
  if (before == nullptr) {
    out.has_fallback = true;
    return out;
  }
  if (before->kind == Value::Kind::missing) return out;
  if (!can_stand_in(*before)) {
    out = chained(std::move(out), stored(*before, name, place, members));
  } else {
    out = chained(std::move(out), *before);
  }
  if (!can_stand_in(out)) out = stored(out, name, place, members);
  return out;
}

void Lowering::merge(const std::vector<Arm>& arms, Place place, Members& members) {
  std::vector<std::string> names;
  std::map<std::string, std::vector<Value>, std::less<>> values;
  for (const Arm& one : arms) {
    for (const auto& [name, value] : one.changes) {
      std::vector<Value>& found = values[name];
      if (found.empty()) names.push_back(name);
      found.push_back(value);
    }
  }
  for (const std::string& name : names)
    scope_.set(name, merged(values[name], scope_.find(name), name, place, members));
}

Value Lowering::conditional(const IfBody& body, const Wish& wish, Members& members) {
  const std::string id = id_for(wish, "if");
  Members inner;
  std::vector<Arm> arms;
  std::string when;
  for (const Branch& branch : body.branches) {
    const std::string judge_id = make_.below(id, "judge");
    const std::string code = judge(judge_id, text_of(branch.condition), branch.place, false, inner);
    if (!when.empty()) {
      make_.step(judge_id)->edit_details().when = when;
      inner.back().is_passing = true;
    }
    arms.push_back(
        arm(branch.statements, make_.below(id, "then"), branch.place, code + " == 0", inner));
    when = code + " == 1";
  }
  if (body.otherwise)
    arms.push_back(arm(*body.otherwise, make_.below(id, "else"), wish.place, when, inner));
  make_.add_sequence(id, wish.place, inner);
  members.push_back({id});
  merge(arms, wish.place, members);
  return arms_value(arms);
}

// Of `x = if …`: the value of whichever ran.
Value Lowering::arms_value(const std::vector<Arm>& arms) {
  Value out;
  for (const Arm& one : arms) {
    if (!one.value.is_reference()) continue;
    out = out.is_reference() ? chained(std::move(out), one.value) : one.value;
  }
  if (out.is_reference() && !out.has_fallback) out.has_fallback = true;
  return out;
}

Value Lowering::choice(const ChoiceBody& body, const Wish& wish, Members& members) {
  const std::string id = id_for(wish, "choice");
  std::string text = text_of(body.criteria) + "\n\nOptions:";
  for (const Branch& option : body.options) text += "\n- " + escaped(option.condition.plain());
  Members inner;
  const std::string judge_id = make_.below(id, "judge");
  (void)judge(judge_id, text, wish.place, true, inner);
  // A label like 1 or true comes back as a number or a boolean: compared as a text it is one again.
  const std::string label = make_.below(id, "label");
  make_.add_let(
      label, wish.place,
      {{"chosen", as_json(text_value(fmt::format(
                      "={}", fmt::format("${{{}}}", step_path(judge_id, "outputs.label")))))}});
  inner.push_back({label});
  const std::string chosen = fmt::format("${{{}}}", step_path(label, "outputs.chosen"));
  std::vector<Arm> arms;
  std::string known;
  for (const Branch& option : body.options) {
    const std::string wanted = quoted_in_expression("=" + option.condition.plain());
    known += (known.empty() ? "" : ", ") + wanted;
    arms.push_back(arm(option.statements, make_.below(id, "option"), option.place,
                       fmt::format("{} == {}", chosen, wanted), inner));
  }
  const std::string none = make_.below(id, "no-option");
  Step& step = make_.add_step(none, wish.place);
  step.action = CommandAction{
      failing_with(fmt::format("the judge chose '${{{}}}', which is none of the options",
                               step_path(judge_id, "outputs.label"))),
      wish.place};
  step.edit_details().when = fmt::format("{} not in [{}]", chosen, known);
  inner.push_back({none, true});
  make_.add_sequence(id, wish.place, inner);
  members.push_back({id});
  merge(arms, wish.place, members);
  return arms_value(arms);
}

// The group of a `try`, with its handlers. Names keep what the last part that ran gave them.
Value Lowering::attempt(const TryBody& body, const Wish& wish, Members& members) {
  const std::string id = id_for(wish, "try");
  Members inner;
  Arm tried = arm(body.statements, make_.below(id, "body"), wish.place, "", inner);
  const auto handler = [&](const Statements& statements, std::string_view word, Members first) {
    Members handlers;
    Arm made = arm(statements, make_.below(id, word), wish.place, "", handlers, std::move(first));
    return std::pair(handlers.empty() ? std::string() : handlers.front().id, std::move(made));
  };
  std::string catch_id;
  std::string finally_id;
  std::vector<Arm> arms = {tried};
  if (body.caught) {
    const std::size_t mark = scope_.mark();
    Members first;
    merge({tried}, wish.place, first);
    if (!body.error.text.empty())
      scope_.set(body.error.text, reference_value("error.message", make_.count()));
    ++catches_;
    auto [handler_id, made] = handler(*body.caught, "catch", std::move(first));
    --catches_;
    (void)scope_.take_back(mark);
    catch_id = std::move(handler_id);
    arms.insert(arms.begin(), std::move(made));
  }
  std::optional<Arm> always;
  if (body.always) {
    const std::size_t mark = scope_.mark();
    Members first;
    merge(arms, wish.place, first);
    auto [handler_id, made] = handler(*body.always, "finally", std::move(first));
    (void)scope_.take_back(mark);
    finally_id = std::move(handler_id);
    always = std::move(made);
  }
  Group& group = make_.add_sequence(id, wish.place, inner);
  if (!catch_id.empty()) group.catch_steps.push_back(catch_id);
  if (!finally_id.empty()) group.finally_steps.push_back(finally_id);
  members.push_back({id});
  if (body.caught) {
    merge(arms, wish.place, members);
  } else {
    for (auto& [name, changed] : tried.changes) scope_.set(name, changed);
  }
  if (always) {
    for (auto& [name, changed] : always->changes) scope_.set(name, changed);
  }
  return body.caught ? arms_value(arms) : tried.value;
}

Value Lowering::throw_error(const ThrowBody& body, const Wish& wish, Members& members) {
  const std::string id = make_.numbered("throw");
  std::string message = "thrown";
  if (body.message) {
    message = text_of(*body.message);
  } else if (catches_ > 0) {
    message = "${error.message}";
  }
  Step& step = make_.add_step(id, wish.place);
  step.action = CommandAction{failing_with(std::move(message)), wish.place};
  members.push_back({id});
  return {};
}

}  // namespace ws::prose
