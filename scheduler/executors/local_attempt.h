// One attempt of the local executor: its process, and what became of it so far.
//
// Knows nothing of other attempts. Part of local_executor.cpp, which prepares it and lets it go.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/masker.h"
#include "executors/attempt_log.h"
#include "executors/file_checks.h"
#include "executors/last_line.h"
#include "executors/local_executor.h"
#include "executors/output_matcher.h"
#include "executors/output_tail.h"
#include "executors/stdout_capture.h"
#include "platform/child_process.h"
#include "platform/timer.h"

namespace ws {

class LocalExecutor::Attempt final : public ChildListener {
 public:
  Attempt(LocalExecutor& executor, AttemptKey attempt_key, std::string attempt_directory,
          std::string command);

  void child_running(const ProcessStamp& stamp) override;
  void child_held(const Error& why) override;
  void child_output(std::string_view bytes) override;
  void child_stdout(std::string_view bytes) override { captured->feed(bytes); }
  void child_ended(const ChildEnd& end) override;
  void child_not_started(const Error& error) override;

  // Stops it when it writes nothing for so long.
  void limit_silence(Duration limit);

  LocalExecutor& owner;
  AttemptKey key;
  std::string directory;
  ChildSpec spec;
  SuccessRule success;
  AttemptLog log;
  OutputMatcher matcher;
  LastLine last_line;
  OutputTail tail;
  std::string output_file;                  // $WORKSTREAM_OUTPUT
  std::unique_ptr<StdoutCapture> captured;  // only when stdout is handed on
  std::unique_ptr<FileChecks> files;        // only when something was said about files
  std::unique_ptr<MaskStream> masking;      // only when there are secrets
  std::unique_ptr<ChildProcess> child;

  // Takes secrets out of the files that were made for it to read, and of the one it wrote. At its
  // end.
  void scrub_files() const;

 private:
  void look_for_silence();
  void keep(std::string_view shown);
  // What is wrong although the exit code is fine, and what it hands on when nothing is.
  void complete(AttemptResult& result);
  [[nodiscard]] bool is_success(const AttemptResult& result) const;

  Duration idle_limit_{};
  std::chrono::steady_clock::time_point last_output_;
  std::unique_ptr<Timer> idle_timer_;
  bool is_stopped_for_silence_ = false;
  bool is_held_ = false;
};

}  // namespace ws
