// The events of a run without what differs each time it is run: clocks, processor time, memory,
// process ids. What a test compares byte for byte.
//
// Event n happens n - 1 milliseconds after 2000-01-01T00:00:00Z; durations are zero; what is to
// come (a retry, the end of a pause) keeps its distance, in whole milliseconds. Passes them on to
// other observers, with the state that they give. Knows no output; cli puts it before those of
// --deterministic.
#pragma once

#include <vector>

#include "engine/roles.h"
#include "engine/run_state.h"
#include "report/result_json.h"

namespace ws {

class FixedTimes final : public Observer {
 public:
  // `plan` as it is before the run: a copy, which grows by itself. Observers are borrowed.
  FixedTimes(Plan plan, std::vector<Observer*> observers);
  FixedTimes(const FixedTimes&) = delete;
  FixedTimes& operator=(const FixedTimes&) = delete;

  void observe(const Event& event, const RunState& state) override;

  // For the result: when it began and ended.
  void tell(ResultFacts& facts) const;
  [[nodiscard]] const RunState& state() const { return state_; }

 private:
  Plan plan_;
  RunState state_;
  std::vector<Observer*> observers_;
  WallTime last_;
};

// As it is told; the sequence number stays.
[[nodiscard]] Event with_fixed_times(Event event);

}  // namespace ws
