// Parallel blocks: a group whose rule is a point of the common space, and what the names of its
// branches stand for once it has been joined.
#include <fmt/format.h>

#include "formats/prose/lowering_state.h"
#include "formats/prose/words.h"

namespace ws::prose {

Lowering::Joining Lowering::joining_of(const std::vector<Property>& modifiers) {
  Joining out;
  for (const Property& one : modifiers) {
    if (one.name.text.empty() || one.name.text == "strategy") {
      out.strategy = word_of(one.value);
    } else if (one.name.text == "on-fail") {
      out.policy = word_of(one.value);
    } else if (one.name.text == "count") {
      out.count = std::max<std::uint32_t>(count_of(one.value).value_or(1), 1);
    }
  }
  if (out.strategy == "race") out.strategy = "first";
  if (out.strategy == "settled") out.strategy = "regardless";
  return out;
}

// FORMATS section 1, and rows 1a to 1f of section 3.2: a policy that is not written never pre-empts
// `any` and `first`.
void Lowering::apply(const Joining& joining, GroupRule& rule) {
  if (joining.strategy == "first") rule.join = Join::first;
  if (joining.strategy == "regardless") rule.join = Join::settled;
  if (joining.strategy == "any") {
    rule.join = Join::any;
    rule.join_count = joining.count;
  }
  if (joining.policy.empty()) return;
  rule.is_policy_explicit = true;
  if (joining.policy == "fail-fast") return;
  rule.on_first_failure = OnFirstFailure::drain;
  rule.fail_if = FailIf::none;
  rule.errors = joining.policy == "ignore" ? Errors::drop : Errors::surface;
}

// What is read of a branch behind the join: it may have failed, or never have come to its end.
Value Lowering::joined(Value value, const BranchMade& branch, const Joining& joining,
                       const std::string& group) {
  if (!value.is_reference() || branch.unit.empty() || value.has_fallback) return value;
  const bool is_tolerant =
      joining.policy == "continue" || (joining.strategy == "regardless" && joining.policy.empty());
  const bool is_race = joining.strategy == "first" || joining.strategy == "any";
  if (joining.policy == "ignore") {
    value.has_fallback = true;
    value.fallback = is_race ? "null" : "";
    if (!is_race)
      value.left_out_unless =
          fmt::format("${{{}}} == 'succeeded'", step_path(branch.unit, "state"));
    return value;
  }
  const std::string error = step_path(group, fmt::format("aggregate.errors['{}']", branch.unit));
  if (is_race) {
    if (is_tolerant) value.others.push_back(error);
    value.has_fallback = true;
    value.fallback = "null";
  } else if (is_tolerant) {
    value.has_fallback = true;
    value.fallback = fmt::format("failed: ${{{}:-no result}}", error);
  }
  return value;
}

// {name, status, value, error} of every member.
Value Lowering::records(const std::vector<BranchMade>& branches, const std::string& group,
                        const Wish& wish, Members& members) {
  Value list;
  list.kind = Value::Kind::list;
  for (const BranchMade& branch : branches) {
    if (branch.unit.empty()) continue;
    Value record;
    record.kind = Value::Kind::object;
    put_member(record, "name",
               text_value(escaped(branch.name.empty() ? branch.unit : branch.name)));
    put_member(record, "status", reference_value(step_path(branch.unit, "state"), 0));
    Value plain = branch.value;
    put_member(record, "value", std::move(plain));
    put_member(record, "error", reference_value(step_path(branch.unit, "error"), 0));
    put_item(list, std::move(record));
  }
  const std::string id = make_.below(group, "records");
  const std::size_t born = make_.count();
  make_.add_let(id, wish.place, {{"result", as_json(list)}});
  members.push_back({id});
  return reference_value(step_path(id, "outputs.result"), born);
}

Value Lowering::join(std::vector<BranchMade> branches, const Joining& joining,
                     const std::string& group, const Wish& wish, Members& members) {
  Group& made = make_.add_group(group, wish.place);
  apply(joining, made.rule);
  for (const BranchMade& branch : branches) {
    if (!branch.unit.empty())
      made.members.push_back({branch.unit, DependencyOn::success, wish.place});
  }
  members.push_back({group});
  Value list;
  list.kind = Value::Kind::list;
  Value winner;
  for (BranchMade& branch : branches) {
    for (auto& [name, value] : branch.changes)
      scope_.set(name, joined(std::move(value), branch, joining, group));
    Value value = joined(branch.value, branch, joining, group);
    if (joining.strategy == "first" && branch.value.is_reference()) {
      if (!winner.is_reference()) {
        winner = branch.value;
      } else {
        winner.others.push_back(branch.value.text);
      }
    }
    value.left_out_unless.clear();
    put_item(list, std::move(value));
  }
  if (joining.strategy == "regardless") return records(branches, group, wish, members);
  constexpr std::size_t kMostInChain = 12;
  if (joining.strategy == "first" && winner.is_reference() && winner.others.size() < kMostInChain) {
    winner.has_fallback = true;
    winner.fallback = "null";
    return winner;
  }
  return list;
}

Value Lowering::parallel(const ParallelBody& body, const Wish& wish, Members& members) {
  const std::string group = id_for(wish, "parallel");
  std::set<std::string, std::less<>> names = unjoined_;
  for (const Statement& branch : body.branches) {
    for (const Name& name : branch.binding.names) names.insert(name.text);
  }
  std::swap(names, unjoined_);
  std::vector<BranchMade> branches;
  for (const Statement& branch : body.branches) {
    if (!has_room(branch.place)) break;
    BranchMade made;
    const std::size_t mark = scope_.mark();
    Members inner;
    made.value = statement(branch, inner);
    made.changes = scope_.take_back(mark);
    if (branch.binding.names.size() == 1) made.name = branch.binding.names.front().text;
    const bool is_whole = inner.size() == 1 && !inner.front().is_passing;
    made.unit = is_whole ? inner.front().id
                         : make_.unit(make_.below(group, made.name.empty() ? "branch" : made.name),
                                      branch.place, inner);
    branches.push_back(std::move(made));
  }
  std::swap(names, unjoined_);
  return join(std::move(branches), joining_of(body.modifiers), group, wish, members);
}

}  // namespace ws::prose
