// Groups with items become calls of workstreams that hold their members.
#include "model/bodies.h"

#include <string>
#include <vector>

#include "support/catch.h"

using namespace ws;

namespace {

std::vector<Dependency> all_of(const std::vector<std::string>& names) {
  std::vector<Dependency> out;
  for (const std::string& name : names) out.push_back({name, DependencyOn::success, {}});
  return out;
}

class Written {
 public:
  Written() { set_.workstreams.emplace_back().id = "w"; }

  Written& step(const std::string& id, const std::vector<std::string>& depends_on = {}) {
    Step& step = set_.workstreams[0].steps.emplace_back();
    step.id = id;
    step.depends_on = all_of(depends_on);
    return *this;
  }
  Written& group(const std::string& id, const std::vector<std::string>& members) {
    Group& group = set_.workstreams[0].groups.emplace_back();
    group.id = id;
    group.members = all_of(members);
    return *this;
  }
  Written& each(const std::string& id, const std::vector<std::string>& members) {
    group(id, members);
    set_.workstreams[0].groups.back().for_each.emplace();
    return *this;
  }
  // "w: a g; w:g: b (h)": of each workstream its steps, and its groups in brackets.
  std::string taken_out() {
    take_out_bodies(set_);
    std::string out;
    for (const Workstream& workstream : set_.workstreams) {
      out += (out.empty() ? "" : "; ") + workstream.id + ":";
      for (const Step& step : workstream.steps) out += " " + step.id;
      for (const Group& group : workstream.groups) out += " (" + group.id + ")";
    }
    return out;
  }
  const Workset& set() const { return set_; }

 private:
  Workset set_;
};

}  // namespace

TEST_CASE("a call stands where the first member stood, and members keep their order") {
  CHECK(Written().step("a").step("b").step("c").step("d").each("g", {"d", "b"}).taken_out() ==
        "w: a g c; w:g: b d");
  CHECK(Written().step("a").each("g", {}).taken_out() == "w: a g; w:g:");
}

TEST_CASE("groups with items inside of others have their turn in the body") {
  CHECK(Written()
            .step("a")
            .step("b")
            .each("inner", {"b"})
            .group("middle", {"inner"})
            .each("outer", {"a", "middle"})
            .taken_out() == "w: outer; w:outer: a inner (middle); w:outer:inner: b");
}

TEST_CASE("a step in two groups goes with the first of them") {
  Written written;
  written.step("a").step("b").each("g", {"b"}).each("h", {"b", "a"});
  CHECK(written.taken_out() == "w: h g; w:g: b; w:h: a");
}

TEST_CASE("what the members wait for outside, the call waits for once") {
  Written written;
  written.step("a").step("b", {"a"}).step("c", {"a", "b"}).each("g", {"b", "c"});
  CHECK(written.taken_out() == "w: a g; w:g: b c");
  const Step& call = written.set().workstreams[0].steps[1];
  REQUIRE(call.depends_on.size() == 1);
  CHECK(call.depends_on[0].name == "a");
}

// A mistake, which is told when the plan is made.
TEST_CASE("groups that hold each other are taken out, too") {
  CHECK(Written()
            .step("a")
            .each("outer", {"inner"})
            .each("inner", {"other"})
            .group("other", {"inner", "a"})
            .taken_out() == "w: outer; w:outer: a (inner) (other)");
  CHECK(Written().each("self", {"self"}).taken_out() == "w: (self)");
}

// Far below a second; what is quadratic takes a minute.
TEST_CASE("thousands of groups with items in one file") {
  constexpr std::size_t kGroups = 20'000;
  Written written;
  for (std::size_t i = 0; i < kGroups; ++i) {
    const std::string n = std::to_string(i);
    written.step("a" + n).step("b" + n, {"a" + n}).each("g" + n, {"a" + n, "b" + n});
  }
  (void)written.taken_out();
  REQUIRE(written.set().workstreams.size() == kGroups + 1);
  CHECK(written.set().workstreams[0].steps.size() == kGroups);
  CHECK(written.set().workstreams[0].steps.back().id == "g19999");
  CHECK(written.set().workstreams.back().steps.size() == 2);
}
