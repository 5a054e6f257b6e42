// The human logs of a run: runs/<run-id>/orchestrator.log in each workstream's directory, and the
// link <ws>/orchestrator.log that always leads to the latest one.
//
// A sink for report/log_report.h; does not know what is written. A log that cannot be written never
// stops a run.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/plan.h"
#include "platform/unique_fd.h"
#include "store/layout.h"

namespace ws::cli {

class RunLogs {
 public:
  [[nodiscard]] static Result<RunLogs> open(const StateLayout& layout, const Plan& plan,
                                            const std::string& run_id);

  // `workstream` is an index into Workset::workstreams.
  void write(std::uint32_t workstream, std::string_view text);

  // Why lines are missing in one of them; empty: none are.
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  struct Log {
    std::string path;
    UniqueFd fd;  // closed when there are too many workstreams to keep all open
  };
  std::map<std::uint32_t, Log> logs_;
  std::optional<Error> error_;  // the first
};

}  // namespace ws::cli
