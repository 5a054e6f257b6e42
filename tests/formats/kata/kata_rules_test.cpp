// The compile rules by their names, and what the original let pass.
#include "kata_reading.h"
#include "model/mistakes.h"
#include "support/catch.h"

namespace ws {
namespace {

using test::load_kata;
using Strings = std::vector<std::string>;

test::Loading load(const std::string& rest) { return load_kata("kata k v1\ninitial one\n" + rest); }

TEST_CASE("each rule where it is broken") {
  struct Case {
    const char* rest;
    Strings found;
  };
  const Case cases[] = {
      {"phase two\ncomplete\n", {"missing_initial_phase 2:9"}},
      {"phase one\nnext two\nphase three\ncomplete\n",
       {"missing_phase 4:6", "unreachable_phase 5:7"}},
      {"phase one\ncomplete\nphase two\ncomplete\n", {"unreachable_phase 5:7"}},
      {"phase one\nnext two\nphase two\n", {"missing_transition 5:7"}},
      {"phase one\ncomplete\nfail\n", {"conflicting_transition 5:1"}},
      {"phase one\nnext two\ncomplete\nphase two\ncomplete\n", {"conflicting_transition 5:1"}},
      {"phase one\nnext one\n", {"cycle_detected 4:6"}},
      {"phase one\nnext two\nphase two\nnext one\n", {"cycle_detected 6:6"}},
      {"phase one\nrun skill x\ncomplete\n", {"?undeclared_skill 4:11"}},
      {"phase one\ncomplete\nphase one\ncomplete\n", {"duplicate-id 5:7"}},
      {"phase one\nspawn kata x v1 -> r\nspawn kata x v1 -> r\ncomplete\n",
       {"duplicate_binding 5:20"}},
      {"phase one\nspawn kata x v1 -> parallel_results\ncomplete\n", {"taken-id 4:20"}},
  };
  for (const Case& one : cases) {
    const auto loaded = load(one.rest);
    INFO(one.rest << "\n" << loaded.text());
    CHECK(loaded.found() == one.found);
  }
  CHECK(load_kata("kata k v1\nphase one\ncomplete\n").found() ==
        Strings{"missing_initial_phase 1:6"});
  CHECK(load_kata("kata k v1\ninitial one\n").found() == Strings{"missing_initial_phase 2:9"});
  CHECK(
      load_kata("kata k v1\nrequires skill x\nrequires kata y\ninitial one\nphase one\ncomplete\n")
          .found() == Strings{"?unused_requirement 2:16", "?unused_requirement 3:15"});
  CHECK(load_kata(
            "kata k v1\ninitial a\nphase a\ncomplete\nkata k v1\ninitial a\nphase a\ncomplete\n")
            .found() == Strings{"duplicate-id 5:6"});
}

TEST_CASE("targets of branches are reached") {
  const auto loaded = load(
      "phase one\nif x == 1\nnext two\nelse if x == 2\nnext three\nelse\nnext four\n"
      "phase two\ncomplete\nphase three\nfail\nphase four\ncomplete\n");
  INFO(loaded.text());
  CHECK(loaded.diagnostics.items().empty());
}

TEST_CASE("a cycle through a branch is shown as a path with its edges") {
  const auto loaded = load(
      "phase one\nnext two\nphase two\nif valid == true\nnext three\nelse\nnext fix\nphase "
      "fix\nnext "
      "two\nphase three\ncomplete\n");
  INFO(loaded.text());
  REQUIRE(loaded.found() == Strings{"cycle_detected 11:6"});
  const Diagnostic& found = loaded.diagnostics.items().front();
  CHECK(found.message.find("two -> fix -> two") != std::string::npos);
  CHECK(found.notes.size() == 1);
}

TEST_CASE("independent cycles are all told") {
  const auto loaded = load(
      "phase one\nif x == 1\nnext a\nelse\nnext b\nphase a\nnext c\nphase c\nnext a\nphase b\nnext "
      "d\n"
      "phase d\nnext b\n");
  CHECK(loaded.found() == Strings{"cycle_detected 11:6", "cycle_detected 15:6"});
}

TEST_CASE("a `next` behind an if without else is told to become one") {
  const auto loaded = load("phase one\nif x == 1\nnext two\nnext two\nphase two\ncomplete\n");
  REQUIRE(loaded.errors() == Strings{"conflicting_transition"});
  CHECK(loaded.text().find("write `else` before it") != std::string::npos);
}

TEST_CASE("0l: more than 32 spawned katas are warned about") {
  std::string text = "phase one\nspawn parallel\n";
  for (int i = 0; i < 32; ++i) text += "spawn kata x v1\n";
  CHECK(load(text + "complete\n").diagnostics.items().empty());
  CHECK(load(text + "spawn kata x v1\ncomplete\n").found() == Strings{"?unusual-value 4:1"});
}

TEST_CASE("a name is suggested") {
  const auto loaded = load("phase one\nnext tow\nphase two\ncomplete\n");
  CHECK(loaded.text().find("did you mean 'two'?") != std::string::npos);
}

TEST_CASE("long chains and wide joins take no time") {
  std::string chain;
  std::string wide = "phase one\nnext e0\n";
  for (int i = 0; i < 20000; ++i) {
    const std::string name = i == 0 ? "one" : "p" + std::to_string(i);
    chain += "phase " + name + "\nnext p" + std::to_string(i + 1) + "\n";
  }
  CHECK(load(chain + "phase p20000\ncomplete\n").errors().empty());
  CHECK(load(chain + "phase p20000\nnext one\n").errors() == Strings{"cycle_detected"});
  const std::string branches = "if x == 1\nnext one\nelse\nnext ";
  std::string back;
  for (int i = 0; i < 20000; ++i) {
    const std::string name = i == 0 ? "one" : "p" + std::to_string(i);
    back += "phase " + name + "\n" + branches + "p" + std::to_string(i + 1) + "\n";
  }
  CHECK(load(back + "phase p20000\ncomplete\n").errors() == Strings{"cycle_detected"});
}

}  // namespace
}  // namespace ws
