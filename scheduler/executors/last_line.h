// The last line of an attempt's output that holds something, for the live view. A carriage return
// begins a line too, as progress bars mean it.
//
// Looks at the end of each chunk only: a flood costs nothing. The text is raw; the screen makes it
// printable.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace ws {

class LastLine {
 public:
  static constexpr std::size_t kLongest = 512;  // bytes kept

  void feed(std::string_view bytes) {
    if (bytes.size() > kWindow) {
      bytes.remove_prefix(bytes.size() - kWindow);
      current_.clear();
    }
    while (!bytes.empty()) {
      const std::size_t end = std::min(bytes.find_first_of("\r\n"), bytes.size());
      current_ += bytes.substr(0, std::min(end, kLongest - std::min(current_.size(), kLongest)));
      if (end == bytes.size()) return;
      if (current_.find_first_not_of(" \t") != std::string::npos) last_.swap(current_);
      current_.clear();
      bytes.remove_prefix(end + 1);
    }
  }

  [[nodiscard]] const std::string& text() const {
    return current_.find_first_not_of(" \t") != std::string::npos ? current_ : last_;
  }

 private:
  static constexpr std::size_t kWindow = 2048;
  std::string current_;
  std::string last_;
};

}  // namespace ws
