// What this process arranges once, at the start of main, before it has threads or children.
//
// Called by cli/ (and by tests that start children). Knows nothing of what follows.
#pragma once

#include "base/result.h"

namespace ws {

// - descriptors 0, 1 and 2 exist (/dev/null where they were closed), so that no file of ours ever
//   becomes somebody's standard output;
// - every other inherited descriptor is close-on-exec (close_range(2)): children get none of them;
// - SIGPIPE is ignored: a closed pipe is an error code, not our death (children get the default);
// - SIGXFSZ is ignored likewise: a file at its limit (ulimit -f) is an error code;
// - SIGCHLD is back at its default: inherited as ignored, the kernel would reap children behind us;
// - orphaned descendants become our children (PR_SET_CHILD_SUBREAPER), so none can escape a sweep.
Result<void> prepare_this_process();

}  // namespace ws
