// The database file: its tables, its version, and how it is opened.
//
// The tables are described where they are made (tables.cpp); SQLite keeps those comments, so
// `sqlite3 .worktrees/workstream.db .schema` is the manual for people who query it. Knows nothing
// of events beyond their columns. Used only inside store/.
#pragma once

#include <cstdint>
#include <filesystem>

#include "store/database.h"

namespace ws {

// Raised when a table or the meaning of a column changes. A newer number than ours is refused; an
// older file is read as it is, and brought up to date by the next run that writes it.
inline constexpr int kSchemaVersion = 4;
// "wkst": marks the file as ours (PRAGMA application_id).
inline constexpr std::int32_t kApplicationId = 0x776b7374;

struct StoreOptions {
  Duration busy_timeout = std::chrono::seconds(10);  // waiting for other processes' transactions
  bool is_durable = false;         // every transaction also survives the loss of power (fdatasync)
  std::uint64_t largest_size = 0;  // bytes; 0: no limit. Beyond it, writing fails like a full disk
};

// Opens for writing; makes missing directories (0700), the file (0600) and the tables. A file of
// another program, of a newer version, or that is no database is an error, and is left as it is.
[[nodiscard]] Result<Database> open_for_writing(const std::filesystem::path& path,
                                                const StoreOptions& options);

// Opens what is there for reading, also while a run writes. Error with os_error ENOENT when there
// is no database yet, or one without tables yet.
[[nodiscard]] Result<Database> open_for_reading(const std::filesystem::path& path,
                                                const StoreOptions& options);

}  // namespace ws
