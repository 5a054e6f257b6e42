#include "model/bodies.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "model/datum.h"
#include "model/path_changes.h"

namespace ws {
namespace {

// What a body is given, by the path it stands for.
class GivenInputs {
 public:
  GivenInputs() = default;

  // The input that holds the value of an outer path.
  [[nodiscard]] std::string name_of(const Reference& path) {
    const std::string text = path.text();
    const auto [entry, is_new] = names_.try_emplace(text, fmt::format("v{}", names_.size()));
    // One that need not have a value says so inside; outside it must be allowed to have none.
    if (is_new) values_.emplace_back(entry->second, "${" + text + (path.has_default ? ":-}" : "}"));
    return entry->second;
  }

  // name → JSON text
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> take() const {
    std::vector<std::pair<std::string, std::string>> given = {{"item", "\"${item}\""},
                                                              {"index", "\"${index}\""}};
    for (const auto& [name, text] : values_) given.emplace_back(name, to_json(Datum{text}));
    return given;
  }

 private:
  std::map<std::string, std::string> names_;
  std::vector<std::pair<std::string, std::string>> values_;
};

class Body {
 public:
  Body(Workstream& from, std::size_t group) : from_(from), group_(std::move(from.groups[group])) {
    from_.groups.erase(from_.groups.begin() + static_cast<std::ptrdiff_t>(group));
    find_members();
  }

  // The workstream of the members; the caller has a call of it instead.
  Workstream take_out() {
    Workstream body;
    body.id = fmt::format("{}{}{}", from_.id, kBodyMark, group_.id);
    body.place = group_.place;
    body.file = from_.file;
    body.notation = from_.notation;
    body.env = from_.env;
    body.pools = from_.pools;
    body.execution.timeout_per_step = group_.member_timeout > Duration::zero()
                                          ? group_.member_timeout
                                          : from_.execution.timeout_per_step;
    body.execution.on_failure = OnFailure::abort;
    move_members(body);
    convert(body);
    if (!group_.result_from.empty())
      body.outputs.push_back(
          {"result", "${" + Reference{{"steps", group_.result_from, "result"}}.text() + "}",
           group_.place});
    for (const auto& [name, value] : given_.take()) {
      Input input;
      input.name = name;
      input.place = group_.place;
      body.inputs.push_back(std::move(input));
    }
    add_call(body.id);
    return body;
  }

 private:
  void find_members() {
    std::vector<std::string> open;
    for (const Dependency& member : group_.members) open.push_back(member.name);
    open.insert(open.end(), group_.catch_steps.begin(), group_.catch_steps.end());
    open.insert(open.end(), group_.finally_steps.begin(), group_.finally_steps.end());
    while (!open.empty()) {
      const std::string name = std::move(open.back());
      open.pop_back();
      if (!inside_.insert(name).second) continue;
      for (const Group& group : from_.groups) {
        if (group.id != name) continue;
        for (const Dependency& member : group.members) open.push_back(member.name);
        open.insert(open.end(), group.catch_steps.begin(), group.catch_steps.end());
        open.insert(open.end(), group.finally_steps.begin(), group.finally_steps.end());
      }
    }
    // Those below another group with items speak of its items.
    for (const Group& group : from_.groups) {
      if (inside_.contains(group.id) && group.for_each) mark_below(group);
    }
  }

  void mark_below(const Group& group) {
    std::vector<const Group*> open = {&group};
    while (!open.empty()) {
      const Group* at = open.back();
      open.pop_back();
      for (const Dependency& member : at->members) {
        below_.insert(member.name);
        for (const Group& other : from_.groups) {
          if (other.id == member.name) open.push_back(&other);
        }
      }
    }
  }

  void move_members(Workstream& body) {
    const auto is_inside = [&](const auto& one) { return inside_.contains(one.id); };
    const auto move = [&](auto& from, auto& to) {
      const auto moved = std::stable_partition(from.begin(), from.end(),
                                               [&](const auto& one) { return !is_inside(one); });
      to.assign(std::make_move_iterator(moved), std::make_move_iterator(from.end()));
      from.erase(moved, from.end());
    };
    first_ = static_cast<std::size_t>(
        std::find_if(from_.steps.begin(), from_.steps.end(), is_inside) - from_.steps.begin());
    move(from_.steps, body.steps);
    move(from_.groups, body.groups);
    if (!group_.catch_steps.empty() || !group_.finally_steps.empty()) {
      Group whole;
      whole.id = group_.id;
      whole.place = group_.place;
      whole.members = group_.members;
      whole.catch_steps = group_.catch_steps;
      whole.finally_steps = group_.finally_steps;
      body.groups.push_back(std::move(whole));
    }
  }

