#include "engine/breaker.h"

#include "support/catch.h"
#include "support/mini.h"

using namespace ws;
using ws::test::Mini;
using ws::test::mini;

namespace {

struct Limits {
  std::uint32_t repeats = 0;
  std::uint32_t oscillation = 0;
  std::uint32_t attempts = 0;
  bool is_step = true;
};

// Failures as letters: "AAB"; '.' is an error nobody recognised. The text says why it opens, and is
// empty when it stays closed.
std::string judged(const Limits& limits, const std::string& failures) {
  BreakerPolicy policy;
  policy.max_error_repeats = limits.repeats;
  policy.oscillation_threshold = limits.oscillation;
  policy.max_attempts = limits.attempts;
  std::vector<std::uint64_t> signatures;
  for (const char c : failures) signatures.push_back(c == '.' ? 0 : static_cast<unsigned char>(c));
  const BreakerVerdict verdict = judge_breaker({NodeId(0U), &policy, limits.is_step}, signatures);
  CHECK(verdict.opens == !verdict.why.empty());
  return verdict.why;
}

BreakerPolicy named(std::string name) {
  BreakerPolicy policy;
  policy.escalation_strategy = std::move(name);
  return policy;
}

// "w/a: own" - where failures are counted, and whose breaker it is.
std::string scope(const Mini& m, std::string_view step) {
  const BreakerScope found = breaker_of(m.plan(), m[step]);
  if (found.policy == nullptr) return "none";
  CHECK(found.is_step == (found.scope == m[step]));
  return m.plan().full_name(found.scope) + ": " + found.policy->escalation_strategy;
}

}  // namespace

TEST_CASE("row 4f: equal errors in a row open the breaker") {
  CHECK(judged({.repeats = 2}, "A").empty());
  CHECK(judged({.repeats = 2}, "AA") == "the same error 2 times in a row");
  CHECK(judged({.repeats = 2}, "AB").empty());
  CHECK(judged({.repeats = 2}, "ABA").empty());
  CHECK(judged({.repeats = 2}, "ABB") == "the same error 2 times in a row");
  CHECK(judged({.repeats = 3}, "AABAA").empty());
  CHECK(judged({.repeats = 3}, "BAAA") == "the same error 3 times in a row");
  CHECK(judged({.repeats = 1}, "A") == "an error, and one is enough to open it");
  CHECK(judged({.repeats = 0}, std::string(1000, 'A')).empty());
  CHECK(judged({.repeats = 2}, "").empty());
}

TEST_CASE("an error nobody recognised is like no other") {
  CHECK(judged({.repeats = 2}, "..").empty());
  CHECK(judged({.oscillation = 1}, ".A.").empty());
}

TEST_CASE("returns of an earlier error open the breaker") {
  CHECK(judged({.oscillation = 1}, "AB").empty());
  CHECK(judged({.oscillation = 1}, "ABA") == "earlier errors came back once");
  CHECK(judged({.oscillation = 1}, "AAAA").empty());
  CHECK(judged({.oscillation = 2}, "ABA").empty());
  CHECK(judged({.oscillation = 2}, "ABAB") == "earlier errors came back 2 times");
  CHECK(judged({.oscillation = 2}, "AABBAA").empty());
  CHECK(judged({.oscillation = 2}, "ABCA").empty());
  CHECK(judged({.oscillation = 3}, "ABCABC") == "earlier errors came back 3 times");
  CHECK(judged({.oscillation = 1}, "ABCDEFGH").empty());
  // Outside the window nothing returns.
  CHECK(judged({.oscillation = 1}, "A" + std::string("bcdefghijklmnop") + "A").empty());
  CHECK_FALSE(judged({.oscillation = 1}, "A" + std::string("bcdefghijklmno") + "A").empty());
}

TEST_CASE("max_attempts counts the failures of a scope with several steps") {
  CHECK(judged({.attempts = 3, .is_step = false}, "AB").empty());
  CHECK(judged({.attempts = 3, .is_step = false}, "ABC") == "3 failures in all");
  CHECK(judged({.attempts = 1, .is_step = false}, "A") == "1 failure in all");
  // Of a step it is the number of tries.
  CHECK(judged({.attempts = 3, .is_step = true}, "ABC").empty());
}

TEST_CASE("the first reason is told, and no breaker never opens") {
  CHECK(judged({.repeats = 2, .oscillation = 1, .attempts = 2, .is_step = false}, "ABAA") ==
        "the same error 2 times in a row");
  const std::uint64_t failures[] = {1, 1, 1};
  CHECK_FALSE(judge_breaker({}, failures).opens);
}

TEST_CASE("the breaker over a step is its own, its phase's or its workstream's") {
  Mini m = mini("a; b; c; [p: b c]");
  Workstream& workstream = m.workset().workstreams[0];
  CHECK(scope(m, "a") == "none");
  CHECK_FALSE(breaker_of(m.plan(), m["w/end"]).scope.is_valid());

  workstream.breaker = named("workstream's");
  CHECK(scope(m, "a") == "w/a: workstream's");
  CHECK(scope(m, "b") == "w/b: workstream's");
  CHECK(breaker_of(m.plan(), m["w/end"]).policy == nullptr);

  workstream.breaker->per_step = false;
  CHECK(scope(m, "a") == "w/end: workstream's");
  CHECK(scope(m, "b") == "w/end: workstream's");

  workstream.breaker->per_phase = true;
  CHECK(scope(m, "a") == "w/a: workstream's");
  CHECK(scope(m, "b") == "w/p/end: workstream's");

  workstream.breaker->per_step = true;
  CHECK(scope(m, "b") == "w/b: workstream's");

  workstream.groups[0].breaker = named("phase's");
  CHECK(scope(m, "b") == "w/p/end: phase's");
  CHECK(scope(m, "a") == "w/a: workstream's");

  workstream.steps[1].edit_details().breaker = named("own");
  CHECK(scope(m, "b") == "w/b: own");
  CHECK(scope(m, "c") == "w/p/end: phase's");
}

TEST_CASE("the innermost group with a breaker counts") {
  Mini m = mini("a; (in: a); [out: in]");
  Workstream& workstream = m.workset().workstreams[0];
  workstream.breaker = named("workstream's");
  workstream.breaker->per_step = false;
  workstream.breaker->per_phase = true;
  CHECK(scope(m, "a") == "w/out/end: workstream's");
  workstream.groups[1].breaker = named("outer");
  CHECK(scope(m, "a") == "w/out/end: outer");
  workstream.groups[0].breaker = named("inner");
  CHECK(scope(m, "a") == "w/in/end: inner");
}
