// The grammar of FORMATS.md 2.1: what loads, what does not, and that all mistakes come at once.
#include "kata_reading.h"
#include "support/catch.h"

namespace ws {
namespace {

using test::load_kata;
using test::load_phases;
using Strings = std::vector<std::string>;

constexpr const char* kBatch =
    "kata batch.processing v2\nrequires skill data.partition\nrequires skill result.aggregate\n\n"
    "initial partition\n\nphase partition\nrun skill data.partition\nnext process\n\n"
    "phase process\nspawn parallel timeout 300000 fail_continue\n"
    "  spawn kata worker.process v1 -> one\n  spawn kata worker.process v1 -> two\n"
    "join all_completed\nnext aggregate\n\nphase aggregate\nrun skill result.aggregate\ncomplete\n";

TEST_CASE("a kata with everything loads without a word") {
  const auto loaded = load_kata(kBatch);
  INFO(loaded.text());
  CHECK(loaded.diagnostics.items().empty());
  CHECK(loaded.only().id == "batch.processing");
  CHECK(loaded.only().version == "v2");
  CHECK(loaded.only().notation == "kata");
  CHECK(loaded.only().takes_any_input);
}

TEST_CASE("line ends, byte-order mark, indentation and comments do not matter") {
  const std::string text = kBatch;
  std::string dos;
  std::string indented;
  for (const char c : text) {
    dos += c == '\n' ? std::string("\r\n") : std::string(1, c);
    indented += c == '\n' ? std::string("\n \t ") : std::string(1, c);
  }
  std::string commented;
  for (const char c : text)
    commented += c == '\n' ? "\n# note -> x\n  // phase y\n" : std::string(1, c);
  for (const std::string& variant :
       {dos, "\xEF\xBB\xBF" + text, indented, commented, text.substr(0, text.size() - 1)}) {
    const auto loaded = load_kata(variant);
    INFO(variant << loaded.text());
    CHECK(loaded.diagnostics.items().empty());
    CHECK(loaded.only().steps.size() == 5);
  }
}

TEST_CASE("one line is as good as many") {
  const auto loaded =
      load_kata("kata k v1 requires skill a initial one phase one run skill a complete");
  INFO(loaded.text());
  CHECK(loaded.diagnostics.items().empty());
}

TEST_CASE("several katas in a file, in any order; phases have names of their own") {
  const auto loaded = load_kata(
      "kata b v1\ninitial x\nphase x\ncomplete\nkata a v1\ninitial x\nphase x\nspawn kata b v1\n"
      "complete\nkata b v2\ninitial y\nphase y\ncomplete\n");
  INFO(loaded.text());
  CHECK(loaded.diagnostics.items().empty());
  REQUIRE(loaded.workset.workstreams.size() == 3);
  CHECK(loaded.workset.workstreams[2].version == "v2");
}

TEST_CASE("names and versions as real files write them") {
  const auto loaded = load_kata(
      "kata My_Kata-2.x v1beta\nai-model vendor/model:7b\nai-tags fast cheap\nai-fallback other\n"
      "requires skill A.b-c_d v12\nrequires kata other v2.1\ninitial One\nphase One\n"
      "ai-model small\nrun skill A.b-c_d\nspawn kata other v2.1 -> Out_put-1\ncomplete\n");
  INFO(loaded.text());
  CHECK(loaded.diagnostics.items().empty());
  CHECK(loaded.only().env == Environment{{"AI_MODEL", "vendor/model:7b"},
                                         {"AI_TAGS", "fast cheap"},
                                         {"AI_FALLBACK", "other"}});
  CHECK(loaded.step("One.b-c_d").details().env == Environment{{"AI_MODEL", "small"}});
}

TEST_CASE("keywords may be names where a name must stand") {
  const auto loaded = load_kata(
      "kata kata v1\nrequires skill run\ninitial initial\nphase initial\nrun skill run\nnext "
      "complete\nphase complete\ncomplete\n");
  INFO(loaded.text());
  CHECK(loaded.diagnostics.items().empty());
}

TEST_CASE("every option of spawn parallel in any order, each once") {
  for (const char* options : {"", "timeout 5", "fail_on_any", "fail_on_first", "fail_continue",
                              "timeout 5 fail_on_any", "fail_continue timeout 5"}) {
    for (const char* join :
         {"", "join all_completed", "join any_completed", "join first_completed"}) {
      const auto loaded =
          load_phases(std::string("phase one\nspawn parallel ") + options +
                      "\nspawn kata x v1\nspawn kata x v1 -> b\n" + join + "\nnext used");
      INFO(options << " / " << join << loaded.text());
      CHECK(loaded.diagnostics.items().empty());
    }
  }
}

TEST_CASE("two blocks in one phase, the first without a join") {
  const auto loaded = load_phases(
      "phase one\nspawn parallel\nspawn kata x v1 -> p\nspawn parallel\nspawn kata x v1 -> q\njoin "
      "all_completed\nnext used");
  INFO(loaded.text());
  CHECK(loaded.diagnostics.items().empty());
}

// Each is one mistake, and one complaint.
TEST_CASE("a mistake is told where it is, and nothing else") {
  struct Case {
    const char* phases;
    const char* found;
  };
  const Case cases[] = {
      {"phase one\nrun skill a # comment\nnext used", "syntax 6:13"},
      {"phase one\nrun skill a // comment\nnext used", "syntax 6:13"},
      {"phase one\nrun a\nnext used", "syntax 6:5"},
      {"phase one\nrun skill\nnext used", "syntax 6:10"},
      {"phase one\nrunn skill a\nnext used", "syntax 6:1"},
      {"phase one\nrun skill a b\nnext used", "syntax 6:13"},
      {"phase\nrun skill a\nphase one\nnext used", "syntax 5:6"},
      {"phase one two\nnext used", "syntax 5:11"},
      {"phase one\nspawn kata x\nnext used", "syntax 6:13"},
      {"phase one\nspawn kata x 1\nnext used", "syntax 6:14"},
      {"phase one\nspawn kata x V1\nnext used", "syntax 6:14"},
      {"phase one\nspawn x v1\nnext used", "syntax 6:7"},
      {"phase one\nspawn kata x v1 ->\nnext used", "syntax 6:19"},
      {"phase one\nspawn kata x v1 ->r\nnext used", "syntax 6:17"},
      {"phase one\nspawn kata x v1->r\nnext used", "syntax 6:14"},
      {"phase one\nspawn kata x v1 => r\nnext used", "syntax 6:17"},
      {"phase one\nwait x\nnext used", "syntax 6:6"},
      {"phase one\nwait event x timeout\nnext used", "syntax 6:21"},
      {"phase one\nwait event x timeout 5s\nnext used", "syntax 6:22"},
      {"phase one\nwait event x timeout -1\nnext used", "syntax 6:22"},
      {"phase one\nwait event x timeout 0\nnext used", "out-of-range 6:22"},
      {"phase one\nwait event x timeout 99999999999\nnext used", "out-of-range 6:22"},
      {"phase one\nspawn parallel\njoin all_completed\nnext used", "empty-group 6:1"},
      {"phase one\njoin all_completed\nnext used", "syntax 6:1"},
      {"phase one\nspawn parallel timeout 0\nspawn kata x v1\nnext used", "out-of-range 6:24"},
      {"phase one\nspawn parallel timeout 1 timeout 2\nspawn kata x v1\nnext used",
       "conflicting-keys 6:26"},
      {"phase one\nspawn parallel fail_on_any fail_continue\nspawn kata x v1\nnext used",
       "conflicting-keys 6:28"},
      {"phase one\nspawn parallel fail_all\nspawn kata x v1\nnext used", "syntax 6:16"},
      {"phase one\nspawn parallel\nspawn kata x v1\njoin all\nnext used", "syntax 8:6"},
      {"phase one\nspawn parallel\nspawn kata x v1\njoin\nnext used", "syntax 8:5"},
      {"phase one\nspawn parallel\n  spawn parallel\n  spawn kata x v1\nnext used", "syntax 7:3"},
      {"phase one\nspawn parallel\n  spawn kata y v1\n  spawn parallel\n    spawn kata x v1\nnext "
       "used",
       "syntax 8:3"},
      {"phase one\nnext", "syntax 6:5"},
      {"phase one\nnext 1x", "syntax 6:6"},
      {"phase one\nelse\nnext used", "syntax 6:1"},
      {"phase one\nif x == 1\ncomplete", "syntax 6:10"},
      {"phase one\nnext used\nrun skill a", "syntax 7:1"},
      {"phase one\nnext a..b", "syntax 6:6"},
      {"phase one\nnext used\nrequires skill c", "syntax 7:1"},
      {"phase one\nnext used\ninitial used", "syntax 7:1"},
  };
  for (const Case& one : cases) {
    const auto loaded = load_phases(one.phases);
    INFO(one.phases << "\n" << loaded.text());
    CHECK(loaded.found() == Strings{one.found});
    CHECK(loaded.verdict == LoadVerdict::has_errors);
  }
}

TEST_CASE("what stands before the phases") {
  struct Case {
    const char* text;
    const char* found;
  };
  const Case cases[] = {
      {"", "empty-file 0:0"},
      {"\n\n", "empty-file 1:1"},
      {"# only\n// comments\n", "empty-file 1:1"},
      {"kata k\ninitial x\nphase x\ncomplete\n", "syntax 1:7"},
      {"kata k 1\ninitial x\nphase x\ncomplete\n", "syntax 1:8"},
      {"kata\n", "syntax 1:5"},
      {"kata a/b v1\ninitial x\nphase x\ncomplete\n", "syntax 1:6"},
      {"phase x\ncomplete\n", "syntax 1:1"},
      {"{\"id\": 1}\n", "syntax 1:1"},
      {"requires skill x\nkata k v1\ninitial x\nphase x\ncomplete\n", "syntax 1:1"},
      {"kata k v1\nrun skill x\ninitial y\nphase y\ncomplete\n", "syntax 2:1"},
      {"kata k v1\nrequires x\ninitial y\nphase y\ncomplete\n", "syntax 2:10"},
      {"kata k v1\ninitial y\ninitial y\nphase y\ncomplete\n", "syntax 3:1"},
      {"kata k v1\nai-model\ninitial y\nphase y\ncomplete\n", "syntax 2:9"},
      {"kata k v1\ninitial y\nphase y\ncomplete\xE9\n", "not-utf8 4:9"},
  };
  for (const Case& one : cases) {
    const auto loaded = load_kata(one.text);
    INFO(one.text << "\n" << loaded.text());
    CHECK(loaded.found() == Strings{one.found});
  }
}

TEST_CASE("all mistakes of all katas of a file come at once") {
  const auto loaded = load_kata(
      "kata a v1\ninitial one\nphase one\nrunn skill x\nnext two\nphase two\ncomplet\n"
      "kata b\ninitial nowhere\nphase one\ncomplete\nkata c v1\ninitial one\nphase one\nnext "
      "gone\n");
  INFO(loaded.text());
  CHECK(loaded.found() == Strings{"syntax 4:1", "syntax 7:1", "syntax 8:7",
                                  "missing_initial_phase 9:9", "missing_phase 15:6"});
}

TEST_CASE("a large file is refused, a hopeless one is given up") {
  CHECK(load_kata(std::string(17U << 20U, 'x')).found() == Strings{"limit-exceeded 1:1"});
  std::string text = "kata k v1\n";
  for (int i = 0; i < 5000; ++i) text += "what is this\n";
  const auto loaded = load_kata(text);
  CHECK(loaded.diagnostics.items().size() < 1100);
}

}  // namespace
}  // namespace ws
