#include "engine/earlier_run.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace ws {
namespace {

// NUL is in no id.
std::string key_of(std::string_view workstream, std::string_view name, std::string_view rest) {
  std::string key;
  key.reserve(workstream.size() + name.size() + rest.size() + 2);
  key.append(workstream).push_back('\0');
  key.append(name).push_back('\0');
  key.append(rest);
  return key;
}

// Whether the run came to the step at all: what was cancelled or skipped unseen says nothing.
bool is_reached(const EarlierStep& step) {
  return step.attempts > 0 || step.is_taken_over || is_success(step.state) ||
         step.state == StepState::failed || step.state == StepState::timed_out ||
         step.state == StepState::compensated;
}

}  // namespace

void EarlierRuns::add_run(std::string run_id, std::uint32_t number) {
  if (std::find(run_ids_.begin(), run_ids_.end(), run_id) == run_ids_.end())
    run_ids_.push_back(std::move(run_id));
  number_ = number;
  seen_.clear();
  has_last_run_anything_ = false;
}

void EarlierRuns::add(std::string_view workstream, std::string_view step, std::string_view item,
                      EarlierStep what) {
  std::string key = key_of(workstream, step, item);
  std::vector<EarlierStep>& known = steps_[key];
  const bool is_item = !item.empty();
  const std::size_t n = item.empty() ? 0 : seen_[std::move(key)]++;
  what.executed_in = number_;
  has_last_run_anything_ = has_last_run_anything_ || what.attempts > 0;
  if (n >= known.size()) {
    known.push_back(std::move(what));
    ++count_;
  } else if (is_reached(what)) {
    if (what.is_taken_over) {
      what.executed_in = known[n].executed_in;
      what.ended = known[n].ended;
    }
    known[n] = std::move(what);
  }
  if (is_item && is_reached(known[n])) {
    std::uint32_t& latest = latest_items_[key_of(workstream, step, {})];
    latest = std::max(latest, known[n].executed_in);
  }
}

std::uint32_t EarlierRuns::latest_item(std::string_view workstream, std::string_view step) const {
  const auto found = latest_items_.find(key_of(workstream, step, {}));
  return found == latest_items_.end() ? 0 : found->second;
}

void EarlierRuns::add_group(std::string_view workstream, std::string_view name, GroupRole role,
                            EarlierGroup what) {
  what.executed_in = number_;
  EarlierGroup& known = groups_[key_of(workstream, name, ws::name(role))];
  if (what.is_reached || known.executed_in == 0) {
    known = std::move(what);
  } else {
    known.round = what.round;
  }
}

void EarlierRuns::add_action_done(std::string workstream, std::uint32_t action) {
  actions_done_.emplace(std::move(workstream), action);
}

bool EarlierRuns::has_done(const std::string& workstream, std::uint32_t action) const {
  return is_rolling_back && actions_done_.contains({workstream, action});
}

const EarlierStep* EarlierRuns::find(std::string_view workstream, std::string_view step,
                                     std::string_view item, std::size_t n) const {
  const auto found = steps_.find(key_of(workstream, step, item));
  return found != steps_.end() && n < found->second.size() ? &found->second[n] : nullptr;
}

const EarlierGroup* EarlierRuns::find_group(std::string_view workstream, std::string_view name,
                                            GroupRole role) const {
  const auto found = groups_.find(key_of(workstream, name, ws::name(role)));
  return found == groups_.end() ? nullptr : &found->second;
}

}  // namespace ws
