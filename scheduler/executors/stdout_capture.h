// The stdout of a step that hands it on: in memory while it is short, in a file beyond that.
//
// Knows nothing of results and their names. When the disk refuses, error() says why. Used by
// local_attempt.cpp; step_outputs.cpp makes a value of it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "platform/unique_fd.h"

namespace ws {

// A value that is longer, or no UTF-8, is handed on as a file.
inline constexpr std::size_t kLongestValue = 64UL * 1024;

class StdoutCapture {
 public:
  // The file is `directory`/stdout, made when it is needed.
  explicit StdoutCapture(std::string directory) : directory_(std::move(directory)) {}

  void feed(std::string_view bytes);

  // Everything, while file() is empty; else the end of it, at least kLongestValue bytes.
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::string& file() const { return path_; }
  // Why bytes were lost; empty: none were.
  [[nodiscard]] const std::string& error() const { return error_; }
  // A short one goes into the file after all: it is no text.
  void keep_in_file();

 private:
  void write(std::string_view bytes);

  std::string directory_;
  std::string text_;
  std::string path_;
  std::string error_;
  UniqueFd file_;
};

}  // namespace ws
