// A SQLite connection and its prepared statements, as values that close themselves and answer with
// Result. Nothing throws.
//
// Knows nothing of runs and events; store/schema.h decides what lies in the file. Used only inside
// store/, by one thread at a time (connections are opened without SQLite's own mutex).
#pragma once

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/duration.h"
#include "base/ids.h"
#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace ws {

// `code` is SQLite's (extended) result code for `connection`; the message is
// "cannot <what> '<path>': <why>", and os_error the errno behind it where there is one.
[[nodiscard]] Error database_error(sqlite3* connection, int code, std::string_view what);

class Statement {
 public:
  // Executes with these values for ?1, ?2, … and forgets any rows. Values: integers, bool, text,
  // ids (invalid: NULL), and std::optional of these (empty: NULL). `what` for messages was given to
  // prepare().
  template <class... Values>
  Result<void> run(const Values&... values) {
    bind_all(values...);
    return finish();
  }

  // For queries: bind, then next() until false. reset() ends the read transaction early.
  template <class... Values>
  void bind_all(const Values&... values) {
    int position = 0;
    (bind(++position, values), ...);
  }
  // True: a row is there. False: no more.
  Result<bool> next();
  void reset();

  // Columns of the current row, from 0. Wrong types are converted as SQLite does (text of a number,
  // 0 for text).
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::string_view text(int column) const;  // valid until next() or reset()
  [[nodiscard]] bool is_null(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Statement(sqlite3_stmt* statement, std::string what);

  void bind(int position, std::integral auto value) {
    bind_integer(position, static_cast<std::int64_t>(value));
  }
  void bind(int position, std::string_view value) { bind_text(position, value); }
  template <class Tag>
  void bind(int position, Id<Tag> id) {
    if (id.is_valid()) {
      bind_integer(position, id.value);
    } else {
      bind_null(position);
    }
  }
  template <class Value>
  void bind(int position, const std::optional<Value>& value) {
    if (value) {
      bind(position, *value);
    } else {
      bind_null(position);
    }
  }
  void bind_integer(int position, std::int64_t value);
  // The text must live until the statement is reset; run() resets before it returns.
  void bind_text(int position, std::string_view value);
  void bind_null(int position);
  Result<void> finish();
  Error error(int code) const;

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  std::string what_;
  int bind_code_ = 0;  // first bind that failed (a value over SQLite's limit), told by next()
};

enum class DatabaseAccess {
  write,
  read_only,    // also while others write
  read_frozen,  // nobody writes: neither locks nor the files beside it are needed
};

class Database {
 public:
  // The file must exist (it may be empty). Waits up to `busy_timeout` for locks of other processes.
  [[nodiscard]] static Result<Database> open(const std::filesystem::path& path,
                                             DatabaseAccess access, Duration busy_timeout);

  Result<void> execute(const char* sql, std::string_view what);
  [[nodiscard]] Result<Statement> prepare(std::string_view sql, std::string_view what);
  // The first column of the first row; 0 without a row.
  [[nodiscard]] Result<std::int64_t> query_integer(std::string_view sql, std::string_view what);

  // Undoes the open transaction, if SQLite has not already done so itself (it does when the disk
  // is full).
  void roll_back();
  [[nodiscard]] std::int64_t last_insert_id() const;
  // Rows that the last statement changed.
  [[nodiscard]] std::int64_t last_changes() const;

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  explicit Database(sqlite3* connection) : connection_(connection) {}

  std::unique_ptr<Duration> patience_;  // of the busy handler; outlives the connection
  std::unique_ptr<sqlite3, Close> connection_;
};

}  // namespace ws
