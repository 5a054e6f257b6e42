// The plain report: one line per thing that happened, for pipes, CI and the console transcript of
// the source document.
//
// Does not know terminals and never moves a cursor; writes whole lines to an injected sink, one
// call per event. Called by the engine (observe) and by cli's timer (tick).
#pragma once

#include <cstdint>

#include "engine/roles.h"
#include "engine/run_state.h"
#include "report/style.h"
#include "report/summary.h"

namespace ws {

struct PlainOptions {
  SummaryOptions summary;                         // its style is the report's
  Duration heartbeat = std::chrono::seconds(30);  // zero: none
};

class PlainReport final : public Observer {
 public:
  PlainReport(PlainOptions options, TextSink sink);

  void observe(const Event& event, const RunState& state) override;

  // `at` is the time since the run started, on the scale of Event::at. Every `heartbeat` it says
  // what is running and for how long, so that a silent CI log shows life.
  void tick(Duration at, const RunState& state);
  // When tick() next has something to do.
  [[nodiscard]] Duration next_tick() const { return last_beat_ + options_.heartbeat; }

 private:
  enum class Section : std::uint8_t { none, starts, ends };
  void write_line(Section section, std::string line);
  [[nodiscard]] std::string beat(Duration at, const RunState& state) const;

  PlainOptions options_;
  TextSink sink_;
  Section last_ = Section::none;
  bool has_ends_ = false;
  Duration last_beat_{};
};

// Whether an AttemptStarted is the start of its step's attempt (not of a later test).
[[nodiscard]] bool is_step_start(const Event& event, const RunState& state);

// The line an event deserves in a console report; empty for most events. Shared with the live view.
[[nodiscard]] std::string console_line(const Style& style, const Event& event,
                                       const RunState& state);

}  // namespace ws
