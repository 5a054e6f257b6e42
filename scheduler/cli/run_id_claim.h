// Who begins a run under an id first: from the look whether the id is free until the store has the
// run, a lock stands for it, so that of several at once all but one are told that it is taken.
//
// After the run's first event the store alone answers that. Knows no workstream (their locks are
// cli/run_locks.h). Used by cli/run_session.cpp.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"
#include "platform/lock_file.h"
#include "store/layout.h"

namespace ws::cli {

// The person's mistake, also of a run id that the store knows.
[[nodiscard]] Error run_id_is_taken(const std::string& run_id);

class RunIdClaim {
 public:
  // run_id_is_taken(), or what the world refused. The state directory must be there.
  [[nodiscard]] static Result<RunIdClaim> take(const StateLayout& layout,
                                               const std::string& run_id);

  RunIdClaim(RunIdClaim&& other) noexcept
      : lock_(std::move(other.lock_)), path_(std::exchange(other.path_, {})) {}
  RunIdClaim& operator=(RunIdClaim&&) = delete;
  // When the store has the run, or will not get it. The lock's file goes.
  ~RunIdClaim();

 private:
  RunIdClaim(LockFile lock, std::string path) : lock_(std::move(lock)), path_(std::move(path)) {}
  LockFile lock_;
  std::string path_;
};

}  // namespace ws::cli
