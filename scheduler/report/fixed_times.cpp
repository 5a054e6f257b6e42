#include "report/fixed_times.h"

#include <utility>
#include <variant>

namespace ws {
namespace {

constexpr WallTime kBegin = std::chrono::sys_days{std::chrono::year{2000} / 1 / 1};

Duration whole_milliseconds(Duration value) {
  return std::chrono::round<std::chrono::milliseconds>(value);
}

class Fix {
 public:
  Fix(Duration was, Duration is) : was_(was), is_(is) {}

  void operator()(AttemptRunning& f) const { f.process = {}; }
  void operator()(AttemptFinished& f) const {
    f.duration = {};
    f.facts.user_time = {};
    f.facts.system_time = {};
    f.facts.max_rss_kib = 0;
  }
  void operator()(RunFinished& f) const { f.duration = is_; }
  void operator()(RetryScheduled& f) const { f.due = moved(f.due); }
  void operator()(GroupRestarted& f) const { f.due = moved(f.due); }
  void operator()(BreakerOpened& f) const { f.until = moved_if_any(f.until); }
  void operator()(RunPaused& f) const { f.until = moved_if_any(f.until); }
  template <class Fact>
  void operator()(Fact& /*fact*/) const {}

 private:
  [[nodiscard]] Duration moved(Duration due) const { return is_ + whole_milliseconds(due - was_); }
  // Zero stands for "for good".
  [[nodiscard]] Duration moved_if_any(Duration until) const {
    return until == Duration::zero() ? until : moved(until);
  }
  Duration was_;
  Duration is_;
};

}  // namespace

Event with_fixed_times(Event event) {
  const Duration at = std::chrono::milliseconds(event.seq - 1);
  std::visit(Fix(event.at, at), event.fact);
  event.at = at;
  event.wall = kBegin + at;
  return event;
}

FixedTimes::FixedTimes(Plan plan, std::vector<Observer*> observers)
    : plan_(std::move(plan)), state_(plan_), observers_(std::move(observers)), last_(kBegin) {}

void FixedTimes::observe(const Event& event, const RunState& /*state*/) {
  const Event fixed = with_fixed_times(event);
  last_ = fixed.wall;
  state_.apply(fixed);
  state_.forget_newly_ready();  // nobody starts anything here
  state_.forget_touched_groups();
  for (Observer* observer : observers_) observer->observe(fixed, state_);
}

void FixedTimes::tell(ResultFacts& facts) const {
  facts.started = kBegin;
  facts.ended = last_;
}

}  // namespace ws
