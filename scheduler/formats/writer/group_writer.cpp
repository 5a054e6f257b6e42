#include "formats/writer/group_writer.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "formats/writer/policy_writer.h"
#include "formats/writer/step_writer.h"

namespace ws {
namespace {

constexpr std::size_t kDeepestInline = 30;  // groups in groups; a file may be nested 200 deep

// "true", 5 and ["a"] as such; a location is a text whatever is in it.
NativeValue write_checkpoint(const Group& group) {
  NativeObject object;
  for (const auto& [key, text] : group.checkpoint) {
    const bool is_text = key == name_of(Key::location) || key == name_of(Key::strategy);
    object.put(key, is_text ? NativeValue::text(text) : write_json(text));
  }
  return std::move(object).take();
}

class GroupWriter {
 public:
  GroupWriter(const Workstream& workstream, Unwritten& unwritten)
      : workstream_(workstream), unwritten_(unwritten) {
    for (std::size_t i = 0; i < workstream.groups.size(); ++i)
      by_id_.emplace(workstream.groups[i].id, i);
  }

  // Reading gives inline groups before the group they stand in. Groups are in that order when all
  // nested ones were written inline, and in the order of the lists when none was.
  void put(NativeObject& out) {
    is_inline_ = !is_partitioned() && inline_order_is_same();
    const bool is_phase_first = !workstream_.groups.empty() && workstream_.groups.front().is_phase;
    put_list(out, is_phase_first);
    put_list(out, !is_phase_first);
  }

 private:
  [[nodiscard]] bool is_partitioned() const {
    const auto& groups = workstream_.groups;
    std::size_t changes = 0;
    for (std::size_t i = 1; i < groups.size(); ++i)
      changes += groups[i].is_phase != groups[i - 1].is_phase ? 1U : 0U;
    return changes < 2;
  }

  // Whether the groups that would be written inline in `group` may be, and stand right before it.
  bool inline_order_is_same() {
    std::vector<std::size_t> order;
    find_inline();
    const bool is_phase_first = workstream_.groups.front().is_phase;
    for (const bool phases : {is_phase_first, !is_phase_first}) {
      for (std::size_t i = 0; i < workstream_.groups.size(); ++i) {
        if (workstream_.groups[i].is_phase == phases && !is_nested_[i] &&
            !add_in_order(i, 0, order))
          return false;
      }
    }
    return std::is_sorted(order.begin(), order.end()) && order.size() == workstream_.groups.size();
  }

  void find_inline() {
    is_nested_.assign(workstream_.groups.size(), false);
    for (const Group& group : workstream_.groups) {
      for (const std::size_t inner : groups_in(group)) {
        if (!workstream_.groups[inner].is_phase) is_nested_[inner] = true;
      }
    }
  }

  [[nodiscard]] std::vector<std::size_t> groups_in(const Group& group) const {
    std::vector<std::size_t> out;
    const auto add = [&](const std::string& name) {
      if (const auto found = by_id_.find(name); found != by_id_.end()) out.push_back(found->second);
    };
    for (const Dependency& member : group.members) add(member.name);
    for (const std::string& name : group.catch_steps) add(name);
    for (const std::string& name : group.finally_steps) add(name);
    return out;
  }

  bool add_in_order(std::size_t index, std::size_t depth, std::vector<std::size_t>& order) const {
    if (depth > kDeepestInline) return false;
    for (const std::size_t inner : groups_in(workstream_.groups[index])) {
      if (is_nested_[inner] && !add_in_order(inner, depth + 1, order)) return false;
    }
    order.push_back(index);
    return true;
  }

  void put_list(NativeObject& out, bool phases) {
    NativeValue::List list;
    for (std::size_t i = 0; i < workstream_.groups.size(); ++i) {
      const Group& group = workstream_.groups[i];
      if (group.is_phase == phases && !(is_inline_ && is_nested_[i])) list.push_back(write(group));
    }
    if (!list.empty()) out.put(phases ? Key::phases : Key::step_groups, {std::move(list)});
  }

  NativeValue write(const Group& group) {
    NativeObject out;
    out.put(Key::id, NativeValue::text(group.id));
    out.text(Key::name, group.name);
    out.text(Key::description, group.description);
    put_dependencies(out, group.depends_on);
    put_condition(out, Key::when, group.when);
    put_repeat(out, group.repeat);
    if (group.for_each) out.put(Key::for_each, write_items(*group.for_each));
    put_rule(out, group.rule, Key::on_failure);
    put_duration(out, Key::timeout, group.rule.timeout);
    put_duration(out, Key::member_timeout, group.member_timeout);
    put_retry(out, group.retry);
    put_breaker(out, group.breaker);
    put_phase(out, group);
    out.put(Key::steps, members(names_of(group.members)));
    if (!group.result_from.empty()) out.put(Key::result, NativeValue::text(group.result_from));
    if (!group.catch_steps.empty()) out.put(Key::catch_, members(group.catch_steps));
    if (!group.finally_steps.empty()) out.put(Key::finally, members(group.finally_steps));
    return std::move(out).take();
  }

  void put_phase(NativeObject& out, const Group& group) {
    if (!group.checkpoint.empty()) out.put(Key::checkpoint, write_checkpoint(group));
    if (!group.on_phase_failure) return;
    if (*group.on_phase_failure != OnFailure::carry_on || !group.is_phase) {
      unwritten_.push_back(fmt::format("group '{}': what its failure does to the rest", group.id));
      return;
    }
    NativeObject strategy;
    strategy.text(Key::on_failure, "skip_phase");
    out.object(Key::resume_strategy, std::move(strategy));
  }

  NativeValue members(const std::vector<std::string>& names) {
    NativeValue::List list;
    for (const std::string& name : names) {
      const auto found = is_inline_ ? by_id_.find(name) : by_id_.end();
      const bool is_inline = found != by_id_.end() && is_nested_[found->second];
      list.push_back(is_inline ? write(workstream_.groups[found->second])
                               : NativeValue::text(name));
    }
    return {std::move(list)};
  }

  const Workstream& workstream_;
  Unwritten& unwritten_;
  std::unordered_map<std::string_view, std::size_t> by_id_;
  std::vector<bool> is_nested_;
  bool is_inline_ = false;
};

}  // namespace

void put_groups(NativeObject& out, const Workstream& workstream, Unwritten& unwritten) {
  if (!workstream.groups.empty()) GroupWriter(workstream, unwritten).put(out);
}

}  // namespace ws
