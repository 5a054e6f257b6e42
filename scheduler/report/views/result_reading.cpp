#include "report/views/result_reading.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "model/calls.h"

namespace ws {
namespace {

constexpr int kUnverified = 4;  // cli/exit_code.h

std::string key_of(const std::string& workstream, const std::string& name) {
  return workstream + "\n" + name;
}

// "call:step" in "call:group" is "step".
std::string name_in(const Json& group, const std::string& member) {
  const std::string own = text_of(group, "id");
  const std::size_t mark = own.rfind(kScopeMark);
  if (mark == std::string::npos || !member.starts_with(own.substr(0, mark + 1))) return member;
  return member.substr(mark + 1);
}

bool is_own_check(const Json& step) { return step.contains("kind"); }

// A failure that counts although it was accepted: not one that its group drops.
bool is_told_failure(const Json& step, const Json* accepting) {
  if (!is_failure_word(text_of(step, "state"))) return false;
  return accepting == nullptr || accepting->at("policy").at("errors") != "drop";
}

}  // namespace

std::string text_of(const Json& record, const char* key) {
  const auto found = record.find(key);
  return found == record.end() || !found->is_string() ? std::string() : found->get<std::string>();
}

std::int64_t number_of(const Json& record, const char* key) {
  const auto found = record.find(key);
  return found == record.end() || !found->is_number() ? 0 : found->get<std::int64_t>();
}

bool is_parallel(const Json& group) {
  return text_of(group, "execute") != "sequential" && !is_call(group);
}

bool is_check(const ViewedMember& member) {
  return member.step != nullptr && is_own_check(*member.step);
}

bool is_call(const Json& group) {
  const Json& members = group.at("members");
  return !members.empty() && members.front().get<std::string>().starts_with(
                                 text_of(group, "id") + std::string(kScopeMark));
}

bool has_run(const ViewedMember& member) {
  if (member.step != nullptr) return number_of(*member.step, "attempts") > 0;
  if (member.group == nullptr) return false;
  const auto started = member.group->find("started_ms");
  return started != member.group->end() && !started->is_null();
}

ResultReading::ResultReading(const Json& result) : result_(result) {
  for (const Json& workstream : result.at("workstreams")) {
    workstreams_.push_back(workstream.at("id").get<std::string>());
    own_[workstreams_.back()].head = &workstream;
  }
  for (const Json& step : result.at("steps")) {
    const std::string workstream = text_of(step, "workstream");
    steps_.emplace(key_of(workstream, text_of(step, "id")), &step);
    if (!is_own_check(step)) own_[workstream].steps.push_back(&step);
  }
  for (const Json& group : result.at("groups")) {
    const std::string workstream = text_of(group, "workstream");
    if (text_of(group, "role") == "workstream") {
      own_[workstream].whole = &group;
    } else {
      groups_.emplace(key_of(workstream, text_of(group, "id")), &group);
    }
  }
  sort_groups();
}

void ResultReading::sort_groups() {
  std::unordered_set<const Json*> copies;  // of called workstreams
  for (const auto& [key, group] : groups_) {
    if (is_call(*group)) copies.insert(only_group_in(*group));
  }
  for (const Json& group : result_.at("groups")) {
    const bool is_told = text_of(group, "role") != "workstream" && !is_call(group);
    if (is_told && !copies.contains(&group))
      own_[text_of(group, "workstream")].groups.push_back(&group);
  }
}

const Json& ResultReading::head(const std::string& workstream) const {
  return *own_.at(workstream).head;
}

const Json* ResultReading::whole(const std::string& workstream) const {
  return own_.at(workstream).whole;
}

const Json* ResultReading::only_group_in(const Json& group) const {
  const Json* only = nullptr;
  for (const ViewedMember& member : members(group)) {
    if (member.group == nullptr) continue;
    if (only != nullptr) return nullptr;
    only = member.group;
  }
  return only;
}

const Json* ResultReading::main_group(const std::string& workstream) const {
  const Json* all = whole(workstream);
  for (std::size_t depth = 0; all != nullptr && depth < kDeepestGroup; ++depth) {
    const Json* only = only_group_in(*all);
    if (only == nullptr) return all;
    if (!is_call(*only)) return only;
    all = only_group_in(*only);  // the copy of the called workstream
  }
  return all;
}

const std::vector<const Json*>& ResultReading::groups(const std::string& workstream) const {
  return own_.at(workstream).groups;
}

const std::vector<const Json*>& ResultReading::steps(const std::string& workstream) const {
  return own_.at(workstream).steps;
}

const Json* ResultReading::find_step(const Json& group, const std::string& name) const {
  const auto found = steps_.find(key_of(text_of(group, "workstream"), name));
  return found == steps_.end() ? nullptr : found->second;
}

const Json* ResultReading::find_group(const Json& group, const std::string& name) const {
  const auto found = groups_.find(key_of(text_of(group, "workstream"), name));
  return found == groups_.end() ? nullptr : found->second;
}

std::vector<ViewedMember> ResultReading::members(const Json& group) const {
  std::vector<ViewedMember> members;
  std::unordered_map<std::size_t, std::string> errors;
  for (const Json& error : group.at("error_list"))
    errors.emplace(error.at("index").get<std::size_t>(), text_of(error, "error"));
  const Json& names = group.at("members");
  const Json& states = group.at("states");
  for (std::size_t i = 0; i < names.size(); ++i) {
    ViewedMember member;
    member.index = i;
    const std::string id = names[i].get<std::string>();
    member.name = name_in(group, id);
    member.state = states.at(i).get<std::string>();
    if (const auto error = errors.find(i); error != errors.end()) member.error = error->second;
    member.step = find_step(group, id);
    if (member.step == nullptr) member.group = find_group(group, id);
    if (!is_check(member) || is_failure_word(member.state)) members.push_back(std::move(member));
  }
  return members;
}

Json ResultReading::value(const Json& group, const ViewedMember& member) const {
  return value_at(group, member.index, 0);
}

Json ResultReading::value_at(const Json& group, std::size_t index, std::size_t depth) const {
  const std::string name = group.at("members").at(index).get<std::string>();
  const Json* inner = find_step(group, name) != nullptr ? nullptr : find_group(group, name);
  const bool is_plain = inner == nullptr || text_of(*inner, "role") == "fan_out";
  if (is_plain) return group.at("results").at(index);
  if (const auto own = inner->find("result"); own != inner->end()) return *own;
  if (depth == kDeepestGroup) return nullptr;
  Json list = Json::array();
  for (std::size_t i = 0; i < inner->at("members").size(); ++i)
    list.push_back(value_at(*inner, i, depth + 1));
  return list;
}

std::vector<MemberError> ResultReading::told_errors(const std::string& workstream) const {
  const auto errors_in = [](const Json& group) {
    std::vector<MemberError> errors;
    for (const Json& error : group.at("error_list"))
      errors.push_back({error.at("index").get<std::size_t>(), text_of(error, "error")});
    return errors;
  };
  std::vector<MemberError> errors;
  if (const Json* main = main_group(workstream)) errors = errors_in(*main);
  if (const Json* all = whole(workstream); errors.empty() && all != nullptr)
    errors = errors_in(*all);
  if (!errors.empty()) return errors;
  const std::vector<const Json*>& steps = this->steps(workstream);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::string by = text_of(*steps[i], "accepted_by");
    const Json* accepting = by.empty() ? nullptr : find_group(*steps[i], by);
    if (is_told_failure(*steps[i], accepting)) errors.push_back({i, text_of(*steps[i], "why")});
  }
  return errors;
}

