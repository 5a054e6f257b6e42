// Starts a program without forking the address space: clone(CLONE_VM | CLONE_VFORK | CLONE_PIDFD).
// The calling thread waits until the child has exec'd or failed.
//
// Raw: does not search PATH, opens nothing, knows no event loop and not Boost. child_process.cpp is
// the only caller. A Launcher belongs to one thread, which must live as long as the process: the
// children's parent-death signal follows it.
#pragma once

#include <cstddef>
#include <sys/types.h>

#include "platform/open_file_limit.h"
#include "platform/process_stamp.h"
#include "platform/unique_fd.h"

namespace ws {

// Borrowed for the length of launch(). The three descriptors must be 3 or above, so that moving one
// into place cannot destroy another.
struct LaunchRequest {
  const char* program = nullptr;  // a path
  char* const* argv = nullptr;    // ends with null, like envp
  char* const* envp = nullptr;
  const char* working_dir = nullptr;  // null: ours
  int stdin_fd = -1;
  int stdout_fd = -1;
  int stderr_fd = -1;
  const OpenFileLimit* open_files = nullptr;  // null: ours
};

enum class LaunchStep { clone, process_group, death_signal, descriptors, working_dir, exec };

struct Launched {
  pid_t pid = -1;
  UniqueFd pidfd;
  ProcessStamp stamp;
  // Set when nothing runs: errno, and what it was that failed.
  int error = 0;
  LaunchStep failed = LaunchStep::clone;
};

class Launcher {
 public:
  Launcher();
  ~Launcher();
  Launcher(const Launcher&) = delete;
  Launcher& operator=(const Launcher&) = delete;

  // The child leads its own process group, gets SIGKILL when this thread dies, and starts with
  // default signal dispositions and nothing blocked.
  [[nodiscard]] Launched launch(const LaunchRequest& request);

 private:
  void* stack_ = nullptr;
};

}  // namespace ws
