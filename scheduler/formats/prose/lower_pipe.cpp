// Pipes: over a list that is known every stage is written out; over one that only a run knows, map
// and pmap of one session are fan-outs.
#include <fmt/format.h>

#include "base/text.h"
#include "formats/prose/lowering_state.h"
#include "model/datum.h"
#include "model/mistakes.h"

namespace ws::prose {
namespace {

std::string either(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return a.empty() ? b : a;
  return fmt::format("{} or {}", a, b);
}

// `answer` is the session's output behind a '='; so it is a text whatever it says.
std::string is_yes(const std::string& exit_code, const std::string& answer) {
  std::string out = fmt::format("{} == 0 and ({} == '='", exit_code, answer);
  for (const std::string_view word : {"yes", "Yes", "YES", "true", "True", "TRUE"})
    out += fmt::format(" or {} starts_with '={}'", answer, word);
  return out + fmt::format(" or {} == '=1')", answer);
}

}  // namespace

Value Lowering::pipe(const PipeBody& body, const Wish& wish, Members& members) {
  Value list = evaluate(body.list, members);
  for (const PipeStage& stage : body.stages) {
    const bool is_last = &stage == &body.stages.back();
    const Wish own{is_last ? wish.name : "", stage.place};
    if (list.is_reference()) {
      list = stage_unknown(stage, list, own, members);
    } else if (list.is_list()) {
      switch (stage.kind) {
        case PipeStage::Kind::map:
        case PipeStage::Kind::parallel_map:
          list = map_known(stage, list, own, members);
          break;
        case PipeStage::Kind::filter:
          list = filter_known(stage, list, own, members);
          break;
        case PipeStage::Kind::reduce:
          list = reduce_known(stage, list, own, members);
          break;
      }
    } else {
      if (list.kind != Value::Kind::missing && list.kind != Value::Kind::text)
        report(mistakes::wrong_type, body.list.place, "a pipe needs a list");
      (void)drawn(stage.statements, {stage.item, stage.accumulator}, "", own, members);
      list = {};
    }
  }
  return list;
}

// An element that is only in its list under a condition, with the line that shows it.
Value Lowering::kept(const Value& value, const std::string& id, Place place, Members& members) {
  const std::size_t born = make_.count();
  std::string line = "- ";
  append_template(line, as_template(value));
  make_.add_let(id, place, {{"value", as_json(value)}, {"line", as_json(text_value(line + "\n"))}});
  members.push_back({id});
  Value out = reference_value(step_path(id, "outputs.value"), born);
  out.line = fmt::format("${{{}:-}}", step_path(id, "outputs.line"));
  return out;
}

Value Lowering::map_known(const PipeStage& stage, const Value& list, const Wish& wish,
                          Members& members) {
  const bool is_parallel = stage.kind == PipeStage::Kind::parallel_map;
  const std::string id = id_for(wish, is_parallel ? "pmap" : "map");
  Value out;
  out.kind = Value::Kind::list;
  Members units;
  for (const Value& item : list.items) {
    if (!has_room(stage.place)) break;
    const std::size_t mark = scope_.mark();
    Members inner;
    Value made = in_body(stage.statements, {{stage.item, item}}, inner);
    (void)scope_.take_back(mark);
    const std::string unit_id = make_.below(id, "item");
    std::string unit;
    if (item.present.empty()) {
      unit = make_.unit(unit_id, stage.place, inner);
    } else {
      made = kept(made, make_.below(id, "kept"), stage.place, inner);
      made.present = item.present;
      unit = make_.conditional(unit_id, stage.place, inner, item.present);
    }
    if (!unit.empty()) units.push_back({unit, !item.present.empty()});
    put_item(out, std::move(made));
  }
  if (units.empty()) return out;
  Group& group = make_.add_sequence(id, wish.place, units);
  if (is_parallel) group.rule.execute = Execute::parallel;
  members.push_back({id});
  return out;
}

Value Lowering::filter_known(const PipeStage& stage, const Value& list, const Wish& wish,
                             Members& members) {
  const std::string id = id_for(wish, "filter");
  Value out;
  out.kind = Value::Kind::list;
  Members inner;
  for (const Value& item : list.items) {
    if (!has_room(stage.place)) break;
    const std::size_t mark = scope_.mark();
    Members asked;
    const Value answer = in_body(stage.statements, {{stage.item, item}}, asked);
    (void)scope_.take_back(mark);
    Step* const step = asked.empty() ? nullptr : make_.step(asked.back().id);
    if (!answer.is_reference() || step == nullptr) {
      if (answer.kind != Value::Kind::missing)
        report(mistakes::bad_value, stage.place, "'filter' must end with a session that answers");
      break;
    }
    // Exit 1 is an answer too.
    step->edit_details().success.exit_codes = {0, 1};
    const std::string exit_code = fmt::format("${{{}}}", step_path(step->id, "exit_code"));
    const std::string answer_id = make_.below(id, "answer");
    make_.add_let(answer_id, stage.place,
                  {{"said", as_json(text_value(fmt::format("=${{{}:-}}", answer.text)))}});
    asked.push_back({answer_id});
    const std::string said = fmt::format("${{{}}}", step_path(answer_id, "outputs.said"));
    Members own;
    const std::string kept_id = make_.below(id, "kept");
    Value element = kept(item, kept_id, stage.place, own);
    element.present = fmt::format("${{{}}} != 'skipped'", step_path(kept_id, "state"));
    make_.step(kept_id)->edit_details().when = is_yes(exit_code, said);
    if (item.present.empty()) {
      inner.insert(inner.end(), asked.begin(), asked.end());
      inner.push_back({kept_id, true});
    } else {
      asked.push_back({kept_id, true});
      inner.push_back(
          {make_.conditional(make_.below(id, "item"), stage.place, asked, item.present), true});
    }
    put_item(out, std::move(element));
  }
  if (inner.empty()) return out;
  make_.add_sequence(id, wish.place, inner);
  members.push_back({id});
  return out;
}

// The first item that is in the list is what the rest is added to.
Value Lowering::reduce_known(const PipeStage& stage, const Value& list, const Wish& wish,
                             Members& members) {
  const std::string id = id_for(wish, "reduce");
  Value gathered;
  gathered.kind = Value::Kind::null;
  bool is_certain = false;  // there is an item already
  std::string is_any;       // the condition under which there is one
  Members inner;
  for (const Value& item : list.items) {
    if (!has_room(stage.place)) break;
    if (!is_certain && is_any.empty()) {
      gathered = item;
      is_certain = item.present.empty();
      is_any = item.present;
      if (!is_certain) gathered.has_fallback = true;
      gathered.present.clear();
      continue;
    }
    std::string when = item.present;
    if (!is_certain) when = when.empty() ? is_any : fmt::format("({}) and ({})", when, is_any);
    const std::size_t mark = scope_.mark();
    Members own;
    Value made =
        in_body(stage.statements, {{stage.accumulator, gathered}, {stage.item, item}}, own);
    (void)scope_.take_back(mark);
    const std::string unit_id = make_.below(id, "item");
    if (when.empty()) {
      const std::string unit = make_.unit(unit_id, stage.place, own);
      if (!unit.empty()) inner.push_back({unit});
      gathered = std::move(made);
      continue;
    }
    if (made.is_reference()) {
      const std::string unit = make_.conditional(unit_id, stage.place, own, when);
      if (!unit.empty()) inner.push_back({unit, true});
      std::vector<Value> parts = {made};
      if (gathered.is_reference()) gathered.has_fallback = false;
      if (!is_certain && gathered.is_reference() && item.is_reference()) {
        parts.push_back(gathered);
        parts.push_back(item);
        gathered = merged(parts, nullptr, "gathered", stage.place, inner);
      } else {
        gathered = merged(parts, &gathered, "gathered", stage.place, inner);
      }
    }
    is_certain |= item.present.empty();
    is_any = is_certain ? "" : either(is_any, item.present);
  }
  if (inner.empty()) return gathered;
  make_.add_sequence(id, wish.place, inner);
  members.push_back({id});
  return gathered;
}

Value Lowering::stage_unknown(const PipeStage& stage, const Value& list, const Wish& wish,
                              Members& members) {
  const bool is_map =
      stage.kind == PipeStage::Kind::map || stage.kind == PipeStage::Kind::parallel_map;
  if (is_map) {
    const Fan fan{stage.item, {}, stage.kind == PipeStage::Kind::parallel_map, nullptr};
    return fan_out(stage.statements, list, fan, wish, members);
  }
  const std::string_view what = stage.kind == PipeStage::Kind::filter
                                    ? "this filter is over a list that only the run knows"
                                    : "this reduce is over a list that only the run knows";
  (void)drawn(stage.statements, {stage.item, stage.accumulator}, what, wish, members);
  return {};
}

ForEach Lowering::items_of(const Value& list, const Fan& fan, Place place) {
  ForEach from;
  from.kind = ForEach::Kind::from;
  from.source = as_template(list);
  from.text = fmt::format("{{\"from\": {}}}", to_json(Datum{from.source}));
  from.place = place;
  if (!fan.is_parallel) from.rule.execute = Execute::sequential;
  if (fan.modifiers != nullptr) apply(joining_of(*fan.modifiers), from.rule);
  return from;
}

Value Lowering::fan_out(const Statements& statements, const Value& list, const Fan& fan,
                        const Wish& wish, Members& members) {
  if (fans_ > 0) {
    (void)drawn(statements, {fan.item, fan.index},
                "a list inside of another one, and only the run knows both", wish, members);
    return {};
  }
  const bool is_session =
      statements.size() == 1 && std::holds_alternative<SessionBody>(statements.front().body);
  if (!is_session) return fan_group(statements, list, fan, wish, members);
  const Binding& binding = statements.front().binding;
  Wish own{wish.name, statements.front().place};
  if (own.name.empty() && binding.names.size() == 1) own.name = binding.names.front().text;
  const std::size_t mark = scope_.mark();
  scope_.set(fan.item.text, reference_value("item", make_.count()));
  if (!fan.index.text.empty()) scope_.set(fan.index.text, reference_value("index", make_.count()));
  (void)session(std::get<SessionBody>(statements.front().body), own, members);
  (void)scope_.take_back(mark);
  Step& step = *make_.step(members.back().id);
  step.edit_details().for_each.emplace(items_of(list, fan, wish.place));
  Value results = reference_value(step_path(step.id, "results"), make_.count());
  for (const Name& name : binding.names) scope_.set(name.text, results);
  return results;
}

// Several statements for each item: a group of its own, with one member that holds them in order.
Value Lowering::fan_group(const Statements& statements, const Value& list, const Fan& fan,
                          const Wish& wish, Members& members) {
  const std::string id = id_for(wish, fan.is_parallel ? "parallel" : "for");
  const std::size_t mark = scope_.mark();
  // Kept by a step: what is behind it need not know that there are items.
  const std::string given = make_.below(id, "given");
  make_.add_let(given, wish.place, {{"item", "\"${item}\""}, {"index", "\"${index}\""}});
  Members inner = {{given}};
  const std::size_t born = make_.count();
  ++fans_;
  const Value value =
      in_body(statements,
              {{fan.item, reference_value(step_path(given, "outputs.item"), born)},
               {fan.index, reference_value(step_path(given, "outputs.index"), born)}},
              inner);
  --fans_;
  const bool is_result = value.is_reference() && value.others.empty() && !value.has_fallback &&
                         value.text == step_path(inner.back().id, "result");
  const bool has_result = value.kind != Value::Kind::missing;
  if (has_result && !is_result) (void)stored(value, "result", wish.place, inner);
  const Scope::Changes changes = scope_.take_back(mark);
  const std::string unit = make_.below(id, "item");
  Group& body = make_.add_sequence(unit, wish.place, inner);
  if (has_result) body.result_from = inner.back().id;
  Group& group = make_.add_sequence(id, wish.place, {{unit}});
  members.push_back({id});
  for (const auto& [name, changed] : changes) {
    if (scope_.find(name) == nullptr) continue;
    // Nothing has items now.
    make_.step(given)->edit_details().values = {{"item", "null"}, {"index", "null"}};
    defer("list", wish.place,
          fmt::format("each element of a list that only the run knows gives '{}' another value, "
                      "and nothing here gathers them",
                      name),
          "use map or pmap, which give the list of the results; or write the list into the "
          "program");
    return {};
  }
  group.for_each.emplace(items_of(list, fan, wish.place));
  group.rule = group.for_each->rule;
  if (has_result) group.result_from = unit;
  return has_result ? reference_value(step_path(id, "results"), make_.count()) : Value{};
}

Value Lowering::drawn(const Statements& statements, const std::vector<Name>& names,
                      std::string_view what, const Wish& wish, Members& members) {
  if (!what.empty()) {
    defer("list", wish.place, std::string(what),
          "for, parallel for, map and pmap run over such a list; or write it into the program");
  }
  std::vector<std::pair<Name, Value>> locals;
  // Whatever they are, nothing of it is known.
  for (const Name& name : names) locals.emplace_back(name, Value{});
  Members inner;
  Value value = in_body(statements, locals, inner);
  if (inner.empty()) return value;
  const std::string id = id_for(wish, "each");
  make_.add_sequence(id, wish.place, inner);
  members.push_back({id});
  return value;
}

}  // namespace ws::prose
