// The live view: what happened scrolls by as in the plain report, and below it every running step
// with its time is kept on the screen.
//
// Knows nothing of how a terminal is found: the size, the bytes' sink and the last lines of running
// steps are injected. Each redraw is one write, so it cannot tear. Called by the engine (observe)
// and by cli's timer (tick); close() gives the terminal back, as does the destructor.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/roles.h"
#include "engine/run_state.h"
#include "report/activity.h"
#include "report/frame.h"
#include "report/summary.h"

namespace ws {

struct LiveOptions {
  SummaryOptions summary;                               // its style is the view's
  Duration debounce = std::chrono::milliseconds(50);    // at most one redraw in this time
  Duration heartbeat = std::chrono::milliseconds(500);  // timers tick at least this often
  std::function<ScreenSize()> size;                     // asked before every redraw
  std::function<std::string(AttemptKey)> last_output;   // may be empty
};

class LiveReport final : public Observer {
 public:
  // Bytes for the terminal: a whole frame in one call, escape sequences included.
  LiveReport(LiveOptions options, TextSink sink);
  ~LiveReport() override;
  LiveReport(const LiveReport&) = delete;
  LiveReport& operator=(const LiveReport&) = delete;

  void observe(const Event& event, const RunState& state) override;
  // A line of its own among what happened.
  void say(std::string_view text);
  // `at` is the time since the run started, on the scale of Event::at. Redraws when it is due.
  void tick(Duration at, const RunState& state);
  // When tick() next has something to do.
  [[nodiscard]] Duration next_tick() const;

  // Prints what was still held back, leaves the last frame where it is and shows the cursor again.
  // Idempotent; RunFinished closes by itself.
  void close();

 private:
  void draw(Duration at, const RunState& state, bool is_last);
  [[nodiscard]] FrameView view(Duration at, const RunState& state, ScreenSize size) const;
  void emit(std::string_view line);
  void write_frame(const std::vector<std::string>& lines);

  LiveOptions options_;
  TextSink sink_;
  Activity activity_;
  std::string held_;                // finished lines not written yet, each with its end
  std::vector<std::size_t> drawn_;  // widths of the lines of the live area on the screen
  ScreenSize size_;                 // of the last redraw
  bool has_starts_ = false, has_ends_ = false;
  bool is_dirty_ = false, is_open_ = false;
  bool is_rewrapped_ = false;  // the terminal has another width than the drawn lines were made for
  Duration last_draw_{};
};

// The bytes that give a terminal back: cursor shown, attributes reset. For cli's emergency exits.
[[nodiscard]] std::string_view terminal_restore_sequence();

}  // namespace ws
