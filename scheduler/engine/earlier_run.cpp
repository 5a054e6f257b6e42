#include "engine/earlier_run.h"

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

}  // namespace

void EarlierRuns::add(std::string_view workstream, std::string_view step, std::string_view item,
                      EarlierStep what) {
  steps_[key_of(workstream, step, item)].push_back(std::move(what));
  ++count_;
}

void EarlierRuns::add_group(std::string_view workstream, std::string_view name, GroupRole role,
                            EarlierGroup what) {
  groups_[key_of(workstream, name, ws::name(role))] = what;
}

void EarlierRuns::add_action_done(std::string workstream, std::uint32_t action) {
  actions_done_.emplace(std::move(workstream), action);
}

bool EarlierRuns::has_done(const std::string& workstream, std::uint32_t action) const {
  return actions_done_.contains({workstream, action});
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
