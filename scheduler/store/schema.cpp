#include "store/schema.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "store/tables.h"

namespace ws {
namespace {

namespace fs = std::filesystem;

struct Marks {
  std::int64_t application = 0;
  std::int64_t version = 0;
  std::int64_t tables = 0;

  [[nodiscard]] bool is_empty() const { return application == 0 && version == 0 && tables == 0; }
};

Result<Marks> read_marks(Database& database) {
  Marks marks;
  const auto read = [&](std::string_view sql, std::int64_t& value) -> Result<void> {
    Result<std::int64_t> answer = database.query_integer(sql, "read");
    if (!answer) return answer.error();
    value = *answer;
    return {};
  };
  if (auto done = read("PRAGMA application_id", marks.application); !done) return done.error();
  if (auto done = read("PRAGMA user_version", marks.version); !done) return done.error();
  if (auto done = read("SELECT count(*) FROM sqlite_schema", marks.tables); !done) {
    return done.error();
  }
  return marks;
}

// In one read transaction: between two of them another process may make the tables.
Result<Marks> read_marks_at_once(Database& database) {
  if (auto done = database.execute("BEGIN", "read"); !done) return done.error();
  Result<Marks> marks = read_marks(database);
  database.roll_back();
  return marks;
}

Result<void> check_ours(const Marks& marks, const fs::path& path) {
  if (marks.application != kApplicationId) {
    return Error{fmt::format("'{}' is a database of another program; nothing in it was changed",
                             path.string()),
                 0};
  }
  if (marks.version > kSchemaVersion) {
    return Error{fmt::format("'{}' was written by a newer version of workstream (its schema is {}, "
                             "this program knows {}); nothing in it was changed",
                             path.string(), marks.version, kSchemaVersion),
                 0};
  }
  return {};
}

// A file's name is in its directory, which SQLite syncs only for its own companions.
Result<void> sync_directory(const fs::path& directory) {
  const int file = ::open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_CLOEXEC);
  const bool is_synced = file >= 0 && ::fsync(file) == 0;
  const int why = errno;
  if (file >= 0) ::close(file);
  if (is_synced) return {};
  return os_error(fmt::format("cannot sync the directory '{}'", directory.string()), why);
}

// Also of the directories above it, which may be as new. One that we may not open is not ours.
Result<void> sync_directories(const fs::path& directory) {
  if (auto done = sync_directory(directory); !done) return done;
  for (fs::path above = directory; above != above.parent_path();) {
    above = above.parent_path();
    (void)sync_directory(above);
  }
  return {};
}

// 0700 for what is missing, whatever the umask; what exists keeps its mode: it is the user's.
Result<void> make_private_directories(const fs::path& directory) {
  fs::path so_far;
  for (const fs::path& part : directory) {
    so_far /= part;
    if (::mkdir(so_far.c_str(), 0700) == 0 && ::chmod(so_far.c_str(), 0700) == 0) continue;
    if (errno == EEXIST) continue;
    const int why = errno;
    struct stat status {};
    // Some file systems answer EROFS or EACCES for a directory that exists.
    if (::stat(so_far.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) continue;
    return os_error(fmt::format("cannot create the directory '{}'", so_far.string()), why);
  }
  return {};
}

// The statements, and the mark that they were made.
Result<void> execute_stamped(Database& database, const std::string& statements,
                             std::string_view what) {
  if (auto done = database.execute(statements.c_str(), what); !done) return done;
  const std::string stamp = fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}",
                                        kApplicationId, kSchemaVersion);
  return database.execute(stamp.c_str(), what);
}

// A file without tables gets them; an older one gets what is new since.
Result<void> make_tables(Database& database, const fs::path& path) {
  // Immediate: of two processes that find the file empty, the second waits and finds the tables.
  constexpr std::string_view kWhat = "make the tables of";
  if (auto done = database.execute("BEGIN IMMEDIATE", kWhat); !done) return done;
  Result<Marks> marks = read_marks(database);
  Result<void> done;
  if (!marks) {
    done = marks.error();
  } else if (!marks->is_empty()) {
    done = check_ours(*marks, path);
    if (done && marks->version < kSchemaVersion) {
      done = execute_stamped(database, store::upgrade_from(marks->version), kWhat);
    }
  } else {
    done = execute_stamped(database, store::all_tables(), kWhat);
  }
  if (done) done = database.execute("COMMIT", kWhat);
  if (!done) database.roll_back();
  return done;
}

// Settings that hold for this connection only.
Result<void> configure_writer(Database& database, const StoreOptions& options) {
  // Every change is logged as a whole page, and a step's rows are small: a quarter of SQLite's
  // usual size is a quarter of the bytes. Only a file that is being made takes it.
  if (auto done = database.execute("PRAGMA page_size = 1024", "prepare"); !done) return done;
  // Write-ahead log: readers never wait for the writer. The mode is kept in the file, so this
  // changes something only while the file is being made.
  if (auto done = database.execute("PRAGMA journal_mode = WAL", "prepare"); !done) return done;
  // NORMAL: a committed transaction survives the death of the process; FULL: of the machine too.
  const char* synchronous =
      options.is_durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL";
  if (auto done = database.execute(synchronous, "prepare"); !done) return done;
  // Moving the log into the database syncs both files, milliseconds on many disks: at 32 MiB it is
  // rare, and pages that changed often are moved once. The cache (at most 16 MiB, used only by
  // large runs) holds the rows of 100,000 steps while they change.
  constexpr const char* kSizes = "PRAGMA wal_autocheckpoint = 32768; PRAGMA cache_size = -16384";
  if (auto done = database.execute(kSizes, "prepare"); !done) return done;
  if (options.largest_size == 0) return {};
  Result<std::int64_t> page = database.query_integer("PRAGMA page_size", "prepare");
  if (!page) return page.error();
  const std::string limit = fmt::format("PRAGMA max_page_count = {}",
                                        options.largest_size / static_cast<std::uint64_t>(*page));
  return database.execute(limit.c_str(), "prepare");
}

