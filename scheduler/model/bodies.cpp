#include "model/bodies.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
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

using Names = std::unordered_set<std::string>;

// Steps or groups of a workstream by their ids. What is taken leaves its place empty; places stay.
template <class Thing>
class Shelf {
 public:
  explicit Shelf(std::vector<Thing>& things) : things_(things), is_full_(things.size(), true) {
    for (std::size_t i = 0; i < things.size(); ++i) places_[things[i].id].push_back(i);
  }
  // Closes the gaps.
  ~Shelf() {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < things_.size(); ++i) {
      if (!is_full_[i]) continue;
      if (kept != i) things_[kept] = std::move(things_[i]);
      ++kept;
    }
    things_.resize(kept);
  }
  Shelf(const Shelf&) = delete;
  Shelf& operator=(const Shelf&) = delete;

  [[nodiscard]] std::size_t size() const { return things_.size(); }
  [[nodiscard]] bool is_full(std::size_t place) const { return is_full_[place]; }
  [[nodiscard]] const Thing& at(std::size_t place) const { return things_[place]; }

  // More than one with the same id is a mistake that is told later.
  [[nodiscard]] std::vector<std::size_t> find(const std::string& id) const {
    std::vector<std::size_t> found;
    const auto places = places_.find(id);
    if (places == places_.end()) return found;
    for (const std::size_t place : places->second) {
      // Another one may stand there now.
      if (is_full_[place] && things_[place].id == id) found.push_back(place);
    }
    return found;
  }
  // In their order.
  [[nodiscard]] std::vector<std::size_t> find(const Names& ids) const {
    std::vector<std::size_t> found;
    for (const std::string& id : ids) {
      const std::vector<std::size_t> places = find(id);
      found.insert(found.end(), places.begin(), places.end());
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  Thing take(std::size_t place) {
    is_full_[place] = false;
    return std::move(things_[place]);
  }
  // Into an empty place, or the one behind all.
  void put(std::size_t place, Thing thing) {
    places_[thing.id].push_back(place);
    if (place == things_.size()) {
      things_.push_back(std::move(thing));
      is_full_.push_back(true);
      return;
    }
    things_[place] = std::move(thing);
    is_full_[place] = true;
  }

 private:
  std::vector<Thing>& things_;
  std::vector<bool> is_full_;
  std::unordered_map<std::string, std::vector<std::size_t>> places_;
};

// The names of all that is in these groups, and in the groups in them.
Names below(const Shelf<Group>& groups, std::vector<std::size_t> open) {
  Names below;
  while (!open.empty()) {
    const Group& at = groups.at(open.back());
    open.pop_back();
    for (const Dependency& member : at.members) {
      if (!below.insert(member.name).second) continue;
      const std::vector<std::size_t> inner = groups.find(member.name);
      open.insert(open.end(), inner.begin(), inner.end());
    }
  }
  return below;
}

class Body {
 public:
  Body(const Workstream& from, Shelf<Step>& steps, Shelf<Group>& groups, std::size_t group)
      : from_(from), steps_(steps), groups_(groups), group_(groups.take(group)) {
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
    const auto look_into = [&](const Group& group) {
      for (const Dependency& member : group.members) open.push_back(member.name);
      open.insert(open.end(), group.catch_steps.begin(), group.catch_steps.end());
      open.insert(open.end(), group.finally_steps.begin(), group.finally_steps.end());
    };
    look_into(group_);
    // Those below another group with items speak of its items.
    std::vector<std::size_t> with_items;
    while (!open.empty()) {
      const std::string name = std::move(open.back());
      open.pop_back();
      if (!inside_.insert(name).second) continue;
      for (const std::size_t place : groups_.find(name)) {
        look_into(groups_.at(place));
        if (groups_.at(place).for_each) with_items.push_back(place);
      }
    }
    below_ = below(groups_, std::move(with_items));
  }

  void move_members(Workstream& body) {
    const std::vector<std::size_t> steps = steps_.find(inside_);
    first_ = steps.empty() ? steps_.size() : steps.front();
    for (const std::size_t place : steps) body.steps.push_back(steps_.take(place));
    for (const std::size_t place : groups_.find(inside_))
      body.groups.push_back(groups_.take(place));
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
    std::set<std::pair<std::string, DependencyOn>> known;
    for (const Dependency& one : call.depends_on) known.emplace(one.name, one.on);
    for (Dependency& one : outside_) {
      if (known.emplace(one.name, one.on).second) call.depends_on.push_back(std::move(one));
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
    steps_.put(first_, std::move(call));
  }

  const Workstream& from_;
  Shelf<Step>& steps_;
  Shelf<Group>& groups_;
  Group group_;
  Names inside_;  // of all that moves
  Names below_;   // of them, those in another group with items
  std::vector<Dependency> outside_;
  GivenInputs given_;
  std::size_t first_ = 0;  // where the first of its steps stood
};

// Those with items that are in no other one: what is inside moves with it and has its turn then.
std::vector<std::size_t> outermost(const Shelf<Group>& groups) {
  std::vector<std::size_t> with_items;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (groups.at(i).for_each) with_items.push_back(i);
  }
  const Names inner = below(groups, with_items);
  std::erase_if(with_items, [&](std::size_t i) { return inner.contains(groups.at(i).id); });
  return with_items;
}

std::vector<Workstream> bodies_of(Workstream& from) {
  std::vector<Workstream> bodies;
  Shelf<Step> steps(from.steps);
  Shelf<Group> groups(from.groups);
  for (const std::size_t group : outermost(groups)) {
    // A step for the failures of another one may be such a group.
    if (groups.is_full(group)) bodies.push_back(Body(from, steps, groups, group).take_out());
  }
  return bodies;
}

}  // namespace

void take_out_bodies(Workset& workset) {
  // The list grows: a body may hold groups with items of its own.
  for (std::size_t w = 0; w < workset.workstreams.size(); ++w) {
    for (Workstream& body : bodies_of(workset.workstreams[w]))
      workset.workstreams.push_back(std::move(body));
  }
}

}  // namespace ws
