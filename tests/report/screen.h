// A small terminal: understands what the live view sends and shows what a person would see.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ws::test {

class Screen {
 public:
  Screen(std::size_t columns, std::size_t rows);

  void write(std::string_view bytes);
  // Narrows or widens, wrapping long lines and joining wrapped ones as most terminals do.
  void resize(std::size_t columns, std::size_t rows);

  // Everything that was ever scrolled off, then the screen; wrapped lines joined, trailing blanks
  // and empty lines at the end removed.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] bool is_cursor_shown() const { return is_cursor_shown_; }
  // A line longer than the screen was written, or an unknown sequence came.
  [[nodiscard]] bool has_unknown() const { return has_unknown_; }

 private:
  struct Line {
    std::vector<std::string> cells;
    bool is_wrapped = false;  // goes on in the next line
  };
  void put(std::string cell, std::size_t width);
  void line_feed();
  void erase_from(std::size_t row, std::size_t column);
  void control(std::string_view arguments, char final);
  [[nodiscard]] std::size_t top() const { return lines_.size() - rows_; }

  std::size_t columns_;
  std::size_t rows_;
  std::vector<Line> lines_;  // the last rows_ are the screen
  std::size_t row_ = 0;      // absolute
  std::size_t column_ = 0;
  bool is_cursor_shown_ = true;
  bool has_unknown_ = false;
};

}  // namespace ws::test
