// How a run ends as a program: its exit code, and what went wrong beside the steps.
//
// Both are told twice, by the process and in the result as JSON: whatever changes one changes the
// other. Does not know what the verdict was made of (cli/exit_code.h) and writes nothing but
// complaints. Used by cli/run_session.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "cli/exit_code.h"
#include "platform/directory.h"
#include "report/result_json.h"
#include "store/layout.h"

namespace ws::cli {

class RunEnding {
 public:
  explicit RunEnding(ExitCode verdict);

  [[nodiscard]] ExitCode code() const { return code_; }

  // Said on stderr and kept for the result; the exit code says it too, unless it is no success
  // already.
  void world_failed(const std::string& error);
  // The same, for what a person asked to live with: the exit code stays.
  void complain_of(const std::string& error);
  // That events could not be stored; the verdict knew it.
  void tell_unrecorded(const Error& why);

  ResultFacts facts;

 private:
  ExitCode code_;
};

// Why the next command will not find the run's records, although they were written; empty: it will.
// Looks as it would, from a connection of its own; `begun` is the database as the run found it.
// To be asked once the run has closed the database: what closing it makes of the file counts.
[[nodiscard]] std::string trouble_with_records(const StateLayout& layout, const std::string& run_id,
                                               const std::optional<FileStamp>& begun);

}  // namespace ws::cli
