// What holds steps: containers, arms, loops, tries.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/blok/blok_lowering.h"
#include "formats/value_text.h"
#include "model/expression.h"

namespace ws {
namespace {

constexpr std::size_t kMostArms = 200;

// "${steps.G.aggregate.list}"
std::string aggregate(const std::string& group, std::string_view part) {
  return "${" + Reference{{"steps", group, "aggregate", std::string(part)}}.text() + "}";
}

void add_names(const BlokSteps& steps, std::set<std::string, std::less<>>& out);

struct InnerNames {
  std::set<std::string, std::less<>>& out;
  void operator()(const BlokNode& /*work*/) const {}
  void operator()(const BlokContainer& work) const { add_names(work.members, out); }
  void operator()(const BlokBranch& work) const {
    for (const BlokArm& arm : work.arms) add_names(arm.steps, out);
  }
  void operator()(const BlokSwitch& work) const {
    for (const BlokCase& one : work.cases) add_names(one.steps, out);
  }
  void operator()(const BlokEach& work) const { add_names(work.steps, out); }
  void operator()(const BlokLoop& work) const { add_names(work.steps, out); }
  void operator()(const BlokTry& work) const {
    add_names(work.body, out);
    add_names(work.handlers, out);
    add_names(work.last, out);
  }
  void operator()(const BlokPause& /*work*/) const {}
  void operator()(const BlokCall& /*work*/) const {}
};

void add_names(const BlokSteps& steps, std::set<std::string, std::less<>>& out) {
  for (const BlokStep& step : steps) {
    out.insert(step.name);
    if (!step.as.empty()) out.insert(step.as);
    std::visit(InnerNames{out}, step.work);
  }
}

}  // namespace

std::set<std::string, std::less<>> names_written(const BlokSteps& steps) {
  std::set<std::string, std::less<>> out;
  add_names(steps, out);
  out.insert(std::string(BlokScope::kPrevious));
  return out;
}

BlokLowering::Ids BlokLowering::lower_container(const BlokStep& step, const BlokContainer& work) {
  const std::string id = take_id(id_of(step.name));
  const std::string data = take_id(id + ".data");
  {
    Group& group = add_group(id, step);
    group.rule.execute = work.is_sequential ? Execute::sequential : Execute::parallel;
    group.rule.on_first_failure = work.is_partial ? OnFirstFailure::drain : OnFirstFailure::cancel;
    group.rule.fail_if = work.is_partial ? FailIf::none : FailIf::any;
    group.rule.is_policy_explicit = true;
    group.rule.timeout = work.global_timeout;
    group.rule.max_workers = work.max_concurrent;
    group.member_timeout = work.timeout;
    group.retry = step.retry && step.retry->attempts > 1 ? step.retry : std::nullopt;
  }
  if (!work.is_sequential) {
    widen(std::min<std::uint32_t>(work.max_concurrent,
                                  static_cast<std::uint32_t>(work.members.size())));
  }
  ++items_;
  std::vector<BlokScope::RegionId> regions;
  for (const BlokStep& member : work.members) {
    regions.push_back(scope_.open(work.is_partial ? Region::conditional : Region::certain, id));
    Ids ids = lower(member);
    // A container in a container is two: its group and its data.
    if (ids.size() > 1) {
      const std::string both = take_id(ids.front() + ".run");
      Group& group = add_sequence(both, member.place);
      group.result_from = ids.back();
      for (const std::string& one : ids)
        group.members.push_back({one, DependencyOn::success, member.place});
      ids = {both};
    }
    for (const std::string& one : ids)
      group_at(id).members.push_back({one, DependencyOn::success, member.place});
    scope_.close();
    scope_.hide(regions.back());
  }
  --items_;
  for (const BlokScope::RegionId region : regions) scope_.show(region);
  Step& values = add_step(data, step);
  values.edit_details().name = fmt::format("what '{}' hands on", step.name);
  auto& made = values.edit_details().values;
  made.emplace_back("results", to_json(Datum{aggregate(id, "list")}));
  made.emplace_back("execution_info",
                    to_json(Datum{Datum::Map{{"total", Datum{aggregate(id, "total")}},
                                             {"completed", Datum{aggregate(id, "succeeded")}},
                                             {"failed", Datum{aggregate(id, "failed")}},
                                             {"duration_ms", Datum{aggregate(id, "duration_ms")}},
                                             {"concurrent_peak", Datum{aggregate(id, "peak")}}}}));
  if (work.is_partial) made.emplace_back("errors", to_json(Datum{aggregate(id, "failures")}));
  keep_result(step, {"steps", data, "outputs"}, data);
  return {id, data};
}

// Every arm asks that none before it was meant; what an arm changes does not change the answer,
// because paths mean what was there before all of them.
BlokLowering::Ids BlokLowering::lower_arms(const BlokStep& step, const std::vector<Arm>& arms) {
  const std::string id = take_id(id_of(step.name));
  const bool is_empty =
      std::all_of(arms.begin(), arms.end(), [](const Arm& arm) { return arm.steps->empty(); });
  if (is_empty) {
    add_step(id, step);
    return {id};
  }
  add_group(id, step).rule.execute = Execute::sequential;
  std::vector<BlokScope::RegionId> regions;
  for (const Arm& arm : arms) {
    regions.push_back(scope_.open(Region::conditional, id));
    const std::string inner = group_of(*arm.steps, id + "." + arm.name, arm.place);
    scope_.close();
    scope_.hide(regions.back());
    if (inner.empty()) continue;
    Group& group = group_at(inner);
    group.when = arm.when;
    group.when_place = arm.when_place.is_known() ? arm.when_place : arm.place;
    group_at(id).members.push_back({inner, DependencyOn::success, arm.place});
  }
  for (const BlokScope::RegionId region : regions) scope_.show(region);
  return {id};
}

BlokLowering::Ids BlokLowering::lower_branch(const BlokStep& step, const BlokBranch& work) {
  std::vector<Arm> arms;
  std::string none_before;
  for (const BlokArm& arm : work.arms) {
    values_.asked_by(owner_of(step), items_groups_ > 0);
    if (arms.size() == kMostArms) {
      values_.defer(arm.place, "conditions",
                    fmt::format("more than {} conditions in one step", kMostArms));
      break;
    }
    std::string own;
    if (arm.when) own = values_.condition(arm.when->text, arm.when->place);
    std::string when = none_before;
    if (!own.empty()) when += (when.empty() ? "" : " and ") + own;
    arms.push_back(
        {arm.name, std::move(when), arm.when ? arm.when->place : arm.place, &arm.steps, arm.place});
    if (!own.empty())
      none_before += fmt::format("{}not ({})", none_before.empty() ? "" : " and ", own);
  }
  return lower_arms(step, arms);
}

BlokLowering::Ids BlokLowering::lower_switch(const BlokStep& step, const BlokSwitch& work) {
  values_.asked_by(owner_of(step), items_groups_ > 0);
  const std::string on = work.on ? values_.operand(*work.on) : std::string();
  std::vector<Arm> arms;
  std::string all;
  std::set<std::string, std::less<>> taken;
  for (const BlokCase& one : work.cases) {
    const bool is_default = one.when.empty();
    std::string list;
    for (const Value value : one.when) {
      const std::string text = values_.operand(value);
      // The first case of a value has it.
      if (text.empty() || !taken.insert(text).second) continue;
      list += (list.empty() ? "" : ", ") + text;
    }
    std::string when;
    if (!on.empty())
      when =
          is_default ? fmt::format("{} not in [{}]", on, all) : fmt::format("{} in [{}]", on, list);
    all += (all.empty() || list.empty() ? "" : ", ") + list;
    arms.push_back({is_default ? std::string("default") : fmt::format("case-{}", arms.size() + 1),
                    std::move(when), one.place, &one.steps, one.place});
  }
  return lower_arms(step, arms);
}

BlokLowering::Ids BlokLowering::lower_loop(const BlokStep& step, const BlokLoop& work) {
  const std::string id = take_id(id_of(step.name));
  add_group(id, step).rule.execute = Execute::sequential;
  const std::size_t stops = stops_.size();
  scope_.open(Region::conditional, id);
  scope_.enter_loop(names_written(work.steps));
  for (const std::string& member : members(work.steps, id))
    group_at(id).members.push_back({member, DependencyOn::success, step.place});
  scope_.leave_loop();
  scope_.close();
  values_.asked_by(owner_of(step), items_groups_ > 0);
  std::string condition = values_.condition(work.condition.text, work.condition.place);
  if (stops_.size() > stops && !condition.empty())
    condition = fmt::format("({}) and {}", condition, guard_text(stops));
  RepeatPolicy repeat;
  repeat.max_rounds = condition.empty() ? 1 : work.most;
  repeat.while_ = std::move(condition);
  group_at(id).repeat = std::move(repeat);
  return {id};
}

BlokLowering::Ids BlokLowering::lower_try(const BlokStep& step, const BlokTry& work) {
  const std::string id = take_id(id_of(step.name));
  add_group(id, step).rule.execute = Execute::sequential;
  scope_.open(Region::conditional, id);
  for (const std::string& member : members(work.body, id))
    group_at(id).members.push_back({member, DependencyOn::success, step.place});
  scope_.close();
  scope_.enter_handler();
  scope_.open(Region::conditional, id);
  const std::string handlers = group_of(work.handlers, id + ".catch", step.place);
  scope_.close();
  scope_.open(Region::certain, id);
  const std::string last = group_of(work.last, id + ".finally", step.place);
  scope_.close();
  scope_.leave_handler();
  if (!handlers.empty()) group_at(id).catch_steps.push_back(handlers);
  if (!last.empty()) group_at(id).finally_steps.push_back(last);
  return {id};
}

// forEach

BlokLowering::Ids BlokLowering::lower_each(const BlokStep& step, const BlokEach& work) {
  const bool is_literal = work.in && work.in->is_array();
  if (work.is_parallel) widen(work.concurrency);
  const auto* node =
      work.steps.size() == 1 ? std::get_if<BlokNode>(&work.steps.front().work) : nullptr;
  const bool is_plain =
      node != nullptr && work.steps.front().is_active && !work.steps.front().is_last;
  const std::optional<Datum> items =
      is_literal ? values_.constant(*work.in) : std::optional<Datum>();
  if (is_plain && (!is_literal || items)) return fan_out(step, work, *node);
  if (items) return unrolled(step, work, std::get<Datum::List>(items->value));
  return items_group(step, work);
}

ForEach BlokLowering::items_of(const BlokStep& step, const BlokEach& work) {
  ForEach each;
  if (work.in && work.in->is_array()) {
    each.kind = ForEach::Kind::list;
    for (const Value item : work.in->items()) each.items.push_back(json_text(item, sources_));
    each.text = json_text(*work.in, sources_);
  } else {
    each.kind = ForEach::Kind::from;
    each.source = work.in ? values_.list(*work.in) : std::string();
    // Only to be drawn: the run is refused.
    if (each.source.empty()) each.source = "[]";
    each.text = to_json(Datum{Datum::Map{{"from", Datum{each.source}}}});
  }
  each.place = work.in ? work.in->place() : step.place;
  each.rule.execute = work.is_parallel ? Execute::parallel : Execute::sequential;
  each.rule.max_workers = work.is_parallel ? work.concurrency : 0;
  return each;
}

BlokLowering::Ids BlokLowering::fan_out(const BlokStep& step, const BlokEach& work,
                                        const BlokNode& node) {
  const std::string id = take_id(id_of(step.name));
  const BlokStep& inner = work.steps.front();
  values_.asked_by(owner_of(step), items_groups_ > 0);
  ForEach each = items_of(step, work);
  Step& out = add_step(id, step);
  out.edit_details().name = inner.name == step.name ? std::string() : inner.name;
  if (out.details().description.empty()) out.edit_details().description = inner.description;
  scope_.open(Region::items, id);
  scope_.write(work.as, {"item"}, "");
  scope_.write(work.as + "Index", {"index"}, "");
  run_node(out, inner, node, true);
  scope_.write(inner.name, {"steps", id, "result"}, id);
  scope_.close();
  out.edit_details().for_each.emplace(std::move(each));
  keep_result(step, {"steps", id, "results"}, id);
  return {id};
}

BlokLowering::Ids BlokLowering::unrolled(const BlokStep& step, const BlokEach& work,
                                         const Datum::List& items) {
  const std::string id = take_id(id_of(step.name));
  const std::string data = take_id(id + ".data");
  Datum::List results;
  {
    Group& group = add_group(id, step);
    group.rule.execute = work.is_parallel ? Execute::parallel : Execute::sequential;
    group.rule.max_workers = work.is_parallel ? work.concurrency : 0;
  }
  if (unrolled_++ == 0) steps_before_ = out_.steps.size();
  ++items_;
  for (std::size_t i = 0; i < items.size() && !is_too_large_; ++i) {
    const BlokScope::RegionId region = scope_.open(Region::items, id);
    scope_.write(work.as, items[i]);
    scope_.write(work.as + "Index", Datum{static_cast<std::int64_t>(i)});
    const std::string one = group_of(work.steps, fmt::format("{}.{}", id, i), step.place);
    const BlokValue last = scope_.resolve({"ctx", "prev"});
    results.push_back(last.candidates.empty() ? Datum{} : Datum{BlokValues::whole(last)});
    scope_.close();
    scope_.hide(region);
    if (one.empty()) break;
    group_at(id).members.push_back({one, DependencyOn::success, step.place});
  }
  --unrolled_;
  --items_;
  // Of what is too large nothing is ever run.
  if (is_too_large_) return {};
  if (group_at(id).members.empty()) {
    // No items: nothing to do, and an empty list.
    out_.groups.pop_back();
    Step& nothing = add_step(id, step);
    nothing.edit_details().values.emplace_back("results", "[]");
    keep_result(step, {"steps", id, "outputs", "results"}, id);
    return {id};
  }
  Step& values = add_step(data, step);
  values.edit_details().name = fmt::format("what '{}' hands on", step.name);
  values.edit_details().values.emplace_back("results", to_json(Datum{std::move(results)}));
  keep_result(step, {"steps", data, "outputs", "results"}, data);
  return {id, data};
}

// Several steps for each item of a list that only the run makes: a group with items. A step of its
// own keeps the item, so that loops inside this one can name it too.
BlokLowering::Ids BlokLowering::items_group(const BlokStep& step, const BlokEach& work) {
  const std::string id = take_id(id_of(step.name));
  const std::string body = take_id(id + ".each");
  const std::string item = take_id(id + ".item");
  const std::string last = take_id(id + ".last");
  values_.asked_by(owner_of(step), items_groups_ > 0);
  ForEach each = items_of(step, work);
  {
    Group& group = add_group(id, step);
    group.rule = each.rule;
    group.result_from = last;
    group.members.push_back({body, DependencyOn::success, step.place});
    group.for_each.emplace(std::move(each));
  }
  add_sequence(body, step.place);
  Step& kept = add_step(item, step);
  kept.edit_details().name = fmt::format("the item of '{}'", step.name);
  kept.edit_details().values = {{"item", R"("${item}")"}, {"index", R"("${index}")"}};
  ++items_;
  ++items_groups_;
  scope_.open(Region::items, id);
  scope_.write(work.as, {"steps", item, "outputs", "item"}, "");
  scope_.write(work.as + "Index", {"steps", item, "outputs", "index"}, "");
  Ids inside = {item};
  const Ids steps = members(work.steps, body);
  inside.insert(inside.end(), steps.begin(), steps.end());
  inside.push_back(last);
  const BlokValue result = scope_.resolve({"ctx", "prev"});
  scope_.close();
  --items_groups_;
  --items_;
  Step& handed = add_step(last, step);
  handed.edit_details().name = fmt::format("what an item of '{}' hands on", step.name);
  const Datum value = result.candidates.empty() ? Datum{} : Datum{BlokValues::whole(result)};
  handed.edit_details().values.emplace_back("result", to_json(value));
  for (const std::string& member : inside)
    group_at(body).members.push_back({member, DependencyOn::success, step.place});
  keep_result(step, {"steps", id, "results"}, id);
  return {id};
}

}  // namespace ws
