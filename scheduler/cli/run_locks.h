// One run at a time for each workstream: locks that die with the process.
//
// Knows nothing of the run that holds one but the text it left.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "platform/lock_file.h"
#include "store/layout.h"

namespace ws::cli {

using RunLocks = std::vector<LockFile>;

// Somebody else runs this workstream.
struct Busy {
  std::string workstream;
  std::string holder;
};

// All of them, or none. Makes the workstreams' directories.
[[nodiscard]] Result<std::variant<RunLocks, Busy>> take_locks(const StateLayout& layout,
                                                              std::vector<std::string> workstreams,
                                                              const std::string& holder);

}  // namespace ws::cli
