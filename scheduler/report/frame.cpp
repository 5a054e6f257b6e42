#include "report/frame.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace ws {
namespace {

std::string padded(std::string text, std::size_t columns) {
  const std::size_t width = display_width(text);
  if (width < columns) text.append(columns - width, ' ');
  return text;
}

// "12/40 done · 3 running · 1 failed · 2m 10s", dropping from the middle what does not fit.
std::string totals(const FrameView& view, std::size_t columns) {
  const std::string dot = view.style.ascii ? " | " : " · ";
  std::vector<std::string> parts = {fmt::format("{}/{} done", view.settled, view.total)};
  if (view.failed > 0) parts.push_back(fmt::format("{} failed", view.failed));
  if (view.running_count > 0) parts.push_back(fmt::format("{} running", view.running_count));
  if (view.waiting_count > 0) parts.push_back(fmt::format("{} to try again", view.waiting_count));
  if (view.skipped > 0) parts.push_back(fmt::format("{} skipped", view.skipped));
  if (view.cancelled > 0) parts.push_back(fmt::format("{} cancelled", view.cancelled));
  if (!view.notice.empty()) parts.insert(parts.begin() + 1, view.style.clean(view.notice));
  parts.push_back(format_duration(view.elapsed));
  const auto joined = [&] { return fmt::format("{}", fmt::join(parts, dot)); };
  const std::size_t least =
      display_width(parts.front()) + display_width(dot) + display_width(parts.back());
  if (least > columns) parts.front() = fmt::format("{}/{}", view.settled, view.total);
  while (parts.size() > 2 && display_width(joined()) > columns) parts.erase(parts.end() - 2);
  return view.style.cut(joined(), columns);
}

// "12m 05s, test 2/3", "again in 4s (attempt 2)", "12/100 items done, 5 running".
std::string progress_of(const FrameStep& step, const Style& style) {
  switch (step.kind) {
    case FrameRow::running:
      break;
    case FrameRow::waiting:
      return fmt::format("again in {} (attempt {}{})", format_duration(step.elapsed), step.attempt,
                         style.clean(step.activity));
    case FrameRow::folded:
      return style.clean(step.activity);
  }
  std::string time = format_duration(step.elapsed);
  if (step.attempt > 1) time += fmt::format(" (attempt {})", step.attempt);
  if (!step.activity.empty()) time += ", " + style.clean(step.activity);
  return time;
}

// The name in full if it fits beside the time; the time always, then what else there is room for.
std::string step_line(const FrameView& view, const FrameStep& step, std::size_t name_columns,
                      std::size_t columns) {
  const Style& style = view.style;
  const std::string time = progress_of(step, style);
  const bool is_running = step.kind == FrameRow::running;
  const std::string_view mark = style.symbol(is_running ? Symbol::busy : Symbol::ellipsis);
  const std::size_t before_name = display_width(mark) + 1;
  if (columns <= before_name + 2) return style.cut(step.name, columns);

  std::string line = padded(style.cut(step.name, name_columns), name_columns) + "  " + time;
  const std::size_t room = columns - before_name;
  if (display_width(line) > room) line = style.cut(line, room);
  constexpr std::size_t kLeastOutput = 10;
  const std::size_t used = display_width(line) + 2;
  std::string output;
  if (!step.last_output.empty() && used + kLeastOutput <= room)
    output = "  " + style.paint(Paint::dim, style.cut(step.last_output, room - used));
  return fmt::format("{} {}{}", style.paint(Paint::cyan, mark), line, output);
}

std::size_t name_width(const FrameView& view, std::size_t shown, std::size_t columns) {
  std::size_t widest = 0;
  for (std::size_t i = 0; i < shown; ++i)
    widest = std::max(widest, display_width(view.style.clean(view.running[i].name)));
  // Room for the symbol and for a time such as "12m 05s".
  const std::size_t reserved = display_width(view.style.symbol(Symbol::busy)) + 10;
  const std::size_t available = columns > reserved + 4 ? columns - reserved : 4;
  const std::size_t fair = std::max<std::size_t>(available / 2, 16);
  return std::min({widest, available, columns > 60 ? fair : available});
}

}  // namespace

std::size_t frame_capacity(ScreenSize size) { return size.rows > 2 ? size.rows - 2 : 0; }

std::vector<std::string> frame(const FrameView& view, ScreenSize size, bool is_last) {
  if (size.rows < 2 || size.columns == 0) return {};
  if (is_last) {
    if (view.settled == view.total) return {};
    return {totals(view, size.columns)};
  }
  const std::size_t capacity = frame_capacity(size);
  std::size_t shown = std::min(view.running.size(), capacity);
  const std::size_t wanted = view.row_count > 0 ? view.row_count : view.running_count;
  const bool is_cut = shown < wanted;
  if (is_cut && shown == capacity && shown > 1) --shown;

  std::vector<std::string> lines;
  lines.reserve(shown + 2);
  const std::size_t name_columns = name_width(view, shown, size.columns);
  for (std::size_t i = 0; i < shown; ++i)
    lines.push_back(step_line(view, view.running[i], name_columns, size.columns));
  if (is_cut && shown < capacity) {
    const std::string_view ellipsis = view.style.symbol(Symbol::ellipsis);
    lines.push_back(
        view.style.cut(fmt::format("{} and {} more", ellipsis, wanted - shown), size.columns));
  }
  lines.push_back(totals(view, size.columns));
  return lines;
}

}  // namespace ws
