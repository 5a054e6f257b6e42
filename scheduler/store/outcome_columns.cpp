#include "store/outcome_columns.h"

#include <limits>

#include <fmt/format.h>

namespace ws {
namespace {

constexpr std::string_view kCoreDumped = "core dumped";

struct Flatten {
  OutcomeColumns operator()(const Exited& o) const { return {"exited", o.code, {}}; }
  OutcomeColumns operator()(const Signaled& o) const {
    OutcomeColumns columns{"signaled", o.signal, {}};
    if (o.core_dumped) columns.text = kCoreDumped;
    return columns;
  }
  OutcomeColumns operator()(const TimedOut& o) const { return {"timed_out", o.limit.count(), {}}; }
  OutcomeColumns operator()(const Cancelled&) const { return {"cancelled", {}, {}}; }
  OutcomeColumns operator()(const SpawnFailed& o) const { return {"spawn_failed", {}, o.error}; }
  OutcomeColumns operator()(const RateLimited& o) const {
    const auto since_epoch =
        std::chrono::duration_cast<std::chrono::nanoseconds>(o.until.time_since_epoch());
    return {"rate_limited", since_epoch.count(), {}};
  }
  OutcomeColumns operator()(const Lost& o) const { return {"lost", {}, o.why}; }
};

Result<int> small_number(const OutcomeColumns& columns) {
  if (!columns.value || *columns.value < std::numeric_limits<int>::min() ||
      *columns.value > std::numeric_limits<int>::max()) {
    return Error{fmt::format("the outcome '{}' has no valid number", columns.kind), 0};
  }
  return static_cast<int>(*columns.value);
}

}  // namespace

OutcomeColumns flatten(const Outcome& outcome) { return std::visit(Flatten{}, outcome); }

Result<Outcome> unflatten(const OutcomeColumns& columns) {
  const std::string text(columns.text.value_or(""));
  if (columns.kind == "exited" || columns.kind == "signaled") {
    const Result<int> number = small_number(columns);
    if (!number) return number.error();
    if (columns.kind == "exited") return Outcome(Exited{*number});
    return Outcome(Signaled{*number, text == kCoreDumped});
  }
  if (columns.kind == "timed_out") return Outcome(TimedOut{Duration(columns.value.value_or(0))});
  if (columns.kind == "cancelled") return Outcome(Cancelled{});
  if (columns.kind == "spawn_failed") return Outcome(SpawnFailed{text});
  if (columns.kind == "rate_limited") {
    const std::chrono::nanoseconds until(columns.value.value_or(0));
    return Outcome(RateLimited{std::chrono::system_clock::time_point(
        std::chrono::duration_cast<std::chrono::system_clock::duration>(until))});
  }
  if (columns.kind == "lost") return Outcome(Lost{text});
  return Error{fmt::format("unknown outcome '{}': written by a newer version?", columns.kind), 0};
}

}  // namespace ws
