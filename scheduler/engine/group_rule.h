// What a group's rule says about its members so far: open, or decided, and whether the others are
// still wanted.
//
// Pure arithmetic over counts: knows no nodes, no events and no time. The engine asks after every
// member that settles; the rule space is DESIGN.md section 4.
#pragma once

#include <cstdint>

#include "model/policy.h"

namespace ws {

// How the members of a group stand. A neutral one neither succeeded nor failed: skipped by a
// condition, or a failure that was declared acceptable.
struct GroupTally {
  std::uint32_t unsettled = 0;
  std::uint32_t succeeded = 0;
  std::uint32_t failed = 0;
  std::uint32_t neutral = 0;
  [[nodiscard]] std::uint32_t members() const { return unsettled + succeeded + failed + neutral; }
};

enum class GroupVerdict { open, success, failure };

// The verdict as soon as it cannot change any more, and not before. A group without members is a
// success.
[[nodiscard]] GroupVerdict judge(const GroupRule& rule, const GroupTally& tally);

// The verdict when the time limit has passed: what ran is gone and nothing more starts.
[[nodiscard]] GroupVerdict judge_at_timeout(const GroupRule& rule, const GroupTally& tally);

// What becomes of members that have not settled when the group is decided.
enum class Rest { cancelled, in_background };
[[nodiscard]] Rest rest_of(const GroupRule& rule, GroupVerdict verdict);

// Whether a failed member makes a successful group count as "with errors": a race that was won
// forgives its losers.
[[nodiscard]] bool shows_errors(const GroupRule& rule);

}  // namespace ws
