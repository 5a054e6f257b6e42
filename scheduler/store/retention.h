// What the store forgets: rows of finished runs, in an order that a crash anywhere leaves whole.
//
// First one transaction takes the run from every reader and notes that the rest of it is to go;
// then its other rows go in small portions, so that nobody who writes meanwhile waits long; then
// the caller removes its directories; then the note goes. What a crash left is found by pending().
// Does not decide what goes (retention_choice.h), and knows no directories. Called by cli/clean.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "store/rows.h"
#include "store/schema.h"

namespace ws {

// `needer` cannot do without `needed`. needer 0: what the project remembers of its steps
// (idempotency keys).
struct RunNeed {
  std::int64_t needer = 0;
  std::int64_t needed = 0;
  std::string why;  // for people: "run x uses what it left in 'file'"
};

// A run whose rows may be gone in part and whose directories may still be there.
struct HalfRemoved {
  std::int64_t number = 0;
  std::string id;
  std::vector<std::string> workstreams;  // whose directories hold the run's
};

class Retention {
 public:
  // The database must exist; for writing, an older version's is brought up to date.
  [[nodiscard]] static Result<Retention> open(const std::filesystem::path& path,
                                              DatabaseAccess access,
                                              const StoreOptions& options = {});

  // Forgets what is remembered of runs that are gone, or of results whose file is gone.
  Result<void> prune_memory();
  [[nodiscard]] Result<std::vector<RunNeed>> needs();
  // The newest run that holds any of these workstreams; 0: none.
  [[nodiscard]] Result<std::int64_t> newest(const std::vector<std::string>& workstreams);

  // From now on no reader sees it.
  Result<void> hide(const HalfRemoved& run);
  Result<void> remove_rows(std::int64_t run);
  // Its directories are gone.
  Result<void> forget(std::int64_t run);
  [[nodiscard]] Result<std::vector<HalfRemoved>> pending();

  // Gives the space of removed rows back to the disk; bytes. Writers wait meanwhile: only for when
  // nobody runs. Needs about as much room as the database keeps; without it nothing changes.
  Result<std::uint64_t> compact();

 private:
  explicit Retention(Database database) : database_(std::move(database)) {}
  Result<void> in_transaction(const std::function<Result<void>()>& body);

  Database database_;
};

}  // namespace ws
