#include "report/frame.h"

#include <fmt/format.h>

#include "base/text.h"
#include "support/catch.h"
#include "support/golden.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

namespace {

FrameView busy_view() {
  FrameView view;
  view.running = {{"step-01-math-utils", 165s, 1, "", "Applied edit to examples/math_utils.py"},
                  {"step-02-string-utils", 72s, 2, "", "tokens: 2.1k sent, 300 received."},
                  {"手順-三-ファイル", 12s, 1, "test 1/2", "\x1b[31mFAILED\x1b[0m tests/漢字.py"},
                  {"docs", 3500ms, 1, "stopping", ""}};
  view.running_count = 4;
  view.total = 40;
  view.settled = 12;
  view.failed = 1;
  view.skipped = 2;
  view.elapsed = 170s;
  return view;
}

std::string framed(const FrameView& view, ScreenSize size, bool is_last = false) {
  std::string out = fmt::format("{}x{}\n", size.columns, size.rows);
  for (const std::string& line : frame(view, size, is_last)) out += "|" + line + "\n";
  return out + "\n";
}

}  // namespace

TEST_CASE("frames of several sizes") {
  const FrameView view = busy_view();
  std::string out;
  for (const ScreenSize size : {ScreenSize{120, 30}, ScreenSize{80, 24}, ScreenSize{60, 6},
                                ScreenSize{40, 10}, ScreenSize{20, 5}, ScreenSize{12, 4},
                                ScreenSize{80, 3}, ScreenSize{80, 2}, ScreenSize{80, 1}})
    out += framed(view, size);
  check_golden("report/frames.txt", out);
}

TEST_CASE("frames in ascii, stopping, and the last one") {
  FrameView view = busy_view();
  view.style.ascii = true;
  view.notice = "stopping: interrupted";
  view.cancelled = 3;
  std::string out = framed(view, {100, 24}) + framed(view, {30, 5}) + framed(view, {100, 24}, true);
  view.settled = view.total;
  out += framed(view, {100, 24}, true);
  check_golden("report/frames_ascii.txt", out);
}

TEST_CASE("more running steps than rows: the longest running and a count") {
  FrameView view;
  for (int i = 0; i < 30; ++i)
    view.running.push_back(
        {fmt::format("step-{:02}", i), std::chrono::seconds(100 - i), 1, "", ""});
  view.running_count = 250;
  view.total = 10000;
  view.settled = 9000;
  view.elapsed = 3h + 7min;
  check_golden("report/frame_many.txt", framed(view, {60, 8}) + framed(view, {20, 5}));
}

TEST_CASE("nothing running is one line") {
  FrameView view;
  view.total = 3;
  CHECK(frame(view, {80, 24}, false) == std::vector<std::string>{"0/3 done · 0.00s"});
}

TEST_CASE("a frame fits every size") {
  FrameView view = busy_view();
  view.notice = "stopping: the timeout of the whole run";
  for (const bool ascii : {false, true}) {
    view.style.ascii = ascii;
    for (std::size_t columns = 1; columns < 130; ++columns) {
      for (std::size_t rows = 1; rows < 9; ++rows) {
        for (const bool is_last : {false, true}) {
          const auto lines = frame(view, {columns, rows}, is_last);
          REQUIRE(lines.size() <= (rows == 0 ? 0 : rows - 1));
          for (const std::string& line : lines) {
            INFO(columns << "x" << rows << ": " << line);
            REQUIRE(display_width(line) <= columns);
            REQUIRE(line.find_first_of("\n\r\x1b") == std::string::npos);
          }
        }
      }
    }
  }
}
