// The limits of a run: the command line, else the files, else the machine.
#include "cli/settings.h"

#include "cli/options.h"
#include "model/mistakes.h"
#include "support/catch.h"
#include "support/mini.h"

using namespace ws;
using namespace ws::cli;
using namespace std::chrono_literals;

namespace {

// One plan, changed before it is made, and what is settled for it.
struct Case {
  explicit Case(const std::string& text) : workset(test::mini_workset(text)) {}

  Execution& execution(std::size_t workstream = 0) {
    return workset.workstreams.at(workstream).execution;
  }
  Settings settled(std::uint32_t processors = 4) {
    Diagnostics lowering;
    const auto plan = lower(workset, {}, lowering);
    REQUIRE(plan);
    return settle(*plan, analyse(*plan), flags, {processors, 1U << 20U}, diagnostics);
  }

  Workset workset;
  LimitFlags flags;
  Diagnostics diagnostics;
};

const std::string kWide = "a; b; c; d; e; f; g; h";  // eight at once

}  // namespace

TEST_CASE("auto: as many as the machine has, but no more than can run at once") {
  CHECK(Case(kWide).settled(4).max_workers == 4);
  CHECK(Case(kWide).settled(16).max_workers == 8);
  CHECK(Case("a; b<-a; c<-b").settled(16).max_workers == 1);
  CHECK(Case(kWide).settled(4).is_auto);
}

TEST_CASE("auto is never zero") {
  CHECK(Case(kWide).settled(0).max_workers == 1);
  Case capped(kWide);
  capped.execution().worker_cap = 0;
  CHECK(capped.settled().max_workers == 1);
}

TEST_CASE("worker_cap limits auto and nothing else") {
  Case wide(kWide);
  wide.execution().worker_cap = 2;
  CHECK(wide.settled(16).max_workers == 2);
  wide.flags.max_workers = kAutoWorkers;
  CHECK(wide.settled(16).max_workers == 2);
  wide.flags.max_workers = 5;
  CHECK(wide.settled(16).max_workers == 5);
  wide.flags.max_workers.reset();
  wide.execution().max_workers = 6;
  CHECK(wide.settled(16).max_workers == 6);
}

TEST_CASE("an explicit number wins, also beyond the machine and the width") {
  Case wide(kWide);
  wide.execution().max_workers = 3;
  CHECK(wide.settled(16).max_workers == 3);
  CHECK_FALSE(wide.settled(16).is_auto);
  wide.flags.max_workers = 100;
  CHECK(wide.settled(2).max_workers == 100);
  CHECK_FALSE(wide.settled(2).is_auto);
}

TEST_CASE("auto on the command line overrides the file's number") {
  Case wide(kWide);
  wide.execution().max_workers = 3;
  wide.flags.max_workers = kAutoWorkers;
  CHECK(wide.settled(5).max_workers == 5);
  CHECK(wide.settled(5).is_auto);
}

TEST_CASE("sequential is one slot, whoever asks") {
  Case asked(kWide);
  asked.flags.is_sequential = true;
  asked.flags.max_workers = 8;
  CHECK(asked.settled().max_workers == 1);
  CHECK(asked.settled().is_sequential);

  Case in_file(kWide);
  in_file.execution().parallel = false;
  in_file.execution().max_workers = 8;
  CHECK(in_file.settled().max_workers == 1);
  CHECK(in_file.settled().is_sequential);
}

TEST_CASE("times: the command line wins over the file") {
  Case one("a");
  one.execution().timeout = 10s;
  one.execution().rate_limit_delay = 2s;
  CHECK(one.settled().run_timeout == Duration(10s));
  CHECK(one.settled().start_gap == Duration(2s));
  CHECK(one.settled().default_timeout == Duration::zero());
  one.flags.timeout = 3s;
  one.flags.rate_limit_delay = Duration::zero();
  one.flags.timeout_per_step = 4s;
  CHECK(one.settled().run_timeout == Duration(3s));
  CHECK(one.settled().start_gap == Duration::zero());
  CHECK(one.settled().default_timeout == Duration(4s));
  CHECK(one.diagnostics.items().empty());
}

TEST_CASE("fail-fast is the command line's") {
  Case one("a");
  CHECK_FALSE(one.settled().is_fail_fast);
  one.flags.is_fail_fast = true;
  CHECK(one.settled().is_fail_fast);
}

TEST_CASE("several workstreams share the widest wish and the longest gap") {
  Case two("@u; a; b; c; @v; d; e; f");
  two.execution(0).max_workers = 2;
  two.execution(0).rate_limit_delay = 1s;
  two.execution(1).rate_limit_delay = 3s;
  CHECK(two.settled(4).max_workers == 4);  // u keeps its own limit inside the pool
  CHECK(two.settled(1).max_workers == 2);
  CHECK(two.settled(4).start_gap == Duration(3s));
  two.execution(1).max_workers = 9;
  CHECK(two.settled(4).max_workers == 9);
  two.execution(1).parallel = false;  // its own affair
  CHECK_FALSE(two.settled(4).is_sequential);
}

TEST_CASE("the time limit of one of several is warned about") {
  Case two("@u; a; @v; b");
  two.execution(1).timeout = 10s;
  CHECK(two.settled().run_timeout == Duration::zero());
  REQUIRE(two.diagnostics.items().size() == 1);
  CHECK(two.diagnostics.items()[0].severity == Severity::warning);
  CHECK(two.diagnostics.items()[0].message ==
        "the time limit of 'v' is for a run of it alone: it has no effect here");

  Case limited("@u; a; @v; b");
  limited.execution(1).timeout = 10s;
  limited.flags.timeout = 5s;
  CHECK(limited.settled().run_timeout == Duration(5s));
  CHECK(limited.diagnostics.items().empty());
}
