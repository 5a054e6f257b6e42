// Every mistake lower() can find: what is said, where it points, and what else is still found.
#include "model/mistakes.h"

#include <fmt/format.h>

#include "support/catch.h"
#include "support/golden.h"
#include "support/mini.h"

using namespace ws;
using ws::test::check_golden;
using ws::test::Mini;
using ws::test::mini;

namespace {

void golden(const DiagnosticKind& kind, const Mini& m) {
  bool is_there = false;
  for (const Diagnostic& item : m.diagnostics().items()) {
    is_there = is_there || item.kind->name == kind.name;
  }
  CHECK(is_there);
  check_golden("diagnostics/" + std::string(kind.name) + ".txt", m.complaints());
}

std::size_t count(const Mini& m, const DiagnosticKind& kind) {
  std::size_t found = 0;
  for (const Diagnostic& item : m.diagnostics().items()) found += item.kind->name == kind.name;
  return found;
}

std::vector<std::string> messages(const Mini& m) {
  std::vector<std::string> all;
  for (const Diagnostic& item : m.diagnostics().items()) all.push_back(item.message);
  return all;
}

}  // namespace

TEST_CASE("steps and groups without an id cause no mistakes of their own here") {
  Workset set;
  Workstream& w = set.workstreams.emplace_back();
  w.id = "w";
  for (const char* id : {"", "build", ""}) w.steps.emplace_back().id = id;
  w.steps[1].depends_on.push_back({"x", DependencyOn::success, {}});
  for (int i = 0; i < 2; ++i) {
    w.groups.emplace_back().members.push_back({"", DependencyOn::success, {}});
    w.groups.back().members.push_back({"build", DependencyOn::success, {}});
  }
  w.groups[1].members[1].name = "y";
  Diagnostics diagnostics;
  CHECK_FALSE(lower(set, {}, diagnostics));
  const std::string text = render(diagnostics, set.sources, {});
  INFO(text);
  REQUIRE(diagnostics.items().size() == 2);
  CHECK(diagnostics.items()[0].kind == &mistakes::unknown_member);
  CHECK(diagnostics.items()[0].hint.find("''") == std::string::npos);
  CHECK(diagnostics.items()[1].kind == &mistakes::unknown_dependency);
  CHECK(diagnostics.items()[1].hint == "there are build");
}

TEST_CASE("a name that the workstream's checks or a fan-out's items go by is taken") {
  const auto errors = [](const char* text) { return count(mini(text), mistakes::taken_id); };
  CHECK(errors("@w %1; acceptance; a") == 1);
  CHECK(errors("acceptance; preflight; a") == 0);
}

TEST_CASE("duplicate ids are shown with both places") {
  golden(mistakes::duplicate_id,
         mini("@ws-a; build; test;\nbuild <- test; (test: build);\n@ws-b; x;\n@ws-a; y"));
}

TEST_CASE("unknown dependencies are all listed, with the nearest name") {
  golden(mistakes::unknown_dependency,
         mini("@ws-a; build; test <- biuld;\ndeploy <- ws-b/test ws-b ws-a/test docs;\n"
              "(checks: test) <- deplyo;\n@ws-b; x"));
}

TEST_CASE("missing workstreams") {
  const std::string text = "@ws-deploy <- ws-biuld ws-secrets;\npush <- x; x;\n@ws-build; y";
  golden(mistakes::missing_workstream, mini(text));
  LowerOptions options;
  options.allow_missing_workstreams = true;
  const Mini drawn = mini(text, options);
  CHECK(drawn.has_plan());
  CHECK(count(drawn, mistakes::missing_workstream) == 2);
  CHECK(drawn.diagnostics().warning_count() == 2);
}

TEST_CASE("a step among the dependencies of a workstream is pointed out") {
  const Mini m = mini("@ws-a <- build; build");
  REQUIRE(m.diagnostics().error_count() == 1);
  CHECK(m.diagnostics().items()[0].hint ==
        "'build' is a step: only steps depend on steps, a workstream names workstreams");
}

TEST_CASE("repeated dependencies") {
  const Mini m = mini("@ws-b <- ws-a ws-a;\na; b <- a:done a:done;\n@ws-a; c");
  golden(mistakes::duplicate_dependency, m);
  CHECK(m.has_plan());
  CHECK(m.plan().dependency_count() == 2);
}

TEST_CASE("one dependency with two conditions is refused") {
  const Mini m = mini("a; b <- a a:failure");
  CHECK_FALSE(m.has_plan());
  CHECK(count(m, mistakes::conflicting_keys) == 1);
  CHECK(messages(m)[0] == "step 'b' depends on 'a' twice, with different conditions");
}

TEST_CASE("what depends on itself") {
  golden(mistakes::self_dependency, mini("@ws-a <- ws-a;\nx <- x; y; (g: y) <- g"));
}

TEST_CASE("every independent cycle is a path with the place of each edge") {
  golden(mistakes::cycle,
         mini("@ws-a;\nbuild <- test;\ntest <- package lint;\npackage <- build;\n"
              "lint; one <- two; two <- one;\n@ws-b <- ws-c; x;\n@ws-c <- ws-b; y"));
}

