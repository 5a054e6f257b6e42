// Ends what a process that is gone left running: everything whose environment says that it belongs
// to one of some directories (a variable, the mark, holds a path inside it).
//
// For the next start after a SIGKILL: then the kernel ends our direct children (parent-death
// signal) and nobody ends their descendants. While we live, orphan_sweep.h does it. Knows nothing
// of runs. Called by cli/run_session.cpp.
#pragma once

#include <cstddef>
#include <string>
#include <sys/types.h>
#include <vector>

namespace ws {

// Reads the environments of all processes of our user (proc(5)) and kills (SIGKILL) those whose
// `variable` is an absolute path at or below directories[i]; never us, an ancestor of ours, or
// `helper`, a child of ours that carries what we inherited (0: there is none). Waits for their end,
// at most two seconds in all, and looks again for what they started meanwhile. The answer has the
// number of processes ended for each directory.
//
// What has cleared its environment or belongs to another user is not found.
[[nodiscard]] std::vector<std::size_t> end_leftovers(const std::string& variable,
                                                     const std::vector<std::string>& directories,
                                                     pid_t helper = 0);

}  // namespace ws
