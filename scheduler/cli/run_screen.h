// The screen of a run: live on a terminal, plain lines elsewhere, or nothing; and its ticks.
//
// Chooses and feeds a report; what it looks like is report/'s. Never fails: a screen that is gone
// is not the run's problem.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "cli/console.h"
#include "cli/screen_output.h"
#include "engine/roles.h"
#include "engine/run_state.h"
#include "platform/event_loop.h"
#include "platform/terminal.h"
#include "platform/timer.h"
#include "report/live.h"
#include "report/plain.h"

namespace ws::cli {

enum class Progress { automatic, live, plain, none };

struct ScreenOptions {
  Progress progress = Progress::automatic;
  Stream stream = Stream::out;  // stderr when stdout is for JSON
  Style style;
  std::function<std::string(AttemptKey)> last_output;
  InputValues inputs;
  std::string state_dir_option;  // for hints of next commands, when the state is not where they
                                 // look by themselves
  std::function<std::string(std::string)> mask;  // what is hidden of all that is shown
};

class RunScreen {
 public:
  // `since_start` is the scale of Event::at.
  RunScreen(ScreenOptions options, EventLoop& loop, std::function<Duration()> since_start);

  // Null with Progress::none.
  [[nodiscard]] Observer* observer();
  void print(std::string_view text);  // nothing with Progress::none
  // A line among the others; with Progress::none on stderr.
  void say(const std::string& text);
  // After every batch: looks at whether a redraw or heartbeat is due, and when the next one will
  // be.
  void refresh(const RunState& state);
  // Leaves what is there and shows the cursor: somebody else writes now. The next refresh begins
  // below.
  void let_go();
  void close();
  // Waits until the reader has everything. Last, when signals do again what they do by default.
  void finish();

 private:
  ScreenOptions options_;
  EventLoop& loop_;
  std::function<Duration()> since_start_;
  ScreenOutput output_;
  std::unique_ptr<PlainReport> plain_;
  std::unique_ptr<LiveReport> live_;
  std::unique_ptr<TerminalGuard> guard_;
  Timer timer_;  // only wakes the loop; refresh() runs at the end of the batch
};

}  // namespace ws::cli