TEST_CASE("cycles through groups name what the user wrote") {
  const auto only = [](const std::string& text) {
    const Mini m = mini(text);
    REQUIRE(m.diagnostics().error_count() == 1);
    CHECK(count(m, mistakes::cycle) == 1);
    return m.diagnostics().items()[0].message;
  };
  CHECK(only("a<-g; b; (g: a b)") == "step deadlock: a -> g -> a (each waits for the next)");
  CHECK(only("a; b; (g: a)<-h; (h: b)<-g") ==
        "step deadlock: g -> h -> g (each waits for the next)");
  CHECK(only("a<-c; b; c; (g: a b); (h: c)<-g") ==
        "step deadlock: h -> g -> a -> c -> h (each waits for the next)");
  CHECK(only("a<-b; b; (g: a b) =sequential") ==
        "step deadlock: a -> b -> a (each waits for the next)");
  // many ways through one group are still one cycle
  std::string wide = "(g:";
  for (int i = 0; i < 100; ++i) wide += " s" + std::to_string(i);
  wide += ")<-z; z<-g;";
  for (int i = 0; i < 100; ++i) wide += "s" + std::to_string(i) + ";";
  CHECK(only(wide) == "step deadlock: g -> z -> g (each waits for the next)");
}

TEST_CASE("a cycle among workstreams is seen although one of them is broken inside") {
  const Mini m = mini("@u<-v; a<-b; b<-a; @v<-u; c");
  CHECK(messages(m) ==
        std::vector<std::string>{"step deadlock: u -> v -> u (each waits for the next)",
                                 "step deadlock: a -> b -> a (each waits for the next)"});
}

TEST_CASE("a cycle of thousands shows its beginning and a count") {
  std::string text = "s0 <- s4999";
  for (int i = 1; i < 5000; ++i) text += fmt::format("; s{} <- s{}", i, i - 1);
  const Mini plan = mini(text);
  REQUIRE(plan.diagnostics().error_count() == 1);
  const Diagnostic& error = plan.diagnostics().items().front();
  CHECK(error.notes.size() == 50);
  CHECK(error.message.find("-> … 4950 more … -> s0") != std::string::npos);
  CHECK(error.message.size() < 1000);
}

TEST_CASE("at most fifty cycles are listed") {
  std::string text;
  for (int i = 0; i < 100; ++i) {
    const std::string n = std::to_string(i);
    text += "a" + n + "<-b" + n + ";b" + n + "<-a" + n + ";";
  }
  CHECK(mini(text).diagnostics().error_count() == 50);
}

TEST_CASE("unknown members") {
  Workset set = test::mini_workset("build; test;\n(checks: biuld test);\n[setup: build tset docs]");
  set.workstreams[0].groups[0].catch_steps = {"biuld"};
  set.workstreams[0].groups[1].finally_steps = {"clean"};
  Diagnostics diagnostics;
  CHECK_FALSE(lower(set, {}, diagnostics));
  CHECK(diagnostics.error_count() == 5);
  check_golden("diagnostics/unknown-member.txt", render(diagnostics, set.sources, {}));
}

TEST_CASE("members of two groups") {
  golden(mistakes::repeated_member, mini("a; b;\n(one: a b b);\n(two: a)"));
}

TEST_CASE("groups without members") {
  golden(mistakes::empty_group, mini("a;\n(none:);\n[nothing:] <- a"));
}

TEST_CASE("groups that hold each other") {
  const Mini m = mini("a; (g: h a); (h: g); (k: k)");
  CHECK(count(m, mistakes::cycle) == 2);
  CHECK(messages(m)[0] == "groups hold each other: 'g' in 'h' in 'g'");
  CHECK(messages(m)[1] == "groups hold each other: 'k' in 'k'");
}

TEST_CASE("overlapping scopes") {
  golden(mistakes::scope_overlap,
         mini("@ws-a ^src/; x;\n@ws-b; y ^src/app.py,docs/*.md;\nz ^docs/"));
}

TEST_CASE("options that name nothing") {
  LowerOptions options;
  options.targets = {"ws-a", "ws-biuld"};
  options.assume_complete = {"ws-c", "shared", "ws-a/nothing"};
  golden(mistakes::bad_option, mini("@ws-a; shared; @ws-build; shared", options));
}

TEST_CASE("everything wrong is told at once") {
  const Mini m = mini("@u<-nowhere; a<-a; b<-x; c<-d; d<-c; e<-c c; (g: y); @v; z<-q");
  CHECK(count(m, mistakes::missing_workstream) == 1);
  CHECK(count(m, mistakes::self_dependency) == 1);
  CHECK(count(m, mistakes::unknown_dependency) == 2);
  CHECK(count(m, mistakes::cycle) == 1);
  CHECK(count(m, mistakes::duplicate_dependency) == 1);
  CHECK(count(m, mistakes::unknown_member) == 1);
  CHECK_FALSE(m.has_plan());
}

TEST_CASE("mistakes that were there before do not stop a plan") {
  const Workset set = test::mini_workset("a");
  Diagnostics diagnostics;
  diagnostics.error(mistakes::syntax, {}, "elsewhere");
  CHECK(lower(set, {}, diagnostics).has_value());
}

TEST_CASE("kinds have distinct names and known categories") {
  std::vector<std::string_view> names;
  for (const DiagnosticKind* kind : mistakes::all()) {
    names.push_back(kind->name);
    const std::vector<std::string_view> categories = {"schema",  "dependency", "cycle",
                                                      "overlap", "config",     "unexpected"};
    CHECK(std::find(categories.begin(), categories.end(), kind->category) != categories.end());
  }
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
}
