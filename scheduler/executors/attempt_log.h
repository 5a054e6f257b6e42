// The log of one attempt: made with the first byte, so that a silent attempt costs no file; never
// longer than its cap; never in the attempt's way.
//
// Knows nothing of processes. When the disk refuses, the attempt runs on and the log says nothing
// more; error() says why. Used by local_executor.cpp.
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
  // Why bytes that should have been kept were not; empty: all were, up to the cap.
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  void open();
  void write(std::string_view bytes);
  void give_up(const Error& error);

  std::string directory_;
  std::string stem_;
  std::string command_;
  std::uint64_t cap_;
  std::uint64_t bytes_ = 0;
  std::string error_;
  UniqueFd file_;
  bool is_command_kept_ = false;
  bool is_closed_ = false;  // cap reached or the disk refused
  bool has_file_ = false;
};

}  // namespace ws
