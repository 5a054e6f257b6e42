// Starts a program without forking the address space and without waiting for it: clone(CLONE_VM |
// CLONE_PIDFD), a stack of its own for each child until it has exec'd.
//
// Raw: does not search PATH, opens nothing, knows no event loop and not Boost. child_process.cpp is
// the only caller. A Launcher belongs to one thread, which must live as long as the process: the
// children's parent-death signal follows it.
#pragma once

#include <cstddef>
#include <memory>
#include <sys/types.h>
#include <vector>

#include "base/result.h"
#include "platform/open_file_limit.h"
#include "platform/process_stamp.h"
#include "platform/unique_fd.h"

namespace ws {

// Borrowed until the child has left. The three descriptors must be 3 or above, so that moving one
// into place cannot destroy another; they may be closed as soon as launch() returns.
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

enum class LaunchStep { process_group, death_signal, descriptors, working_dir, exec };

struct LaunchFailure {
  int error = 0;  // errno; 0: nothing failed
  LaunchStep step = LaunchStep::exec;
};

class Launcher {
 private:
  struct Room;

 public:
  Launcher();
  ~Launcher();  // no child may be inside any more
  Launcher(const Launcher&) = delete;
  Launcher& operator=(const Launcher&) = delete;

  // A child on its way. Dies only once the child has left (or was reaped).
  class Launch {
   public:
    Launch(Launcher& launcher, std::unique_ptr<Room> room);
    ~Launch();
    Launch(Launch&&) noexcept;
    Launch& operator=(Launch&&) = delete;

    // It has exec'd, or failed and exits: our memory is ours again.
    [[nodiscard]] bool has_left() const;
    // Requires has_left().
    [[nodiscard]] LaunchFailure failure() const;
    // It may not have made its process group yet: makes sure that there is one to signal.
    void ensure_group() const;

    pid_t pid = -1;
    UniqueFd pidfd;
    ProcessStamp stamp;

   private:
    Launcher* launcher_;
    std::unique_ptr<Room> room_;
  };

  // The child leads its own process group, gets SIGKILL when this thread dies, and starts with
  // default signal dispositions and nothing blocked. An Error when there is no child at all;
  // os_error tells why.
  [[nodiscard]] Result<Launch> launch(const LaunchRequest& request);

 private:
  std::vector<std::unique_ptr<Room>> free_;
};

}  // namespace ws