bool ResultReading::is_over() const { return text_of(result_, "status") != "running"; }

bool ResultReading::has_succeeded(const std::string& workstream) const {
  if (!result_.at("exit_code").is_number()) return false;
  const std::int64_t code = number_of(result_, "exit_code");
  const Json* all = whole(workstream);
  if (workstreams_.size() == 1 || code == 0 || all == nullptr) return code == 0;
  if (!all->at("success").get<bool>()) return false;
  if (code == kUnverified) {
    const std::vector<const Json*>& steps = this->steps(workstream);
    return std::none_of(steps.begin(), steps.end(),
                        [](const Json* step) { return text_of(*step, "state") == "unverified"; });
  }
  const bool is_strict = text_of(result_, "status") == "completed_with_errors";
  return !is_strict || told_errors(workstream).empty();
}

std::string ResultReading::error_of(const std::string& workstream) const {
  if (!is_over() || has_succeeded(workstream)) return {};
  if (text_of(result_, "status") == "crashed") return "its process is gone without an end";
  const Json* main = main_group(workstream);
  const Json* all = whole(workstream);
  for (const Json* group : {main, all}) {
    if (group == nullptr || group->at("success").get<bool>()) continue;
    if (std::string error = text_of(*group, "error"); !error.empty()) return error;
  }
  if (std::string error = describe_errors(told_errors(workstream)); !error.empty()) return error;
  for (const Json& error : result_.value("errors", Json::array())) return error.get<std::string>();
  return all != nullptr && !text_of(*all, "why").empty() ? text_of(*all, "why")
                                                         : text_of(result_, "status");
}

}  // namespace ws