  void convert(Workstream& body) {
    const auto of_outer = [&](Reference& path) {
      const std::string& first = path.names.front();
      if (first == "item" || first == "index") {
        path.names.insert(path.names.begin(), "inputs");
        return true;
      }
      const bool is_outer_step =
          first == "steps" && path.names.size() > 1 && !inside_.contains(path.names[1]);
      if (!is_outer_step && first != "inputs") return false;
      path.names = {"inputs", given_.name_of(path)};
      return true;
    };
    const auto all_inputs = [&] {
      return "${inputs." + given_.name_of(Reference{{"inputs"}}) + "}";
    };
    const PathChanges own(of_outer, {all_inputs, true});
    // Below another group with items `item` is that group's.
    const PathChanges below(
        [&](Reference& path) {
          const std::string& first = path.names.front();
          return first != "item" && first != "index" && of_outer(path);
        },
        {all_inputs, true});
    const auto apply = [&](auto& one) {
      keep_inside(one.depends_on);
      (below_.contains(one.id) ? below : own).apply(one);
    };
    for (Step& step : body.steps) apply(step);
    for (Group& group : body.groups) apply(group);
  }

  void keep_inside(std::vector<Dependency>& names) {
    for (const Dependency& one : names) {
      if (!inside_.contains(one.name)) outside_.push_back(one);
    }
    std::erase_if(names, [&](const Dependency& one) { return !inside_.contains(one.name); });
  }

  void add_call(const std::string& body) {
    Step call;
    call.id = group_.id;
    call.place = group_.place;
    call.depends_on = std::move(group_.depends_on);
    for (Dependency& one : outside_) {
      const bool is_known = std::any_of(
          call.depends_on.begin(), call.depends_on.end(),
          [&](const Dependency& other) { return other.name == one.name && other.on == one.on; });
      if (!is_known) call.depends_on.push_back(std::move(one));
    }
    call.on_failure = group_.on_phase_failure;
    StepDetails& details = call.edit_details();
    details.name = group_.name;
    details.description = group_.description;
    details.retry = std::move(group_.retry);
    details.breaker = std::move(group_.breaker);
    details.when = group_.when;
    details.when_place = group_.when_place;
    details.for_each = std::move(group_.for_each);
    details.for_each->rule = group_.rule;
    call.action = CallAction{body, "", group_.place, given_.take()};
    from_.steps.insert(from_.steps.begin() + static_cast<std::ptrdiff_t>(first_), std::move(call));
  }

  Workstream& from_;
  Group group_;
  std::unordered_set<std::string> inside_;  // names of all that moves
  std::unordered_set<std::string> below_;   // of them, those in another group with items
  std::vector<Dependency> outside_;
  GivenInputs given_;
  std::size_t first_ = 0;  // where the first of its steps stood
};

// The outermost: those inside it move with it and have their turn then.
std::size_t next_group(const Workstream& workstream) {
  const bool has_any = std::any_of(workstream.groups.begin(), workstream.groups.end(),
                                   [](const Group& group) { return group.for_each.has_value(); });
  if (!has_any) return workstream.groups.size();
  std::unordered_set<std::string_view> inside;
  for (const Group& group : workstream.groups) {
    for (const Dependency& member : group.members) inside.insert(member.name);
  }
  std::unordered_set<std::string_view> below;
  bool has_grown = true;
  while (has_grown) {
    has_grown = false;
    for (const Group& group : workstream.groups) {
      if (!group.for_each && !below.contains(group.id)) continue;
      for (const Dependency& member : group.members)
        has_grown = below.insert(member.name).second || has_grown;
    }
  }
  for (std::size_t i = 0; i < workstream.groups.size(); ++i) {
    if (workstream.groups[i].for_each && !below.contains(workstream.groups[i].id)) return i;
  }
  return workstream.groups.size();
}

}  // namespace

void take_out_bodies(Workset& workset) {
  // The list grows: a body may hold groups with items of its own.
  for (std::size_t w = 0; w < workset.workstreams.size(); ++w) {
    for (;;) {
      const std::size_t group = next_group(workset.workstreams[w]);
      if (group == workset.workstreams[w].groups.size()) break;
      Workstream body = Body(workset.workstreams[w], group).take_out();
      workset.workstreams.push_back(std::move(body));
    }
  }
}

}  // namespace ws
