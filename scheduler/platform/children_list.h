// Who a process has for children, as the kernel lists them (proc(5), CONFIG_PROC_CHILDREN): each
// under the thread that started it, or got it as an orphan.
//
// Knows nothing of what anybody wants of them. Called by orphan_sweep.cpp and stray_watch.cpp.
#pragma once

#include <sys/types.h>
#include <vector>

namespace ws {

// Appends those in an open /proc/PID/task/TID/children. While some of them end, others may be left
// out.
void append_children_in(int list, std::vector<pid_t>& children);

// Appends those of all threads of the process; none when it is gone.
void append_children_of(pid_t pid, std::vector<pid_t>& children);

}  // namespace ws
