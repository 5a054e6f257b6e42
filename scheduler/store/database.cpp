#include "store/database.h"

#include <cerrno>
#include <thread>

#include <fmt/format.h>
#include <sqlite3.h>

namespace ws {
namespace {

struct Cause {
  std::string text;
  int os_error = 0;
};

Cause cause_of(sqlite3* connection, int code) {
  const int system = sqlite3_system_errno(connection);
  const auto with_system = [&](std::string_view text) {
    if (system == 0) return Cause{std::string(text), 0};
    return Cause{fmt::format("{}: {}", text, os_error("", system).message.substr(2)), system};
  };
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {"another process holds the database locked", EBUSY};
    case SQLITE_FULL:
      return {"no space left (disk or quota is full)", ENOSPC};
    case SQLITE_READONLY:
      return {"it is read-only", EROFS};
    case SQLITE_CORRUPT:
      return {"the database is damaged; move it away to start a new one", 0};
    case SQLITE_NOTADB:
      return {"the file is not a database; move it away to start a new one", 0};
    case SQLITE_CANTOPEN:
      return with_system("it cannot be opened");
    case SQLITE_IOERR:
      return with_system("input/output error");
    case SQLITE_TOOBIG:
      return {"a text is too long", 0};
    default:
      return {sqlite3_errmsg(connection), 0};
  }
}

Error error_at(std::string_view path, sqlite3* connection, int code, std::string_view what) {
  const Cause cause = cause_of(connection, code);
  return Error{fmt::format("cannot {} '{}': {}", what, path, cause.text), cause.os_error};
}

// https://www.sqlite.org/uri.html
std::string frozen_name(std::string_view path) {
  std::string name = "file:";
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      name += fmt::format("%{:02x}", static_cast<unsigned>(c));
    } else {
      name += c;
    }
  }
  return name + "?immutable=1";
}

// SQLite's own handler sleeps up to 100 ms at a time, and of ten writers that each need a
// millisecond the same one may come too late again and again. Sums up what it asked for instead of
// looking at a clock.
int wait_while_busy(void* patience, int tries) {
  constexpr Duration kShortest = std::chrono::microseconds(250);
  constexpr Duration kLongest = std::chrono::milliseconds(4);
  constexpr int kDoublings = 4;
  const Duration wait = tries < kDoublings ? kShortest * (1 << tries) : kLongest;
  const Duration waited =
      tries < kDoublings ? kShortest * ((1 << tries) - 1) : kLongest * (tries - kDoublings + 1);
  if (waited >= *static_cast<const Duration*>(patience)) return 0;
  std::this_thread::sleep_for(wait);
  return 1;
}

}  // namespace

Error database_error(sqlite3* connection, int code, std::string_view what) {
  const char* path = sqlite3_db_filename(connection, "main");
  return error_at(path == nullptr ? "" : path, connection, code, what);
}

// --- Statement

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement::Statement(sqlite3_stmt* statement, std::string what)
    : statement_(statement), what_(std::move(what)) {}

Error Statement::error(int code) const {
  return database_error(sqlite3_db_handle(statement_.get()), code, what_);
}

void Statement::bind_integer(int position, std::int64_t value) {
  const int code = sqlite3_bind_int64(statement_.get(), position, value);
  if (bind_code_ == SQLITE_OK) bind_code_ = code;
}

void Statement::bind_text(int position, std::string_view value) {
  // A null pointer would bind NULL instead of the empty text.
  const char* data = value.data() == nullptr ? "" : value.data();
  const int code = sqlite3_bind_text64(statement_.get(), position, data, value.size(),
                                       SQLITE_STATIC, SQLITE_UTF8);
  if (bind_code_ == SQLITE_OK) bind_code_ = code;
}

void Statement::bind_null(int position) {
  const int code = sqlite3_bind_null(statement_.get(), position);
  if (bind_code_ == SQLITE_OK) bind_code_ = code;
}

Result<bool> Statement::next() {
  const int code = bind_code_ == SQLITE_OK ? sqlite3_step(statement_.get()) : bind_code_;
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    reset();
    return false;
  }
  Error failure = error(code);  // before the reset: it may change what the connection remembers
  reset();
  return failure;
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
  bind_code_ = SQLITE_OK;
}

Result<void> Statement::finish() {
  while (true) {
    Result<bool> row = next();
    if (!row) return row.error();
    if (!*row) return {};
  }
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

// --- Database

void Database::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

Result<Database> Database::open(const std::filesystem::path& path, DatabaseAccess access,
                                Duration busy_timeout) {
  const int flags = access == DatabaseAccess::write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  const bool is_frozen = access == DatabaseAccess::read_frozen;
  const std::string name = is_frozen ? frozen_name(path.native()) : path.native();
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(
      name.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX | (is_frozen ? SQLITE_OPEN_URI : 0), nullptr);
  Database database(raw);  // SQLite hands out a connection even when it fails
  if (code != SQLITE_OK) return error_at(path.native(), raw, code, "open");
  // SQLite quietly falls back to reading when it may not write.
  if (access == DatabaseAccess::write && sqlite3_db_readonly(raw, "main") == 1) {
    return error_at(path.native(), raw, SQLITE_READONLY, "write to");
  }
  sqlite3_extended_result_codes(raw, 1);
  database.patience_ = std::make_unique<Duration>(busy_timeout);
  sqlite3_busy_handler(raw, &wait_while_busy, database.patience_.get());
  // The file may have been written by anybody: nothing in its schema is trusted to call functions,
  // and nothing we run may edit the schema tables.
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  return database;
}

Result<void> Database::execute(const char* sql, std::string_view what) {
  const int code = sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return database_error(connection_.get(), code, what);
  return {};
}

Result<Statement> Database::prepare(std::string_view sql, std::string_view what) {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (code != SQLITE_OK) return database_error(connection_.get(), code, what);
  return Statement(raw, std::string(what));
}

Result<std::int64_t> Database::query_integer(std::string_view sql, std::string_view what) {
  Result<Statement> statement = prepare(sql, what);
  if (!statement) return statement.error();
  Result<bool> row = statement->next();
  if (!row) return row.error();
  return *row ? statement->integer(0) : 0;
}

void Database::roll_back() {
  if (sqlite3_get_autocommit(connection_.get()) != 0) return;
  sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

std::int64_t Database::last_insert_id() const {
  return sqlite3_last_insert_rowid(connection_.get());
}

std::int64_t Database::last_changes() const { return sqlite3_changes64(connection_.get()); }

}  // namespace ws
