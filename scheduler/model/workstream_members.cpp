// Which step or group is in which group or phase, and what is wrong with that.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "model/mistakes.h"
#include "model/workstream_lowering.h"

namespace ws {

void WorkstreamLowering::find_members() {
  for (std::uint32_t g = 0; g < workstream_.groups.size(); ++g) {
    const Group& group = workstream_.groups[g];
    const Entity entity = step_count_ + g;
    if (group.members.empty()) {
      shared_.diagnostics
          .error(mistakes::empty_group, group.place,
                 fmt::format("{} has no members", described(entity)),
                 "name at least one step, or remove it")
          .subject = subject(entity);
    }
    for (const Dependency& member : group.members) adopt(g, member);
    check_result(g);
  }
  // Handlers stand beside their group unless a group of their own holds them.
  for (std::uint32_t g = 0; g < workstream_.groups.size(); ++g) adopt_handlers(g);
}

void WorkstreamLowering::adopt(std::uint32_t g, const Dependency& member) {
  if (member.name.empty()) return;  // a step written in place, without an id: the loader said so
  const Entity group = step_count_ + g;
  const auto found = find(member.name);
  if (!found) {
    shared_.diagnostics
        .error(mistakes::unknown_member, member.place,
               fmt::format("{} names the member '{}', which is no step or group of workstream '{}'",
                           described(group), member.name, workstream_.id),
               shared_.spelling.hint(member.name, names_.names()))
        .subject = subject(group);
    return;
  }
  if (parent_[*found] == kNone) {
    parent_[*found] = group;
    return;
  }
  const Entity holder = parent_[*found];
  const bool is_same = holder == group;
  std::string message = is_same ? fmt::format("{} names '{}' twice", described(group), member.name)
                                : fmt::format("{} is a member of {} and of {}", described(*found),
                                              described(holder), described(group));
  Diagnostic& added =
      is_same ? shared_.diagnostics.warning(mistakes::repeated_member, member.place,
                                            std::move(message), "remove one of them")
              : shared_.diagnostics.error(
                    mistakes::repeated_member, member.place, std::move(message),
                    "a step is in one group; to nest them, name the inner group as a member of "
                    "the outer one");
  added.subject = subject(group);
  const std::vector<Dependency>& others = group_of(holder).members;
  const auto first = std::find_if(others.begin(), others.end(),
                                  [&](const Dependency& d) { return d.name == member.name; });
  if (first != others.end()) added.notes.push_back({first->place, "first here"});
}

void WorkstreamLowering::check_result(std::uint32_t g) {
  const Group& group = workstream_.groups[g];
  if (group.result_from.empty()) return;
  std::vector<std::string_view> members;
  for (const Dependency& member : group.members) members.emplace_back(member.name);
  if (std::find(members.begin(), members.end(), group.result_from) != members.end()) return;
  const Entity entity = step_count_ + g;
  const auto near = nearest(group.result_from, members);
  shared_.diagnostics
      .error(mistakes::unknown_member, group.place,
             fmt::format("`result` of {} names '{}', which is none of its members",
                         described(entity), group.result_from),
             near ? fmt::format("did you mean '{}'?", *near) : "name the member it comes from")
      .subject = subject(entity);
}

void WorkstreamLowering::adopt_handlers(std::uint32_t g) {
  const Group& group = workstream_.groups[g];
  const Entity entity = step_count_ + g;
  const auto adopt_all = [&](const std::vector<std::string>& names, std::string_view key,
                             Part part) {
    for (const std::string& name : names) {
      const auto handler = find(name);
      if (handler) {
        adopt_handler(entity, *handler, part);
        continue;
      }
      shared_.diagnostics
          .error(mistakes::unknown_member, group.place,
                 fmt::format("`{}` of {} names '{}', which is no step of workstream '{}'", key,
                             described(entity), name, workstream_.id),
                 shared_.spelling.hint(name, names_.names()))
          .subject = subject(entity);
    }
  };
  adopt_all(group.catch_steps, "catch", Part::catch_step);
  adopt_all(group.finally_steps, "finally", Part::finally_step);
}

void WorkstreamLowering::adopt_handler(Entity group, Entity handler, Part part) {
  if (handler == group) {
    shared_.diagnostics
        .error(mistakes::cycle, place_of(group),
               fmt::format("{} is a handler of itself", described(group)), "remove it")
        .subject = subject(group);
    return;
  }
  if (parent_[handler] == kNone) {
    parent_[handler] = group;
    part_[handler] = part;
    return;
  }
  Diagnostic& added = shared_.diagnostics.error(
      mistakes::repeated_member, place_of(handler),
      fmt::format("{} is a handler of {} and belongs to {}", described(handler), described(group),
                  described(parent_[handler])),
      "a step is in one place: give each its own");
  added.subject = subject(group);
  added.notes.push_back({place_of(group), fmt::format("{} is here", described(group))});
}

// The numbers of the plan groups, from the workstream's own on: declared ones keep their order, and
// what they are made of comes behind.
void WorkstreamLowering::number_groups() {
  group_count_ = 1 + static_cast<std::uint32_t>(workstream_.groups.size());
  body_of_.assign(workstream_.groups.size(), kNone);
  for (std::uint32_t g = 0; g < workstream_.groups.size(); ++g) {
    const Group& group = workstream_.groups[g];
    if (has_handlers(group)) body_of_[g] = group_count_++;
  }
  for (Entity s = 0; s < step_count_; ++s) {
    if (!is_kept(s) || !workstream_.steps[s].details().for_each) continue;
    if (fan_out_.empty()) fan_out_.assign(step_count_, kNone);
    fan_out_[s] = group_count_++;
  }
}

void WorkstreamLowering::add_groups() {
  own_group_ = GroupId(draft_.groups.size());
  draft_.groups.resize(draft_.groups.size() + group_count_);
  const auto made = [&](GroupId id, GroupRole role, GroupId parent) -> PlanGroup& {
    PlanGroup& group = draft_.groups[id.index()];
    group.workstream = index_;
    group.role = role;
    group.parent = parent;
    return group;
  };
  made(own_group_, GroupRole::workstream, GroupId());
  for (std::uint32_t g = 0; g < workstream_.groups.size(); ++g) {
    const Group& written = workstream_.groups[g];
    PlanGroup& group = made(group_id(g), GroupRole::group, home_of(step_count_ + g));
    group.declared = g;
    group.is_finally = part_[step_count_ + g] == Part::finally_step;
    group.rule = written.rule;
    if (body_of_[g] == kNone) continue;
    PlanGroup& body = made(body_id(g), GroupRole::body, group_id(g));
    body.declared = g;
    body.rule = written.rule;
    body.is_failure_caught = !written.catch_steps.empty();
    group.rule = GroupRule{};
    group.rule.on_first_failure = OnFirstFailure::drain;
  }
  for (Entity s = 0; s < static_cast<Entity>(fan_out_.size()); ++s) {
    if (fan_out_[s] == kNone) continue;
    PlanGroup& group = made(fan_out_of(s), GroupRole::fan_out, home_of(s));
    group.step = s;
    group.is_finally = !part_.empty() && part_[s] == Part::finally_step;
    group.rule = workstream_.steps[s].details().for_each->rule;
  }
}

// Groups that hold each other have no outside: walk up from each, every group once. What is found
// is cut open, so the rest can still be checked.
void WorkstreamLowering::check_nesting() {
  std::vector<Entity> visited_by(parent_.size(), kNone);
  for (Entity start = step_count_; start < parent_.size(); ++start) {
    Entity e = start;
    while (e != kNone && visited_by[e] == kNone) {
      visited_by[e] = start;
      e = parent_[e];
    }
    if (e == kNone || visited_by[e] != start) continue;
    std::string path = fmt::format("'{}'", id_of(e));
    Entity at = e;
    Diagnostic error{&mistakes::cycle, Severity::error, place_of(e), "", "", {}, subject(e)};
    do {
      const Entity holder = parent_[at];
      path = fmt::format("'{}' in {}", id_of(holder), path);
      error.notes.push_back(
          {place_of(at), fmt::format("{} is a member of {}", described(at), described(holder))});
      at = holder;
    } while (at != e);
    error.message = fmt::format("groups hold each other: {}", path);
    error.hint = "remove one of the memberships";
    shared_.diagnostics.add(std::move(error));
    parent_[e] = kNone;
  }
}

}  // namespace ws
