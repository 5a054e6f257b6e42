#include "report/live.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "base/text.h"
#include "report/plain.h"
#include "report/step_lines.h"

namespace ws {
namespace {

// ECMA-48 / xterm control sequences. Synchronised output (mode 2026) is ignored by terminals that
// do not know it.
constexpr std::string_view kBeginUpdate = "\x1b[?2026h";
constexpr std::string_view kEndUpdate = "\x1b[?2026l";
constexpr std::string_view kHideCursor = "\x1b[?25l";
constexpr std::string_view kShowCursor = "\x1b[?25h";
constexpr std::string_view kEraseToEndOfLine = "\x1b[K";
constexpr std::string_view kEraseBelow = "\x1b[J";

// Visible columns of a line that may hold our own colour codes.
std::size_t visible_width(std::string_view line) {
  std::string bare;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '\x1b') {
      bare += line[i];
      continue;
    }
    const std::size_t end = line.find('m', i);
    if (end == std::string_view::npos) break;
    i = end;
  }
  return display_width(bare);
}

// Rows the drawn lines take now: a terminal that became narrower has wrapped them.
std::size_t rows_taken(const std::vector<std::size_t>& widths, ScreenSize size) {
  std::size_t rows = 0;
  const std::size_t columns = std::max<std::size_t>(size.columns, 1);
  for (const std::size_t width : widths) rows += width == 0 ? 1 : (width + columns - 1) / columns;
  return std::min(rows, std::max<std::size_t>(size.rows, 1));
}

}  // namespace

std::string_view terminal_restore_sequence() { return "\x1b[?2026l\x1b[?25h\x1b[0m"; }

LiveReport::LiveReport(LiveOptions options, TextSink sink)
    : options_(std::move(options)), sink_(std::move(sink)) {
  if (options_.size) size_ = options_.size();
}

LiveReport::~LiveReport() { close(); }

void LiveReport::emit(std::string_view line) {
  held_ += line;
  held_ += "\n";
  is_dirty_ = true;
}

void LiveReport::say(std::string_view text) { emit(options_.summary.style.clean(text)); }

void LiveReport::observe(const Event& event, const RunState& state) {
  is_dirty_ = true;
  activity_.observe(event, state);
  const std::string line = console_line(options_.summary.style, event, state);
  if (!line.empty()) {
    const bool is_start = is_step_start(event, state);
    if (is_start) {
      has_starts_ = true;
    } else {
      if (has_starts_ && !has_ends_) emit("");
      has_ends_ = true;
    }
    emit(line);
  }
  if (std::holds_alternative<RunFinished>(event.fact)) {
    held_ += "\n" + closing_text(state, options_.summary);
    draw(event.at, state, true);
    close();
  } else if (event.at >= last_draw_ + options_.debounce) {
    draw(event.at, state, false);
  }
}

void LiveReport::tick(Duration at, const RunState& state) {
  if (state.status() != RunStatus::running) return;
  if (at >= next_tick()) draw(at, state, false);
}

Duration LiveReport::next_tick() const {
  return last_draw_ + (is_dirty_ ? options_.debounce : options_.heartbeat);
}

FrameView LiveReport::view(Duration at, const RunState& state, ScreenSize size) const {
  FrameView view;
  const RunState::Counts& counts = state.step_counts();
  view.style = options_.summary.style;
  view.running_count = state.running().size();
  view.total = counts.total;
  view.settled = counts.settled();
  view.failed = counts.failed;
  view.skipped = counts.skipped;
  view.cancelled = counts.cancelled;
  view.elapsed = at;
  if (state.stop()) {
    view.notice = state.is_rolling_back() ? "rolling back: " : "stopping: ";
    view.notice += describe(*state.stop());
  } else if (state.pause()) {
    view.notice = state.pause()->is_draining ? "draining: " : "paused: ";
    view.notice += state.pause()->why;
  }

  activity_.fill(view, at, state, frame_capacity(size), options_.last_output);
  return view;
}

void LiveReport::draw(Duration at, const RunState& state, bool is_last) {
  const std::size_t drawn_columns = size_.columns;
  if (options_.size) size_ = options_.size();
  if (size_.columns != drawn_columns) is_rewrapped_ = true;
  // The last column stays free: after writing into it terminals disagree where the cursor is.
  const ScreenSize inner{size_.columns > 1 ? size_.columns - 1 : 1, size_.rows};
  write_frame(frame(view(at, state, inner), inner, is_last));
  last_draw_ = at;
  is_dirty_ = false;
}

void LiveReport::write_frame(const std::vector<std::string>& lines) {
  std::string out(kBeginUpdate);
  if (!is_open_) out += kHideCursor;
  is_open_ = true;
  const std::size_t rows = rows_taken(drawn_, size_);
  out += '\r';
  if (rows > 1) out += fmt::format("\x1b[{}A", rows - 1);
  // Emitted lines may be longer than the screen is wide and wrap over what is still there. Rows
  // that the terminal wrapped itself must be erased whole: some terminals remember the wrap of a
  // row that is only written over, and would join it with the next when they become wider.
  if (!held_.empty() || is_rewrapped_) out += kEraseBelow;
  is_rewrapped_ = false;
  for (std::size_t start = 0; start < held_.size();) {
    const std::size_t end = held_.find('\n', start);
    out += std::string_view(held_).substr(start, end - start);
    out += "\r\n";
    start = end + 1;
  }
  held_.clear();
  drawn_.clear();
  for (const std::string& line : lines) {
    if (!drawn_.empty()) out += "\r\n";
    out += line;
    out += kEraseToEndOfLine;
    drawn_.push_back(visible_width(line));
  }
  out += kEraseBelow;
  out += kEndUpdate;
  sink_(out);
}

void LiveReport::close() {
  if (!is_open_ && held_.empty()) return;
  if (!held_.empty()) write_frame({});
  std::string out = drawn_.empty() ? "" : "\r\n";
  drawn_.clear();
  is_open_ = false;
  out += kShowCursor;
  sink_(out);
}

}  // namespace ws
