// Every point of the rule space (join, on_first_failure, fail_if, losers, limit, timeout, parallel
// or sequential, explicit or defaulted policy) against a tiny model written from the table of
// policies, not from the engine: three members that end one after the other, each well or badly.
#include <array>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "support/catch.h"
#include "support/mini.h"
#include "support/story.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kMembers = 3;

struct Point {
  GroupRule rule;
  std::array<bool, kMembers> is_good{};
};

struct Expected {
  StepState group = StepState::succeeded;
  std::array<StepState, kMembers> members{};
  Duration joined{};
  RunStatus run = RunStatus::succeeded;
};

bool is_race(Join join) { return join == Join::any || join == Join::first; }

// Member i takes 1 s, 2 s, 3 s. What the table says, second by second.
Expected model(const Point& point) {
  const GroupRule& rule = point.rule;
  const std::size_t width = rule.execute == Execute::sequential ? 1
                            : rule.max_workers > 0              ? rule.max_workers
                                                                : kMembers;
  const std::size_t wanted = rule.join == Join::any ? rule.join_count : 1;
  const bool cancels =
      rule.on_first_failure == OnFirstFailure::cancel &&
      (!(is_race(rule.join) || rule.join == Join::settled) || rule.is_policy_explicit);
  Expected out;
  std::array<std::optional<int>, kMembers> ends;  // seconds
  std::array<bool, kMembers> is_settled{};
  std::size_t next = 0;
  std::size_t good = 0;
  std::size_t bad = 0;
  std::optional<bool> verdict;
  bool runs_on = false;
  const int limit = static_cast<int>(rule.timeout / 1s);
  for (int now = 0; now < 20; ++now) {
    // All that end in this second have ended by themselves; each is a settle of its own.
    for (std::size_t i = 0; i < kMembers; ++i) {
      if (ends[i] != now || is_settled[i]) continue;
      is_settled[i] = true;
      out.members[i] = point.is_good[i] ? StepState::succeeded : StepState::failed;
      ++(point.is_good[i] ? good : bad);
    }
    const std::size_t left = kMembers - good - bad;
    if (!verdict) {
      if (is_race(rule.join)) {
        if (good >= wanted) {
          verdict = true;
        } else if ((bad > 0 && cancels) || good + left < wanted) {
          verdict = rule.fail_if == FailIf::none;
        }
      } else if (left == 0 || (bad > 0 && cancels)) {
        verdict = rule.join == Join::settled || rule.fail_if == FailIf::none || bad == 0 ||
                  (rule.fail_if == FailIf::all && good > 0);
      }
      const bool is_late = !verdict && limit > 0 && now >= limit;
      if (is_late) verdict = rule.fail_if == FailIf::none || rule.join == Join::settled;
      if (verdict) {
        out.group = *verdict  ? StepState::succeeded
                    : is_late ? StepState::timed_out
                              : StepState::failed;
        out.joined = std::chrono::seconds(now);
        runs_on = *verdict && !is_late && is_race(rule.join) && rule.losers == Losers::background;
        for (std::size_t i = 0; i < kMembers && !runs_on; ++i) {
          if (is_settled[i]) continue;
          is_settled[i] = true;
          // The group's own limit is what a running member has run into.
          out.members[i] = is_late && ends[i] ? StepState::timed_out : StepState::cancelled;
        }
      }
    }
    if (verdict && !runs_on) break;
    std::size_t running = 0;
    for (std::size_t i = 0; i < next; ++i) running += is_settled[i] ? 0U : 1U;
    for (; next < kMembers && running < width; ++next, ++running)
      ends[next] = now + static_cast<int>(next) + 1;
  }
  if (out.group != StepState::succeeded) {
    out.run = RunStatus::failed;
  } else if (!is_race(rule.join) && rule.errors == Errors::surface) {
    for (const StepState member : out.members) {
      if (member != StepState::succeeded) out.run = RunStatus::completed_with_errors;
    }
  }
  return out;
}

