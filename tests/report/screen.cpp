#include "screen.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace ws::test {

Screen::Screen(std::size_t columns, std::size_t rows)
    : columns_(columns), rows_(rows), lines_(rows) {}

void Screen::line_feed() {
  if (++row_ == lines_.size()) lines_.emplace_back();
}

void Screen::put(std::string cell, std::size_t width) {
  if (column_ + width > columns_) {
    lines_[row_].is_wrapped = true;
    line_feed();
    column_ = 0;
  }
  auto& cells = lines_[row_].cells;
  if (cells.size() < column_ + width) cells.resize(column_ + width, " ");
  cells[column_] = std::move(cell);
  for (std::size_t i = 1; i < width; ++i) cells[column_ + i] = "";
  column_ += width;
}

void Screen::erase_from(std::size_t row, std::size_t column) {
  auto& cells = lines_[row].cells;
  cells.resize(std::min(cells.size(), column));
  // As tmux does: a row that is not erased whole goes on in the next as before.
  if (column == 0) lines_[row].is_wrapped = false;
}

void Screen::control(std::string_view arguments, char final) {
  if (final == 'm' || arguments == "?2026") return;
  if (arguments == "?25") {
    is_cursor_shown_ = final == 'h';
  } else if (final == 'A') {
    const auto up = static_cast<std::size_t>(std::stoul(std::string(arguments)));
    row_ = std::max(top(), row_ - std::min(up, row_));
  } else if (final == 'K' && arguments.empty()) {
    erase_from(row_, column_);
  } else if (final == 'J' && arguments.empty()) {
    erase_from(row_, column_);
    for (std::size_t i = row_ + 1; i < lines_.size(); ++i) erase_from(i, 0);
  } else {
    has_unknown_ = true;
  }
}

void Screen::write(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size();) {
    const char c = bytes[i];
    if (c == '\x1b') {
      const std::size_t end = bytes.find_first_of("ABCDHJKhlmrsu", i + 2);
      if (end == std::string_view::npos || bytes[i + 1] != '[') {
        has_unknown_ = true;
        return;
      }
      control(bytes.substr(i + 2, end - i - 2), bytes[end]);
      i = end + 1;
    } else if (c == '\r') {
      column_ = 0;
      ++i;
    } else if (c == '\n') {
      line_feed();
      ++i;
    } else {
      std::size_t length = 1;
      while (i + length < bytes.size() &&
             (static_cast<unsigned char>(bytes[i + length]) & 0xC0U) == 0x80U)
        ++length;
      const std::string cell(bytes.substr(i, length));
      if (static_cast<unsigned char>(c) < 0x20U) has_unknown_ = true;
      put(cell, display_width(cell));
      i += length;
    }
  }
}

void Screen::resize(std::size_t columns, std::size_t rows) {
  std::vector<Line> wrapped;
  std::size_t cursor_row = 0;
  std::size_t cursor_column = 0;
  for (std::size_t i = 0; i < lines_.size();) {
    // Rows that go on in the next are one text again before it is cut anew.
    std::vector<std::string> cells;
    std::optional<std::size_t> cursor;
    bool goes_on = true;
    for (; goes_on && i < lines_.size(); ++i) {
      if (i == row_) cursor = cells.size() + column_;
      cells.insert(cells.end(), lines_[i].cells.begin(), lines_[i].cells.end());
      goes_on = lines_[i].is_wrapped;
    }
    const std::size_t first = wrapped.size();
    std::size_t start = 0;
    do {
      const std::size_t end = std::min(cells.size(), start + columns);
      Line line;
      line.cells.assign(cells.begin() + static_cast<std::ptrdiff_t>(start),
                        cells.begin() + static_cast<std::ptrdiff_t>(end));
      line.is_wrapped = end < cells.size();
      wrapped.push_back(std::move(line));
      start = end;
    } while (start < cells.size());
    if (!cursor) continue;
    cursor_row = std::min(first + *cursor / columns, wrapped.size() - 1);
    cursor_column = std::min(*cursor - (cursor_row - first) * columns, columns);
  }
  // Blank rows below the cursor make room before anything scrolls off.
  while (wrapped.size() > std::max(rows, cursor_row + 1) && wrapped.back().cells.empty())
    wrapped.pop_back();
  while (wrapped.size() < rows) wrapped.emplace_back();
  lines_ = std::move(wrapped);
  row_ = cursor_row;
  columns_ = columns;
  rows_ = rows;
  column_ = cursor_column;
}

std::string Screen::text() const {
  std::string out;
  std::string pending;
  for (const Line& line : lines_) {
    std::string text;
    for (const std::string& cell : line.cells) text += cell;
    if (line.is_wrapped) {
      pending += text;
      continue;
    }
    while (text.ends_with(' ')) text.pop_back();
    pending += text + "\n";
    if (pending.find_first_not_of('\n') == std::string::npos) continue;
    out += pending;
    pending.clear();
  }
  return out;
}

}  // namespace ws::test
