// What a child is started with.
//
// A value; knows nothing of how (child_launch.h) or of what becomes of it (child_process.h). Filled
// by executors/.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/environment_block.h"
#include "platform/open_file_limit.h"

namespace ws {

// stdout and stderr are one pipe, so that the bytes stay in order; or two when somebody wants to
// know which bytes were stdout: then they are in the order in which they were read.
struct ChildSpec {
  std::string program;            // what find_program gave
  std::vector<std::string> argv;  // never empty
  EnvironmentBlock environment;
  std::string working_dir;                                 // empty: ours
  std::string stdin_file;                                  // path; empty: none
  std::optional<std::string> stdin_text;                   // neither: /dev/null
  std::optional<OpenFileLimit> open_files = std::nullopt;  // empty: ours
  bool is_stdout_apart = false;                            // ChildListener::child_stdout is called
};

}  // namespace ws
