#include "outline.h"

#include <map>
#include <set>

#include <fmt/format.h>

namespace ws::prose {
namespace {

class Outline {
 public:
  explicit Outline(const Workstream& of) : of_(of) {
    for (const Group& group : of.groups) groups_[group.id] = &group;
  }

  std::string run() {
    std::set<std::string> inside;
    for (const Group& group : of_.groups) {
      for (const Dependency& member : group.members) inside.insert(member.name);
      inside.insert(group.catch_steps.begin(), group.catch_steps.end());
      inside.insert(group.finally_steps.begin(), group.finally_steps.end());
    }
    // Who depends on whom is the order at the top.
    std::map<std::string, std::set<std::string>> needs;
    for (const Step& step : of_.steps) note(step.id, step.depends_on, inside, needs);
    for (const Group& group : of_.groups) note(group.id, group.depends_on, inside, needs);
    std::string out;
    while (!needs.empty()) {
      std::string next;
      for (const auto& [id, before] : needs) {
        if (before.empty()) next = id;
      }
      if (next.empty()) return out + " (a cycle)";
      needs.erase(next);
      for (auto& [id, before] : needs) before.erase(next);
      out += (out.empty() ? "" : ", ") + node(next);
    }
    return out;
  }

 private:
  static void note(const std::string& id, const std::vector<Dependency>& depends_on,
                   const std::set<std::string>& inside,
                   std::map<std::string, std::set<std::string>>& needs) {
    if (inside.count(id) > 0) return;
    std::set<std::string>& before = needs[id];
    for (const Dependency& one : depends_on) before.insert(one.name);
  }

  std::string node(const std::string& id) {
    const auto found = groups_.find(id);
    if (found == groups_.end()) return id;
    const Group& group = *found->second;
    std::string out = id + "(";
    if (group.rule.execute == Execute::sequential) out += "s: ";
    for (const Dependency& member : group.members)
      out += (&member == &group.members.front() ? "" : ", ") + node(member.name);
    for (const std::string& step : group.catch_steps) out += "; c " + node(step);
    for (const std::string& step : group.finally_steps) out += "; f " + node(step);
    return out + ")";
  }

  const Workstream& of_;
  std::map<std::string, const Group*> groups_;
};

}  // namespace

std::string outline(const Workstream& workstream) { return Outline(workstream).run(); }

}  // namespace ws::prose
