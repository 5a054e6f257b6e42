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
class Model {
 public:
  explicit Model(const Point& point) : point_(point), rule_(point.rule) {}

  Expected run() && {
    for (int now = 0; now < 20; ++now) {
      settle_what_ended(now);
      if (!verdict_) decide(now);
      if (verdict_ && !runs_on_) break;
      start_what_fits(now);
    }
    out_.run = status();
    return out_;
  }

 private:
  // All that end in this second have ended by themselves; each is a settle of its own.
  void settle_what_ended(int now) {
    for (std::size_t i = 0; i < kMembers; ++i) {
      if (ends_[i] != now || is_settled_[i]) continue;
      is_settled_[i] = true;
      out_.members[i] = point_.is_good[i] ? StepState::succeeded : StepState::failed;
      ++(point_.is_good[i] ? good_ : bad_);
    }
  }

  [[nodiscard]] std::optional<bool> verdict() const {
    const bool cancels =
        rule_.on_first_failure == OnFirstFailure::cancel &&
        (!(is_race(rule_.join) || rule_.join == Join::settled) || rule_.is_policy_explicit);
    const std::size_t left = kMembers - good_ - bad_;
    const bool is_cut_short = bad_ > 0 && cancels;
    if (is_race(rule_.join)) {
      const std::size_t wanted = rule_.join == Join::any ? rule_.join_count : 1;
      if (good_ >= wanted) return true;
      if (is_cut_short || good_ + left < wanted) return rule_.fail_if == FailIf::none;
      return std::nullopt;
    }
    if (left > 0 && !is_cut_short) return std::nullopt;
    return rule_.join == Join::settled || rule_.fail_if == FailIf::none || bad_ == 0 ||
           (rule_.fail_if == FailIf::all && good_ > 0);
  }

  void decide(int now) {
    verdict_ = verdict();
    const int limit = static_cast<int>(rule_.timeout / 1s);
    const bool is_late = !verdict_ && limit > 0 && now >= limit;
    if (is_late) verdict_ = rule_.fail_if == FailIf::none || rule_.join == Join::settled;
    if (!verdict_) return;
    out_.group = *verdict_ ? StepState::succeeded
                 : is_late ? StepState::timed_out
                           : StepState::failed;
    out_.joined = std::chrono::seconds(now);
    runs_on_ = *verdict_ && !is_late && is_race(rule_.join) && rule_.losers == Losers::background;
    for (std::size_t i = 0; i < kMembers && !runs_on_; ++i) {
      if (is_settled_[i]) continue;
      is_settled_[i] = true;
      // The group's own limit is what a running member has run into.
      out_.members[i] = is_late && ends_[i] ? StepState::timed_out : StepState::cancelled;
    }
  }

  void start_what_fits(int now) {
    const std::size_t width = rule_.execute == Execute::sequential ? 1
                              : rule_.max_workers > 0              ? rule_.max_workers
                                                                   : kMembers;
    std::size_t running = 0;
    for (std::size_t i = 0; i < next_; ++i) running += is_settled_[i] ? 0U : 1U;
    for (; next_ < kMembers && running < width; ++next_, ++running)
      ends_[next_] = now + static_cast<int>(next_) + 1;
  }

  [[nodiscard]] RunStatus status() const {
    if (out_.group != StepState::succeeded) return RunStatus::failed;
    if (is_race(rule_.join) || rule_.errors != Errors::surface) return RunStatus::succeeded;
    for (const StepState member : out_.members) {
      if (member != StepState::succeeded) return RunStatus::completed_with_errors;
    }
    return RunStatus::succeeded;
  }

  const Point& point_;
  const GroupRule& rule_;
  Expected out_;
  std::array<std::optional<int>, kMembers> ends_;  // seconds
  std::array<bool, kMembers> is_settled_{};
  std::size_t next_ = 0;
  std::size_t good_ = 0;
  std::size_t bad_ = 0;
  std::optional<bool> verdict_;
  bool runs_on_ = false;
};

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
  const Expected expected = Model(point).run();
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
