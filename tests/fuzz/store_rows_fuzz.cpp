// Rows of the store that hold anything: the readers answer, or say what is wrong; they never crash.
//
// The input is cut into cells at its NULs. "type NUL body NUL node" adds an event, "@… NUL value"
// writes into a column that the text chooses; then everything is read and replayed.
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <sqlite3.h>

#include "engine/run_state.h"
#include "store/event_codec.h"
#include "store/retention.h"
#include "store/run_store.h"
#include "store/sqlite_recorder.h"
#include "support/mini.h"

namespace {

namespace fs = std::filesystem;

class Cells {
 public:
  explicit Cells(std::string_view text) : text_(text) {}
  std::string_view next() {
    const std::size_t end = std::min(text_.find('\0'), text_.size());
    const std::string_view cell = text_.substr(0, end);
    text_.remove_prefix(std::min(end + 1, text_.size()));
    return cell;
  }
  [[nodiscard]] bool is_empty() const { return text_.empty(); }

 private:
  std::string_view text_;
};

unsigned number_of(std::string_view cell) {
  unsigned sum = 0;
  for (const char c : cell) sum = sum * 31 + static_cast<unsigned char>(c);
  return sum;
}

constexpr const char* kPlan = "a; b<-a; c<-b; d; (g: c d)";

// A small database as a run makes it, on a file system in memory where there is one, and a copy of
// it that an input changes.
class World {
 public:
  World() {
    std::string name = fs::exists("/dev/shm") ? "/dev/shm/fuzz-XXXXXX" : "/tmp/fuzz-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    whole_ = fs::path(name) / "whole.db";
    path = fs::path(name) / "workstream.db";
    const auto no_hash = [](const ws::Workstream&, const ws::Step&) { return std::uint64_t{1}; };
    const ws::test::Mini made = ws::test::mini(kPlan);
    auto recorder =
        ws::SqliteRecorder::open(whole_, {}, {}, ws::describe_nodes(made.plan(), no_hash),
                                 ws::describe_groups(made.plan(), no_hash));
    ws::Event event;
    event.seq = 1;
    ws::RunStarted started;
    started.run_id = "r1";
    started.workstream = "ws-a";
    started.workstreams = {"ws-a"};
    event.fact = started;
    if (!recorder || !(*recorder)->record({&event, 1})) std::abort();
    recorder->reset();
    open(whole_);
    run("INSERT INTO attempts (run, node, attempt, part, command, started_ns) "
        "VALUES (1, 1, 1, 0, 'x', 1);"
        "INSERT INTO acceptance VALUES (1, 3, 1, 1, 0, 1, '', 5);"
        "INSERT INTO outputs VALUES (1, 1, 'o', 1, '1', NULL);"
        "INSERT INTO compensations VALUES (1, 1, 1, 1, '', 5);"
        "INSERT INTO breakers VALUES (1, 1, 0, NULL, '', 0);"
        "INSERT INTO successes VALUES ('ws-a', 'a', 'd', 'k', 1, 1, 1, 5);");
    find_columns();
    close();
  }
  ~World() {
    std::error_code ignored;
    fs::remove_all(path.parent_path(), ignored);
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  void begin() {
    fs::copy_file(whole_, path, fs::copy_options::overwrite_existing);
    open(path);
    run("BEGIN");
  }
  void end() {
    run("COMMIT");
    close();
  }

  // A value is text, or "#" and a number, or "!" and bytes.
  void change(const std::string& sql, const std::vector<std::string_view>& values) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(connection_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) return;
    int position = 0;
    for (const std::string_view value : values) {
      ++position;
      const auto size = static_cast<int>(value.size());
      if (value.starts_with('#')) {
        const std::string digits(value.substr(1));
        sqlite3_bind_int64(statement, position, std::strtoll(digits.c_str(), nullptr, 10));
      } else if (value.starts_with('!')) {
        sqlite3_bind_blob(statement, position, value.data() + 1, size - 1, SQLITE_STATIC);
      } else {
        sqlite3_bind_text(statement, position, value.data(), size, SQLITE_STATIC);
      }
    }
    sqlite3_step(statement);
    sqlite3_finalize(statement);
  }

  fs::path path;
  std::vector<std::pair<std::string, std::string>> columns;  // table, column

 private:
  void run(const char* sql) { sqlite3_exec(connection_, sql, nullptr, nullptr, nullptr); }
  void open(const fs::path& file) {
    if (sqlite3_open(file.c_str(), &connection_) != SQLITE_OK) std::abort();
    run("PRAGMA synchronous = OFF");
  }
  void close() { sqlite3_close(connection_); }
  void find_columns() {
    sqlite3_stmt* query = nullptr;
    sqlite3_prepare_v2(
        connection_,
        "SELECT m.name, c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c "
        "WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND c.name <> 'run'",
        -1, &query, nullptr);
    const auto text = [&](int column) {
      return std::string(reinterpret_cast<const char*>(sqlite3_column_text(query, column)));
    };
    while (sqlite3_step(query) == SQLITE_ROW) columns.emplace_back(text(0), text(1));
    sqlite3_finalize(query);
  }

  fs::path whole_;
  sqlite3* connection_ = nullptr;
};

template <class T>
void answer(const ws::Result<T>& result) {
  if (result.has_error() && result.error().message.empty()) std::abort();
}

void read_all(const fs::path& path) {
  auto store = ws::RunStore::open(path, [](const ws::RunRow&) { return false; });
  answer(store);
  if (!store) return;
  answer(store->runs());
  answer(store->find("r"));
  answer(store->latest("ws-a"));
  answer(store->steps(1));
  answer(store->groups(1));
  answer(store->attempts(1));
  answer(store->acceptance(1));
  answer(store->outputs(1));
  answer(store->compensations(1));
  answer(store->breakers(1));
  answer(store->events(1));
  answer(store->log_error(1, {ws::NodeId(1U), 1, 0}));
  ws::test::Mini made = ws::test::mini(kPlan);
  answer(store->replay(1, made.plan()));
  auto retention = ws::Retention::open(path, ws::DatabaseAccess::read_only);
  answer(retention);
  if (!retention) return;
  answer(retention->needs());
  answer(retention->pending());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  static World world;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  // A fact alone: what is read is written as it was meant, or refused.
  {
    Cells cells(input);
    const std::string_view type = cells.next();
    const std::string_view body = cells.next();
    const auto fact = ws::decode(type, ws::NodeId(1U), body);
    answer(fact);
    if (fact) {
      const ws::StoredFact stored = ws::encode(*fact);
      const auto again = ws::decode(stored.type, stored.node, stored.body);
      if (!again || ws::encode(*again).body != stored.body) std::abort();
    }
    answer(ws::decode_texts(body));
  }
  Cells cells(input);
  world.begin();
  for (int rows = 0; !cells.is_empty() && rows < 8; ++rows) {
    const std::string_view what = cells.next();
    const std::string_view value = cells.next();
    if (what.starts_with('@')) {
      const auto& [table, column] = world.columns[number_of(what) % world.columns.size()];
      world.change(fmt::format("UPDATE OR IGNORE {} SET {} = ?1", table, column), {value});
    } else {
      world.change("INSERT INTO events SELECT 1, max(seq) + 1, 1, 1, ?1, ?2, ?3 FROM events",
                   {what, cells.next(), value});
    }
  }
  world.end();
  read_all(world.path);
  return 0;
}
