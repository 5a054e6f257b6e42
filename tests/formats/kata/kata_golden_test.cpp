// What is said of broken katas, as text: tests/golden/kata.
#include "kata_reading.h"
#include "support/catch.h"
#include "support/golden.h"

namespace ws {
namespace {

struct Sample {
  const char* name;
  const char* text;
};

constexpr Sample kSamples[] = {
    {"trailing-comment", "kata k v1\ninitial one\nphase one\ncomplete  # the end\n"},
    {"missing-version", "kata k\ninitial one\nphase one\nspawn kata worker -> r\ncomplete\n"},
    {"misspelt-keyword",
     "kata k v1\ninitial one\nphase one\nrunn skill a\nnex two\nphase two\nend\n"},
    {"no-kata", "phase one\nrun skill a\ncomplete\n"},
    {"another-notation", "{\"id\": \"ws-x\"}\n"},
    {"outside-a-phase", "kata k v1\ninitial one\nrun skill a\nphase one\ncomplete\n"},
    {"nested-parallel",
     "kata k v1\ninitial one\nphase one\nspawn parallel\n  spawn kata a v1 -> a\n  spawn "
     "parallel\n    "
     "spawn kata b v1 -> b\n  join any_completed\njoin all_completed\ncomplete\n"},
    {"empty-parallel",
     "kata k v1\ninitial one\nphase one\nspawn parallel\njoin all_completed\ncomplete\n"},
    {"stray-join", "kata k v1\ninitial one\nphase one\njoin all_completed\ncomplete\n"},
    {"join-word",
     "kata k v1\ninitial one\nphase one\nspawn parallel\nspawn kata a v1\njoin all\ncomplete\n"},
    {"options",
     "kata k v1\ninitial one\nphase one\nspawn parallel timeout 30s fail_all\nspawn kata a "
     "v1\ncomplete\n"},
    {"arrow",
     "kata k v1\ninitial one\nphase one\nspawn kata a v1->r\nspawn kata b v1 => s\ncomplete\n"},
    {"timeouts",
     "kata k v1\ninitial one\nphase one\nwait event go timeout 0\nwait event go timeout "
     "5m\ncomplete\n"},
    {"branches",
     "kata k v1\ninitial one\nphase one\nif a==1\n  next two\nelse if b AND c == 2\n  "
     "complete\nelse\n  next "
     "two\nphase two\ncomplete\n"},
    {"behind-the-end", "kata k v1\ninitial one\nphase one\ncomplete\nrun skill a\n"},
    {"duplicate-phase", "kata k v1\ninitial one\nphase one\ncomplete\nphase one\nfail\n"},
    {"duplicate-kata",
     "kata k v1\ninitial one\nphase one\ncomplete\nkata k v1\ninitial one\nphase one\nfail\n"},
    {"taken-binding", "kata k v1\ninitial one\nphase one\nspawn kata a v1 -> inputs\ncomplete\n"},
    {"unknown-variable",
     "kata k v1\ninitial one\nphase one\nspawn kata a v1 -> r\nif r.level == high\n  next "
     "two\nelse if "
     "parallel_results.r == 1\n  next two\nelse\n  next two\nphase two\ncomplete\n"},
    {"only-comments", "# a kata\n// to be written\n"},
};

TEST_CASE("broken katas") {
  for (const Sample& sample : kSamples) {
    const auto loaded = test::load_kata(sample.text);
    INFO(sample.name);
    CHECK(loaded.verdict == LoadVerdict::has_errors);
    test::check_golden(std::string("kata/") + sample.name + ".txt", loaded.text());
  }
}

}  // namespace
}  // namespace ws
