// The run that goes on and that a person means: for the commands that speak to a run (signal,
// pause, resume, drain, cancel, workers).
//
// Reads the store; does not speak to the run (cli/control.cpp does).
#pragma once

#include <string>
#include <vector>

#include "cli/project_store.h"

namespace ws::cli {

struct LiveRunWish {
  std::string run;  // a run id, the beginning of one, or a workstream (its latest run)
  std::string workstream;
  std::string state_dir;
};

// os_error of an Error that means: nobody is there to be told. Exit code 5.
inline constexpr int kNobodyListens = -2;
[[nodiscard]] ExitCode code_of_refusal(const Error& error);

// All that may be meant, newest first, and at least one. An Error says why there is none.
[[nodiscard]] Result<std::vector<RunRow>> live_runs(const LiveRunWish& wish);

// Those that no step of another one of them has started.
[[nodiscard]] std::vector<RunRow> outer_runs(const std::vector<RunRow>& runs);

}  // namespace ws::cli
