// A small process beside a run that ends what the run's steps started when this process is killed
// (SIGKILL, out of memory, a crash) and cannot do it itself. See
// scheduler/decisions/0010-a-keeper-beside-each-run.md.
//
// It holds no file, terminal or lock, lives in a session of its own, and goes when this process
// goes. Knows nothing of steps but the mark in their environment. Made by cli/ at the start of a
// run.
#pragma once

#include <memory>
#include <string>
#include <sys/types.h>

#include "base/result.h"
#include "platform/keeper_board.h"
#include "platform/unique_fd.h"

namespace ws {

// The environment variable all that a run starts must carry; its value is Keeper::mark().
inline constexpr const char* kRunMark = "WORKSTREAM_RUN_MARK";

// Whether that process is the keeper of another run of this program.
[[nodiscard]] bool is_keeper(pid_t pid);

class Keeper {
 public:
  // Forks: call it before there are threads, files to lose, or much memory. As the first process
  // of a container (PID 1) there is none, because the kernel ends all the others with that one.
  // Errors: of fork(2) and pipe(2).
  [[nodiscard]] static Result<std::unique_ptr<Keeper>> start();
  ~Keeper();
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  // Ends and reaps it, once. Whatever was marked must have ended.
  void dismiss();

  // Those of the runs around this one, and its own: differs for each run on the machine.
  [[nodiscard]] const std::string& mark() const { return marks_; }
  [[nodiscard]] pid_t pid() const { return pid_; }  // 0: there is none
  [[nodiscard]] KeeperBoard& board() { return board_; }

 private:
  Keeper() = default;
  [[noreturn]] void keep(UniqueFd life_line, const std::string& own_mark, pid_t session);

  std::string marks_;
  KeeperBoard board_;
  UniqueFd life_line_;  // the keeper reads its end when we are gone
  UniqueFd process_;    // pidfd; closed where there are none (valgrind 3.19)
  pid_t pid_ = 0;
};

}  // namespace ws
