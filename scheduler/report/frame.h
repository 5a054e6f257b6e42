// frame(): the live area of the screen as a pure function of a view and a size.
//
// Knows no terminal, no clock and no run: live.cpp fills the view and draws the lines. Every
// returned line is clean, holds no line break and fits the columns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/duration.h"
#include "report/style.h"

namespace ws {

struct ScreenSize {
  std::size_t columns = 80;
  std::size_t rows = 24;
};

enum class FrameRow : std::uint8_t {
  running,
  waiting,  // between two attempts: `elapsed` is the time left
  folded,   // the rest of a fan-out's items: `activity` says how far they are
};

// One row: a running step, usually.
struct FrameStep {
  std::string name;
  Duration elapsed{};
  std::uint32_t attempt = 1;
  std::string activity;     // "test 2/3", "stopping"; empty: its command runs
  std::string last_output;  // last line it wrote; may be anything
  FrameRow kind = FrameRow::running;
};

struct FrameView {
  Style style;
  std::vector<FrameStep> running;  // the longest running first; may be only the first few rows
  std::size_t running_count = 0;   // of all
  std::size_t total = 0, settled = 0, failed = 0, skipped = 0, cancelled = 0;
  Duration elapsed{};
  std::string notice;             // "stopping: interrupted"; empty usually
  std::size_t row_count = 0;      // that `running` would have in full; zero: running_count
  std::size_t waiting_count = 0;  // between two attempts
};

// How many running steps a screen of that size can show: no need to describe more.
[[nodiscard]] std::size_t frame_capacity(ScreenSize size);

// The running steps and a totals line, at most rows - 1 lines (the last row stays free, so nothing
// scrolls by itself). The last frame holds only what is worth leaving on the screen: nothing when
// every step has settled, else the totals.
[[nodiscard]] std::vector<std::string> frame(const FrameView& view, ScreenSize size, bool is_last);

}  // namespace ws
