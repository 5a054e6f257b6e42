#include "formats/blok/blok_lowering.h"

#include <algorithm>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/ascii.h"
#include "base/text.h"
#include "model/expression.h"
#include "model/mistakes.h"

namespace ws {
namespace {

// Literal loops inside literal loops multiply.
constexpr std::size_t kMostSteps = 50'000;
constexpr std::size_t kMostBytes = 64U << 20U;  // of their inputs together

// A number: milliseconds since 1970.
std::string moment(Value value) {
  const std::chrono::sys_time<std::chrono::seconds> time{
      std::chrono::seconds(static_cast<std::int64_t>(value.as_number() / 1000))};
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", time);
}

struct HasNoResult {
  bool operator()(const BlokNode& /*work*/) const { return false; }
  bool operator()(const BlokContainer& /*work*/) const { return false; }
  bool operator()(const BlokBranch& /*work*/) const { return true; }
  bool operator()(const BlokSwitch& /*work*/) const { return true; }
  bool operator()(const BlokEach& /*work*/) const { return false; }
  bool operator()(const BlokLoop& /*work*/) const { return true; }
  bool operator()(const BlokTry& /*work*/) const { return true; }
  bool operator()(const BlokPause& /*work*/) const { return true; }
  bool operator()(const BlokCall& /*work*/) const { return false; }
};

}  // namespace

BlokLowering::BlokLowering(Workstream& out, const SourceSet& sources, Diagnostics& diagnostics)
    : out_(out),
      sources_(sources),
      diagnostics_(diagnostics),
      values_(scope_, sources, out.deferred) {}

std::string BlokLowering::id_of(std::string_view name) {
  std::string out;
  for (const char c : trimmed(name)) {
    const bool is_safe = is_letter(c) || is_digit(c) || c == '_' || c == '-';
    const bool is_dot = c == '.' && !out.empty() && out.back() != '.';
    if (is_safe || is_dot)
      out += c;
    else if (out.empty() || out.back() != '-')
      out += '-';
  }
  while (!out.empty() && (out.back() == '.' || (out.back() == '-' && !name.ends_with('-'))))
    out.pop_back();
  return out.empty() ? "step" : out;
}

std::string BlokLowering::owner_of(const BlokStep& step) {
  return fmt::format("step '{}'", truncate_to_width(printable(step.name), 60));
}

void BlokLowering::run(const BlokFlow& flow) {
  chain(flow.steps);
  const BlokValue last = scope_.resolve({"ctx", "prev"});
  // What a caller of this workflow is given.
  if (!last.candidates.empty())
    out_.outputs.push_back({"result", BlokValues::whole(last), flow.place});
}

void BlokLowering::chain(const BlokSteps& steps) {
  std::string last;
  bool is_over = false;
  for (const BlokStep& step : steps) {
    const std::size_t stops = stops_.size();
    const std::string guards = guard_text(0);
    const auto* call = std::get_if<BlokCall>(&step.work);
    const bool is_beside = !step.is_active || (call != nullptr && !call->is_awaited);
    std::string before = last;
    // What follows a stop never runs, and hands nothing on.
    if (is_over) scope_.hide(scope_.open(Region::certain, ""));
    const Ids ids = lower(step);
    if (is_over) scope_.close();
    for (const std::string& id : ids) {
      if (!before.empty()) need(id, before);
      if (is_over)
        guard(id, "false");
      else if (before == last)
        guard(id, guards);
      before = id;
    }
    // The guard held for all that follows: what depends on a skipped step is skipped.
    if (!is_beside) {
      last = before;
      stops_.erase(stops_.begin(), stops_.begin() + static_cast<std::ptrdiff_t>(stops));
    }
    if (step.is_last && step.is_active) is_over = true;
  }
}

BlokLowering::Ids BlokLowering::members(const BlokSteps& steps, const std::string& parent) {
  Ids out;
  Ids* into = &out;
  std::vector<Ids> rests;
  rests.reserve(steps.size());
  bool is_over = false;
  for (const BlokStep& step : steps) {
    const std::size_t stops = stops_.size();
    Ids ids = lower(step);
    if (is_over) {
      for (const std::string& id : ids) guard(id, "false");
    }
    into->insert(into->end(), ids.begin(), ids.end());
    if (step.is_last && step.is_active) {
      is_over = true;
    } else if (stops_.size() > stops && &step != &steps.back()) {
      const std::string rest = take_id(parent + ".rest");
      Group& group = add_sequence(rest, step.place);
      group.when = guard_text(stops);
      group.when_place = step.place;
      into->push_back(rest);
      into = &rests.emplace_back();
    }
  }
  // The innermost rest is the last one: each is the last member of the one before.
  std::size_t which = rests.size();
  while (which > 0) {
    --which;
    Ids& owner = which == 0 ? out : rests[which - 1];
    Group& group = group_at(owner.back());
    for (const std::string& id : rests[which])
      group.members.push_back({id, DependencyOn::success, group.place});
  }
  return out;
}

BlokLowering::Ids BlokLowering::lower(const BlokStep& step) {
  if (unrolled_ > 0 && (out_.steps.size() - steps_before_ > kMostSteps || bytes_ > kMostBytes)) {
    if (!is_too_large_) {
      diagnostics_.error(
          mistakes::limit_exceeded, step.place,
          fmt::format("the loops make more than {} steps, or 64 MiB of inputs", kMostSteps),
          "let a step make the list: {\"in\": \"js/ctx.state.list\"}");
    }
    is_too_large_ = true;
    return {};
  }
  struct Visitor {
    BlokLowering& self;
    const BlokStep& step;
    Ids operator()(const BlokNode& work) const { return self.lower_node(step, work); }
    Ids operator()(const BlokContainer& work) const { return self.lower_container(step, work); }
    Ids operator()(const BlokBranch& work) const { return self.lower_branch(step, work); }
    Ids operator()(const BlokSwitch& work) const { return self.lower_switch(step, work); }
    Ids operator()(const BlokEach& work) const { return self.lower_each(step, work); }
    Ids operator()(const BlokLoop& work) const { return self.lower_loop(step, work); }
    Ids operator()(const BlokTry& work) const { return self.lower_try(step, work); }
    Ids operator()(const BlokPause& work) const { return self.lower_pause(step, work); }
    Ids operator()(const BlokCall& work) const { return self.lower_call(step, work); }
  };
  if (std::visit(HasNoResult{}, step.work))
    scope_.forbid(step.name, fmt::format("{} has no result of its own", owner_of(step)));
  if (!step.is_active) scope_.hide(scope_.open(Region::certain, ""));
  Ids out = std::visit(Visitor{*this, step}, step.work);
  if (!step.is_active) {
    scope_.close();
    scope_.forbid(step.as.empty() ? step.name : step.as,
                  fmt::format("{} is not active: it never runs", owner_of(step)));
    for (const std::string& id : out) guard(id, "false");
    return out;
  }
  if (!step.is_last || out.empty()) return out;
  if (items_ > 0) {
    DeferredFeature feature{"stop", owner_of(step), step.place, "true"};
    feature.message = fmt::format(
        "{} would end the workflow from inside of a forEach or a container", owner_of(step));
    feature.hint = "stop in a step behind it";
    out_.deferred.push_back(std::move(feature));
  } else {
    stops_.push_back(out.back());
  }
  return out;
}

std::string BlokLowering::group_of(const BlokSteps& steps, std::string wanted, Place place) {
  if (steps.empty()) return {};
  const std::string id = take_id(wanted);
  add_sequence(id, place);
  const Ids inside = members(steps, id);
  Group& group = group_at(id);
  for (const std::string& member : inside)
    group.members.push_back({member, DependencyOn::success, place});
  return id;
}

void BlokLowering::keep_result(const BlokStep& step, NativePath base, const std::string& id) {
  scope_.write(std::string(BlokScope::kPrevious), base, id);
  if (step.is_ephemeral) {
    scope_.forbid(step.name, fmt::format("{} is ephemeral: only the step behind it sees its result",
                                         owner_of(step)));
    return;
  }
  if (step.is_spread) scope_.spread(base);
  if (!step.as.empty()) scope_.write(step.as, base, id);
  scope_.write(step.name, std::move(base), id);
}

// one process

BlokLowering::Ids BlokLowering::lower_node(const BlokStep& step, const BlokNode& work) {
  const std::string id = take_id(id_of(step.name));
  run_node(add_step(id, step), step, work, false);
  keep_result(step, {"steps", id, "result"}, id);
  return {id};
}

void BlokLowering::run_node(Step& out, const BlokStep& step, const BlokNode& node, bool has_item) {
  std::string name = node.node.text;
  // `runtime.python3:name` says its type itself.
  if (name.starts_with(node.type + ":")) name.erase(0, node.type.size() + 1);
  out.action = ToolAction{"node:" + name, node.node.place, {}, {node.type}};
  values_.asked_by(owner_of(step), has_item || items_groups_ > 0);
  StepDetails& details = out.edit_details();
  details.stdin_json = node.inputs ? values_.json(*node.inputs) : "{}";
  if (unrolled_ > 0) bytes_ += details.stdin_json.size();
  details.outputs.emplace_back("result", "stdout");
  set_policies(out, step, has_item);
}

void BlokLowering::set_policies(Step& out, const BlokStep& step, bool has_item) {
  out.timeout = step.max_duration;
  StepDetails& details = out.edit_details();
  if (step.retry && step.retry->attempts > 1) details.retry = step.retry;
  if (!step.idempotency_key) return;
  if (step.idempotency_ttl == Duration{}) {
    diagnostics_.warning(
        mistakes::not_applicable, step.idempotency_key->place(),
        fmt::format("'idempotencyKey' of {} is of no effect: nothing is kept for 0 "
                    "milliseconds",
                    owner_of(step)));
    return;
  }
  values_.asked_by(owner_of(step), has_item || items_groups_ > 0);
  details.idempotency_key = values_.text(*step.idempotency_key);
  details.idempotency_ttl = step.idempotency_ttl;
}

BlokLowering::Ids BlokLowering::lower_pause(const BlokStep& step, const BlokPause& work) {
  const std::string id = take_id(id_of(step.name));
  Step& out = add_step(id, step);
  values_.asked_by(owner_of(step), items_groups_ > 0);
  WaitAction wait;
  wait.duration = work.duration;
  wait.place = step.place;
  if (work.later) {
    values_.defer(work.later->place, work.later->text, "how long to wait must be known beforehand");
  } else if (work.until) {
    wait.place = work.until->place();
    const bool is_text = work.until->is_string() || work.until->is_object();
    wait.until = is_text ? values_.text(*work.until) : moment(*work.until);
  }
  if (wait.duration > Duration{} || !wait.until.empty()) out.action = std::move(wait);
  return {id};
}

BlokLowering::Ids BlokLowering::lower_call(const BlokStep& step, const BlokCall& work) {
  const std::string id = take_id(id_of(step.name));
  Step& out = add_step(id, step);
  values_.asked_by(owner_of(step), items_groups_ > 0);
  CallAction call;
  call.place = work.workflow.place;
  call.workstream = id_of(work.workflow.text);
  call.tools = {"subworkflow:" + call.workstream, "subworkflow"};
  if (work.workflow.text.starts_with("js/") || work.workflow.text.starts_with("$.")) {
    values_.defer(work.workflow.place, work.workflow.text,
                  "which workflow is called must be known beforehand",
                  "a switch with one case for each workflow says the same");
    call.workstream = "unknown";
  }
  if (work.inputs) {
    for (const Member& member : work.inputs->members())
      call.inputs.emplace_back(std::string(member.key), values_.json(member.value));
  }
  out.action = std::move(call);
  set_policies(out, step, false);
  if (work.is_awaited) {
    keep_result(step, {"steps", id, "result"}, id);
    return {id};
  }
  diagnostics_.warning(mistakes::not_applicable, work.workflow.place,
                       fmt::format("{} does not wait for its workflow: it runs beside what follows "
                                   "where nothing encloses it, and the run ends with it",
                                   owner_of(step)));
  out.on_failure = OnFailure::carry_on;
  scope_.forbid(step.name, fmt::format("{} does not wait: it has no result", owner_of(step)));
  return {id};
}

// parts of the model

Step& BlokLowering::add_step(const std::string& id, const BlokStep& of) {
  Step& out = out_.steps.emplace_back();
  places_[id] = {false, out_.steps.size() - 1};
  out.id = id;
  out.place = of.place;
  if (id != of.name) out.edit_details().name = of.name;
  if (!of.description.empty()) out.edit_details().description = of.description;
  return out;
}

Group& BlokLowering::add_group(const std::string& id, const BlokStep& of) {
  Group& out = out_.groups.emplace_back();
  places_[id] = {true, out_.groups.size() - 1};
  out.id = id;
  out.place = of.place;
  if (id != of.name) out.name = of.name;
  out.description = of.description;
  return out;
}

Group& BlokLowering::add_sequence(const std::string& id, Place place) {
  Group& out = out_.groups.emplace_back();
  places_[id] = {true, out_.groups.size() - 1};
  out.id = id;
  out.place = place;
  out.rule.execute = Execute::sequential;
  return out;
}

void BlokLowering::need(const std::string& id, const std::string& earlier) {
  const auto [is_group, index] = places_.at(id);
  if (is_group)
    out_.groups[index].depends_on.push_back(
        {earlier, DependencyOn::success, out_.groups[index].place});
  else
    out_.steps[index].depends_on.push_back(
        {earlier, DependencyOn::success, out_.steps[index].place});
}

void BlokLowering::guard(const std::string& id, const std::string& when) {
  if (when.empty()) return;
  const auto [is_group, index] = places_.at(id);
  std::string& text = is_group ? out_.groups[index].when : out_.steps[index].edit_details().when;
  const bool is_off = text == "false" || when == "false";
  text = is_off ? "false" : text.empty() ? when : fmt::format("({}) and ({})", when, text);
  if (is_group)
    out_.groups[index].when_place = out_.groups[index].place;
  else
    out_.steps[index].edit_details().when_place = out_.steps[index].place;
}

std::string BlokLowering::guard_text(std::size_t from) const {
  std::string out;
  for (std::size_t i = from; i < stops_.size(); ++i) {
    if (!out.empty()) out += " and ";
    out += fmt::format("${{{}}} != 'succeeded'", Reference{{"steps", stops_[i], "state"}}.text());
  }
  return out;
}

std::string BlokLowering::take_id(std::string_view wanted) {
  std::string id(wanted);
  if (ids_.insert(id).second) return id;
  // Goes on where the last namesake stopped.
  std::size_t& next = namesakes_.try_emplace(id, 2).first->second;
  do id = fmt::format("{}-{}", wanted, next++);
  while (!ids_.insert(id).second);
  return id;
}

// Nodes that run side by side do so however few cores there are.
void BlokLowering::widen(std::uint32_t workers) {
  out_.execution.max_workers = std::max(out_.execution.max_workers.value_or(1), workers);
}

}  // namespace ws
