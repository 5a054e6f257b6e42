#include "model/renaming.h"

#include <utility>

namespace ws {
namespace {

// What `${inputs}` is where a step gives them.
std::string all_of(const std::string& giver) {
  return "${" + Reference{{"steps", giver, "outputs"}}.text() + "}";
}

}  // namespace

Renaming::Renaming(const Workstream& of, std::string prefix, std::string giver,
                   std::unordered_set<std::string> given)
    : prefix_(std::move(prefix)),
      giver_(std::move(giver)),
      given_(std::move(given)),
      paths_(
          [this](Reference& path) { return change(path); },
          {given_.empty() ? std::function<std::string()>() : [this] { return all_of(giver_); }}) {
  for (const Step& step : of.steps) names_.insert(step.id);
  for (const Group& group : of.groups) names_.insert(group.id);
}

std::string Renaming::name(const std::string& of) const {
  return names_.contains(of) ? prefix_ + of : of;
}

bool Renaming::change(Reference& path) const {
  if (path.names.size() < 2) return false;
  if (path.names[0] == "steps" && names_.contains(path.names[1])) {
    path.names[1] = prefix_ + path.names[1];
    return true;
  }
  if (path.names[0] != "inputs" || !given_.contains(path.names[1])) return false;
  path.names[0] = "outputs";
  path.names.insert(path.names.begin(), {"steps", giver_});
  return true;
}

void Renaming::rename(std::vector<Dependency>& names) const {
  for (Dependency& one : names) one.name = name(one.name);
}

std::string Renaming::in_template(const std::string& text) const {
  std::string out = text;
  paths_.text(out);
  return out;
}

void Renaming::apply(Step& step) const {
  step.id = name(step.id);
  rename(step.depends_on);
  paths_.apply(step);
}

void Renaming::apply(Group& group) const {
  group.id = name(group.id);
  rename(group.members);
  rename(group.depends_on);
  for (std::string& step : group.catch_steps) step = name(step);
  for (std::string& step : group.finally_steps) step = name(step);
  if (!group.result_from.empty()) group.result_from = name(group.result_from);
  paths_.apply(group);
}

}  // namespace ws
