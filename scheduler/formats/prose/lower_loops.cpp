// Loops. What is known beforehand is written out; what only a run knows becomes a group with rounds
// or a fan-out.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/prose/lowering_state.h"
#include "formats/prose/usage.h"
#include "formats/prose/words.h"
#include "model/mistakes.h"

namespace ws::prose {
namespace {

// Rounds that are written out when a loop hands values on and names no limit.
constexpr std::uint32_t kRoundsWrittenOut = 50;

}  // namespace

// Names that hold inside of a body only.
class Lowering::Locals {
 public:
  explicit Locals(Scope& scope) : scope_(scope) {}
  ~Locals() {
    for (; !hidden_.empty(); hidden_.pop_back()) scope_.reveal(std::move(hidden_.back()));
  }
  Locals(const Locals&) = delete;
  Locals& operator=(const Locals&) = delete;

  void set(const Name& name, Value value) {
    if (!name.text.empty()) hidden_.push_back(scope_.hide(name.text, std::move(value)));
  }

 private:
  Scope& scope_;
  std::vector<Scope::Hidden> hidden_;
};

Value Lowering::in_body(const Statements& statements,
                        const std::vector<std::pair<Name, Value>>& locals, Members& members) {
  Locals here(scope_);
  for (const auto& [name, value] : locals) here.set(name, value);
  return sequence(statements, members);
}

Value Lowering::repeat(const RepeatBody& body, const Wish& wish, Members& members) {
  const Value count = evaluate(body.count, members);
  if (count.is_reference()) {
    return drawn(body.statements, {body.index},
                 "how often 'repeat' goes round is only known while the program runs", wish,
                 members);
  }
  std::uint32_t most = 0;
  if (count.kind == Value::Kind::number) {
    Expression number;
    number.kind = Expression::Kind::number;
    number.text = count.text;
    most = count_of(number).value_or(0);
  } else if (count.kind != Value::Kind::missing && body.count.kind == Expression::Kind::name) {
    report(mistakes::wrong_type, body.count.place, "the number of rounds must be a whole number");
  }
  const std::string id = id_for(wish, "repeat");
  Members inner;
  Value list;
  list.kind = Value::Kind::list;
  for (std::uint32_t i = 0; i < most && has_room(wish.place); ++i) {
    const std::size_t before = inner.size();
    put_item(list, in_body(body.statements, {{body.index, number_value(i)}}, inner));
    if (inner.size() == before) break;
  }
  if (inner.empty()) return list;
  make_.add_sequence(id, wish.place, inner);
  members.push_back({id});
  return list;
}

Value Lowering::for_each(const ForBody& body, const Wish& wish, Members& members) {
  const Value list = evaluate(body.list, members);
  if (list.is_list()) return for_known(body, list, wish, members);
  if (list.is_reference()) return for_unknown(body, list, wish, members);
  if (list.kind != Value::Kind::missing)
    report(mistakes::wrong_type, body.list.place, "'for' needs a list",
           "write [\"a\", \"b\"], or name a list");
  return drawn(body.statements, {body.item, body.index}, "", wish, members);
}

Value Lowering::for_known(const ForBody& body, const Value& list, const Wish& wish,
                          Members& members) {
  const std::string id = id_for(wish, body.is_parallel ? "parallel" : "for");
  Members inner;
  Value results;
  results.kind = Value::Kind::list;
  std::vector<BranchMade> branches;
  for (std::size_t i = 0; i < list.items.size() && has_room(wish.place); ++i) {
    const Value& item = list.items[i];
    const std::vector<std::pair<Name, Value>> locals = {{body.item, item},
                                                        {body.index, number_value(i)}};
    const std::size_t mark = scope_.mark();
    Members own;
    Value value = in_body(body.statements, locals, own);
    const bool is_sequence = !body.is_parallel && item.present.empty();
    if (is_sequence) {
      inner.insert(inner.end(), own.begin(), own.end());
      put_item(results, std::move(value));
      continue;
    }
    BranchMade made;
    made.value = std::move(value);
    made.changes = scope_.take_back(mark);
    const std::string unit_id = make_.below(id, "item");
    made.unit = item.present.empty() ? make_.unit(unit_id, wish.place, own)
                                     : make_.conditional(unit_id, wish.place, own, item.present);
    // Lists grow from item to item, also side by side: nothing is read for it.
    for (const auto& [name, changed] : made.changes) {
      if (changed.is_list() || !body.is_parallel) scope_.set(name, changed);
    }
    if (!body.is_parallel && !made.unit.empty()) inner.push_back({made.unit, true});
    branches.push_back(std::move(made));
  }
  if (body.is_parallel) {
    if (branches.empty()) return results;
    const Joining joining = joining_of(body.modifiers);
    const bool is_named = body.list.kind != Expression::Kind::list;
    if (is_named && joining.strategy == "any" && joining.count > branches.size()) {
      report(mistakes::out_of_range, body.list.place,
             fmt::format("'count' is {}, but the list has only {}", joining.count,
                         counted(branches.size(), "element")));
    }
    return join(std::move(branches), joining_of(body.modifiers), id, wish, members);
  }
  if (inner.empty()) return results;
  make_.add_sequence(id, wish.place, inner);
  members.push_back({id});
  return results;
}

Value Lowering::for_unknown(const ForBody& body, const Value& list, const Wish& wish,
                            Members& members) {
  const Fan fan{body.item, body.index, body.is_parallel, &body.modifiers};
  return fan_out(body.statements, list, fan, wish, members);
}

// Whether a round reads what an earlier one gave a value: a group with rounds starts each afresh.
bool Lowering::hands_on(const LoopBody& body) const {
  Usage usage = usage_of(body.statements, declared_);
  add_reads(body.condition, usage);
  if (!body.index.text.empty() && usage.reads.count(body.index.text) > 0) return true;
  return std::any_of(usage.writes.begin(), usage.writes.end(), [&](const std::string& name) {
    return usage.reads.count(name) > 0 && scope_.find(name) != nullptr;
  });
}

Value Lowering::loop(const LoopBody& body, const Wish& wish, Members& members) {
  const Property* const max = find_property(body.modifiers, "max");
  const auto given = max == nullptr ? std::nullopt : count_of(max->value);
  const std::uint32_t most = std::max<std::uint32_t>(given.value_or(kMostRounds), 1);
  if (!hands_on(body)) return rounds(body, most, wish, members);
  const std::string id = id_for(wish, "loop");
  const bool is_bounded = max != nullptr || body.until == LoopBody::Until::none;
  Members inner;
  Written written{id, is_bounded ? most : kRoundsWrittenOut, is_bounded};
  Value value = written_out(body, written, inner);
  if (inner.empty()) return value;
  make_.add_sequence(id, wish.place, inner);
  members.push_back({id});
  return value;
}

Value Lowering::rounds(const LoopBody& body, std::uint32_t most, const Wish& wish,
                       Members& members) {
  const std::string id = id_for(wish, "loop");
  Members inner;
  RepeatPolicy policy;
  policy.max_rounds = most;
  policy.is_bound_an_error = false;
  Value value;
  Arm made;
  const bool is_while = body.until == LoopBody::Until::while_;
  std::string code;
  if (is_while) {
    code = judge(make_.below(id, "judge"), text_of(body.condition), wish.place, false, inner);
    made = arm(body.statements, make_.below(id, "round"), wish.place, code + " == 0", inner);
    value = made.value;
    policy.until = code + " == 1";
  } else {
    value = in_body(body.statements, {}, inner);
    if (body.until == LoopBody::Until::until) {
      code = judge(make_.below(id, "judge"), text_of(body.condition), wish.place, false, inner);
      policy.until = code + " == 0";
    }
  }
  // Without a limit of its own, going round for ever is a mistake of the run.
  policy.is_bound_an_error =
      !policy.until.empty() && find_property(body.modifiers, "max") == nullptr;
  if (inner.empty()) return value;
  make_.add_sequence(id, wish.place, inner).repeat = std::move(policy);
  members.push_back({id});
  merge({made}, wish.place, members);
  return value;
}

Value Lowering::written_out(const LoopBody& body, const Written& loop, Members& members) {
  Value value;
  std::string go_on;  // the condition under which there is another round
  const Place place = body.statements.empty() ? Place{} : body.statements.front().place;
  for (std::uint32_t round = 0; round < loop.most && has_room(place); ++round) {
    Locals here(scope_);
    here.set(body.index, number_value(round));
    if (body.until == LoopBody::Until::while_) go_on = judge_round(body, loop, go_on, 0, members);
    const std::size_t before = members.size();
    Members inner;
    Arm made;
    if (go_on.empty()) {
      made.value = sequence(body.statements, members);
    } else {
      made = arm(body.statements, make_.below(loop.id, "round"), place, go_on, members);
      merge({made}, place, members);
    }
    value = made.value;
    if (body.until == LoopBody::Until::until) go_on = judge_round(body, loop, go_on, 1, members);
    if (members.size() == before) break;
  }
  if (loop.is_bounded || go_on.empty()) return value;
  const std::string id = make_.below(loop.id, "endless");
  Step& step = make_.add_step(id, place);
  step.action = CommandAction{
      failing_with(fmt::format("the loop has not ended after {} rounds", loop.most)), place};
  step.edit_details().when = go_on;
  members.push_back({id, true});
  return value;
}

// Asks whether to go on; what it gives is true when it is `code`.
std::string Lowering::judge_round(const LoopBody& body, const Written& loop,
                                  const std::string& go_on, int code, Members& members) {
  const std::string id = make_.below(loop.id, "judge");
  const std::string exit = judge(id, text_of(body.condition), body.condition.place, false, members);
  if (!go_on.empty()) {
    make_.step(id)->edit_details().when = go_on;
    members.back().is_passing = true;
  }
  return fmt::format("{} == {}", exit, code);
}

}  // namespace ws::prose