Result<Database> open_in_place(const fs::path& path, const StoreOptions& options) {
  Result<Database> database = Database::open(path, DatabaseAccess::write, options.busy_timeout);
  if (!database) return database;
  Result<Marks> marks = read_marks_at_once(*database);
  if (!marks) return marks.error();
  // Before anything is set: a file that is not ours must stay as it is, to the byte.
  if (!marks->is_empty()) {
    if (auto done = check_ours(*marks, path); !done) return done.error();
  }
  if (auto done = configure_writer(*database, options); !done) return done.error();
  if (marks->is_empty() || marks->version < kSchemaVersion) {
    if (auto done = make_tables(*database, path); !done) return done.error();
  }
  return database;
}

// Gives the finished file its name; that another process was faster is as good.
Result<void> publish(const fs::path& made, const fs::path& path) {
  if (::link(made.c_str(), path.c_str()) == 0 || errno == EEXIST) return {};
  // A file system without hard links.
  if (::renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0 ||
      errno == EEXIST) {
    return {};
  }
  return os_error(fmt::format("cannot create '{}'", path.string()), errno);
}

Result<void> move_log_into_file(Database& database) {
  constexpr std::string_view kWhat = "write to";
  const Result<std::int64_t> is_busy =
      database.query_integer("PRAGMA wal_checkpoint(TRUNCATE)", kWhat);
  if (!is_busy) return is_busy.error();
  if (*is_busy != 0) return Error{"somebody else reads it already", EBUSY};
  return {};
}

// Makes the whole database under another name first: SQLite's switch to a write-ahead log does not
// wait for a second process that does the same or reads meanwhile, and a reader must never meet a
// file without tables. mkostemp makes it 0600, and SQLite gives its companions (-wal, -shm) the
// mode of the database.
Result<void> make_database(const fs::path& path, const StoreOptions& options) {
  std::string made = path.string() + ".XXXXXX";
  const int file = ::mkostemp(made.data(), O_CLOEXEC);
  if (file < 0) return os_error(fmt::format("cannot create '{}'", path.string()), errno);
  ::fchmod(file, 0600);  // the umask may take from the owner too
  // Closed before SQLite opens it: closing later would drop SQLite's locks on it (fcntl(2)).
  ::close(file);
  Result<void> done;
  {
    Result<Database> database = open_in_place(made, options);
    // Closing would move the log into the file too, but says nothing when it fails; and the log
    // stays behind here.
    done = database ? move_log_into_file(*database) : Result<void>(database.error());
    if (!done) done = in_context(fmt::format("cannot make '{}'", path.string()), done.error());
  }
  if (done) done = publish(made, path);
  ::unlink(made.c_str());
  for (const char* companion : {"-wal", "-shm"}) ::unlink((made + companion).c_str());
  return done;
}

// SQLite follows a link in the database's place, wherever it leads; -wal and -shm it does not.
Result<void> refuse_link(const fs::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISLNK(status.st_mode)) return {};
  return Error{fmt::format("cannot open '{}': it is a symbolic link, and nothing in the state "
                           "directory is reached through one; give --state-dir the directory that "
                           "is meant",
                           path.string()),
               ELOOP};
}

// To read a database with a write-ahead log, SQLite makes files beside it. Where we may not, and no
// log is there, nobody of us writes it, and the file is all there is.
bool is_frozen(const fs::path& path) {
  const fs::path directory = path.parent_path();
  if (::access(directory.empty() ? "." : directory.c_str(), W_OK) == 0) return false;
  struct stat status {};
  return ::stat((path.string() + "-wal").c_str(), &status) != 0 || status.st_size == 0;
}

Error no_runs_yet(const fs::path& path) {
  return Error{fmt::format("no runs yet: there is no '{}'", path.string()), ENOENT};
}

}  // namespace

Result<Database> open_for_writing(const fs::path& path, const StoreOptions& options) {
  if (auto done = make_private_directories(path.parent_path()); !done) return done.error();
  if (auto done = refuse_link(path); !done) return done.error();
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (auto done = make_database(path, options); !done) return done.error();
  }
  // Also when another process made it: that one may not have asked for it.
  if (options.is_durable) {
    if (auto done = sync_directories(path.parent_path()); !done) return done.error();
  }
  return open_in_place(path, options);
}

Result<Database> open_for_reading(const fs::path& path, const StoreOptions& options) {
  if (auto done = refuse_link(path); !done) return done.error();
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return no_runs_yet(path);
    return os_error(fmt::format("cannot open '{}'", path.string()), errno);
  }
  Result<Database> database = Database::open(path, DatabaseAccess::read_only, options.busy_timeout);
  if (!database) return database;
  Result<Marks> marks = read_marks_at_once(*database);
  if (!marks && is_frozen(path)) {
    database = Database::open(path, DatabaseAccess::read_frozen, options.busy_timeout);
    if (!database) return database;
    marks = read_marks_at_once(*database);
  }
  if (!marks) return marks.error();
  if (marks->is_empty()) return no_runs_yet(path);
  if (auto done = check_ours(*marks, path); !done) return done.error();
  if (marks->version < kSchemaVersion) {
    // A writer may bring it up to date while we read: the views then hide its new columns from us,
    // which were empty when we came.
    const std::string views = store::views_over(marks->version);
    if (auto done = database->execute(views.c_str(), "read"); !done) return done.error();
  }
  return database;
}

}  // namespace ws
