// The log of one attempt: made with the first byte, so that a silent attempt costs no file; never
// longer than its cap; never in the attempt's way.
//
// Knows nothing of processes. When the disk refuses, the attempt runs on and the log says nothing
// more: the store will meet the same disk and end the run. Used by local_executor.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "platform/unique_fd.h"

namespace ws {

class AttemptLog {
 public:
  // `directory` is made when needed. `command` is what the attempt runs, kept in the file `cmd`
  // (`test-1.cmd`) beside the log.
  AttemptLog(std::string directory, std::string stem, std::string command, std::uint64_t cap);

  void append(std::string_view bytes);
  // Keeps the command even without output: for an attempt that failed.
  void keep_command();

  // All bytes that came, also those that were not kept.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  // Empty when it was silent or the file could not be made.
  [[nodiscard]] std::string path() const;

 private:
  void open();
  void write(std::string_view bytes);

  std::string directory_;
  std::string stem_;
  std::string command_;
  std::uint64_t cap_;
  std::uint64_t bytes_ = 0;
  UniqueFd file_;
  bool is_command_kept_ = false;
  bool is_closed_ = false;  // cap reached or the disk refused
  bool has_file_ = false;
};

}  // namespace ws
