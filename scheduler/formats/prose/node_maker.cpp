#include "formats/prose/node_maker.h"

#include <fmt/format.h>

namespace ws::prose {

std::string NodeMaker::free_id(const std::string& base) {
  std::size_t& number = numbers_.try_emplace(base, 1).first->second;
  while (true) {
    std::string out = fmt::format("{}-{}", base, ++number);
    if (taken_.insert(out).second) return out;
  }
}

std::string NodeMaker::unique(std::string_view name) {
  std::string base = prefix_ + std::string(name);
  return taken_.insert(base).second ? base : free_id(base);
}

std::string NodeMaker::numbered(std::string_view word) {
  std::string base = prefix_ + std::string(word);
  numbers_.try_emplace(base, 0);
  return free_id(base);
}

std::string NodeMaker::below(std::string_view id, std::string_view word) {
  std::string base = fmt::format("{}.{}", id, word);
  return taken_.insert(base).second ? base : free_id(base);
}

Step& NodeMaker::add_step(std::string id, Place place) {
  steps_.emplace(id, out_.steps.size());
  Step& step = out_.steps.emplace_back();
  step.id = std::move(id);
  step.place = place;
  step.action = NoAction{};
  return step;
}

Group& NodeMaker::add_group(std::string id, Place place) {
  groups_.emplace(id, out_.groups.size());
  Group& group = out_.groups.emplace_back();
  group.id = std::move(id);
  group.place = place;
  return group;
}

Step* NodeMaker::step(std::string_view id) {
  const auto found = steps_.find(std::string(id));
  return found == steps_.end() ? nullptr : &out_.steps[found->second];
}

Group* NodeMaker::group(std::string_view id) {
  const auto found = groups_.find(std::string(id));
  return found == groups_.end() ? nullptr : &out_.groups[found->second];
}

Step& NodeMaker::add_let(std::string id, Place place,
                         std::vector<std::pair<std::string, std::string>> values) {
  Step& step = add_step(std::move(id), place);
  step.edit_details().values = std::move(values);
  return step;
}

Group& NodeMaker::add_sequence(std::string id, Place place, const Members& members) {
  Group& group = add_group(std::move(id), place);
  group.rule.execute = Execute::sequential;
  for (const Member& member : members)
    group.members.push_back({member.id, DependencyOn::success, place});
  return group;
}

std::string NodeMaker::unit(std::string_view id, Place place, const Members& members) {
  if (members.empty()) return "";
  if (members.size() == 1 && !members.front().is_passing) return members.front().id;
  return add_sequence(std::string(id), place, members).id;
}

std::string NodeMaker::conditional(std::string_view id, Place place, const Members& members,
                                   const std::string& when) {
  if (members.empty()) return "";
  if (members.size() == 1) {
    Step* const step = this->step(members.front().id);
    if (step != nullptr && step->details().when.empty() && !members.front().is_passing) {
      step->edit_details().when = when;
      step->edit_details().when_place = place;
      return step->id;
    }
    Group* const group = this->group(members.front().id);
    if (group != nullptr && group->when.empty() && !group->repeat) {
      group->when = when;
      group->when_place = place;
      return group->id;
    }
  }
  Group& group = add_sequence(std::string(id), place, members);
  group.when = when;
  group.when_place = place;
  return group.id;
}

void NodeMaker::depend(const std::string& id, const std::string& on, DependencyOn how) {
  if (Step* const step = this->step(id)) {
    step->depends_on.push_back({on, how, step->place});
  } else if (Group* const group = this->group(id)) {
    group->depends_on.push_back({on, how, group->place});
  }
}

void NodeMaker::chain(const Members& members) {
  std::string solid;
  std::vector<std::string> passing;
  for (const Member& member : members) {
    for (const std::string& on : passing) depend(member.id, on, DependencyOn::done);
    if (!solid.empty()) depend(member.id, solid, DependencyOn::success);
    if (member.is_passing) {
      passing.push_back(member.id);
    } else {
      passing.clear();
      solid = member.id;
    }
  }
}

}  // namespace ws::prose