void check(const Point& point, const std::string& what) {
  Mini plan = mini("m0; m1; m2; (g: m0 m1 m2)");
  // The rule is part of the plan: made with the group's chain when it is sequential.
  const bool is_sequential = point.rule.execute == Execute::sequential;
  if (is_sequential) plan = mini("m0; m1; m2; (g: m0 m1 m2) =sequential");
  const_cast<PlanGroup&>(plan.plan().groups()[1]).rule = point.rule;
  Story story(plan.plan());
  for (std::size_t i = 0; i < kMembers; ++i) {
    story.script(fmt::format("m{}", i), {.lasts = std::chrono::seconds(i + 1),
                                         .outcome = Exited{point.is_good[i] ? 0 : 1}});
  }
  const std::string transcript = story.run();
  const Expected expected = model(point);
  INFO(what << "\n" << transcript);
  const NodeId end = plan["w/g/end"];
  CHECK(name(story.state().node(end).state) == name(expected.group));
  CHECK(story.state().node(end).ended == expected.joined);
  for (std::size_t i = 0; i < kMembers; ++i) {
    INFO("member " << i);
    CHECK(name(story.state_of(fmt::format("m{}", i))) == name(expected.members[i]));
  }
  CHECK(name(story.state().status()) == name(expected.run));
}

// Every point with one way to join, against what the table of policies says.
void check_all_of(Join join, std::uint32_t count) {
  std::size_t points = 0;
  for (const auto first : {OnFirstFailure::cancel, OnFirstFailure::drain})
    for (const auto fail_if : {FailIf::any, FailIf::all, FailIf::none})
      for (const auto errors : {Errors::surface, Errors::drop})
        for (const bool is_explicit : {false, true})
          for (const auto losers : {std::optional<Losers>(), std::optional(Losers::cancel),
                                    std::optional(Losers::background)})
            for (const std::uint32_t limit : {0U, 1U, 2U})
              for (const auto execute : {Execute::parallel, Execute::sequential})
                for (const auto timeout : {0s, 2s, 5s})
                  for (std::uint32_t outcomes = 0; outcomes < 8; ++outcomes) {
                    Point point;
                    point.rule.join = join;
                    point.rule.join_count = count;
                    point.rule.on_first_failure = first;
                    point.rule.fail_if = fail_if;
                    point.rule.errors = errors;
                    point.rule.is_policy_explicit = is_explicit;
                    point.rule.losers = losers;
                    point.rule.max_workers = limit;
                    point.rule.execute = execute;
                    point.rule.timeout = timeout;
                    for (std::size_t i = 0; i < kMembers; ++i)
                      point.is_good[i] = ((outcomes >> i) & 1U) == 0;
                    check(point, fmt::format("join {}({}) first {} fail_if {} errors {} explicit "
                                             "{} losers {} limit {} execute {} timeout {}s bad {}",
                                             int(join), count, int(first), int(fail_if),
                                             int(errors), is_explicit, losers ? int(*losers) : -1,
                                             limit, int(execute), timeout.count(), outcomes));
                    ++points;
                  }
  CHECK(points == 2 * 3 * 2 * 2 * 3 * 3 * 2 * 3 * 8);
}

}  // namespace

TEST_CASE("F35-F45 F51: every point of the rule space that joins by all") {
  check_all_of(Join::all, 1);
}

TEST_CASE("F35-F45 F51: every point of the rule space that joins by any") {
  check_all_of(Join::any, 1);
}

TEST_CASE("F35-F45 F51: every point of the rule space that joins by any two") {
  check_all_of(Join::any, 2);
}

TEST_CASE("F35-F45 F51: every point of the rule space that joins by first") {
  check_all_of(Join::first, 1);
}

TEST_CASE("F35-F45 F51: every point of the rule space that joins by settled") {
  check_all_of(Join::settled, 1);
}
