// The end of an attempt's output, for recognising its error.
//
// Keeps bytes and gives them no meaning: the engine does. A flood costs one copy of a few kilobytes
// for each chunk. Used by local_attempt.cpp.
#pragma once

#include <string>
#include <string_view>

namespace ws {

class OutputTail {
 public:
  static constexpr std::size_t kLongest = 2048;

  void feed(std::string_view bytes) {
    if (bytes.size() > kLongest) bytes.remove_prefix(bytes.size() - kLongest - 1);
    text_ += bytes;
    // Cut rarely: each cut moves what is kept. One more byte shows whether a line was cut.
    if (text_.size() > 4 * kLongest) text_.erase(0, text_.size() - kLongest - 1);
  }

  // At most kLongest bytes; whole lines when something was cut and a whole one is there.
  [[nodiscard]] std::string text() const {
    if (text_.size() <= kLongest) return text_;
    std::string_view end = std::string_view(text_).substr(text_.size() - kLongest - 1);
    const std::size_t newline = end.substr(0, end.size() - 1).find('\n');
    return std::string(end.substr(newline == std::string_view::npos ? 1 : newline + 1));
  }

 private:
  std::string text_;
};

}  // namespace ws
