#include "kata_reading.h"

#include "support/catch.h"

namespace ws::test {

Loading load_kata(std::string text) { return load("t.kata", std::move(text)); }

Loading load_phases(const std::string& phases) {
  return load_kata("kata k v1\nrequires skill a\nrequires skill b\ninitial one\n" + phases +
                   "\nphase used\nrun skill a\nrun skill b\ncomplete\n");
}

const Step& step_of(const Workstream& workstream, std::string_view id) {
  for (const Step& step : workstream.steps) {
    if (step.id == id) return step;
  }
  FAIL("no step '" << id << "'");
  return workstream.steps.front();
}

const Group& group_of(const Workstream& workstream, std::string_view id) {
  for (const Group& group : workstream.groups) {
    if (group.id == id) return group;
  }
  FAIL("no group '" << id << "'");
  return workstream.groups.front();
}

std::vector<std::string> names(const std::vector<Dependency>& dependencies) {
  std::vector<std::string> out;
  for (const Dependency& one : dependencies) {
    const std::string_view mark = one.on == DependencyOn::success   ? ""
                                  : one.on == DependencyOn::failure ? "!"
                                                                    : "?";
    out.push_back(one.name + std::string(mark));
  }
  return out;
}

}  // namespace ws::test
