// What the store's tests share: a small plan as the store sees it, streams of events without an
// engine, and random facts.
#pragma once

#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "store/run_store.h"
#include "store/sqlite_recorder.h"

namespace ws::test {

// Numbers events and moves the clock: one second of wall and monotonic time each.
class EventStream {
 public:
  const Event& add(Fact fact);
  [[nodiscard]] std::span<const Event> all() const { return events_; }
  [[nodiscard]] std::span<const Event> from(std::size_t index) const {
    return std::span(events_).subspan(index);
  }
  [[nodiscard]] std::span<const Event> last() const { return from(events_.size() - 1); }

 private:
  std::vector<Event> events_;
};

[[nodiscard]] WallTime start_of_time();  // when every stream's first event happened

// Nodes 0 begin, 1 step "a", 2 step "b", 3 acceptance, 4 end of workstream "ws-a" (group 0).
[[nodiscard]] std::vector<NodeDescription> small_plan();
[[nodiscard]] RunContext some_context();
[[nodiscard]] RunStarted started(std::string run_id, std::string workstream = "ws-a");
// Starts "a" and "b"; "a" succeeds, "b" fails with exit 3; the run fails.
void add_whole_run(EventStream& stream, const std::string& run_id);

[[nodiscard]] std::unique_ptr<SqliteRecorder> recorder_at(const std::filesystem::path& path,
                                                          const StoreOptions& options = {});
[[nodiscard]] RunStore store_at(const std::filesystem::path& path, bool is_alive = true);
// Opens a recorder and keeps the events in one call; requires success.
void record_all(const std::filesystem::path& path, const EventStream& stream);
void record_whole_run(const std::filesystem::path& path, const std::string& run_id);

using Random = std::mt19937_64;
// Quotes, newlines, NUL, broken UTF-8, emoji, long and empty ones.
[[nodiscard]] std::string random_text(Random& random);
[[nodiscard]] Fact random_fact(Random& random);

// Every member of the fact, texts in hexadecimal: equal exactly when the facts are.
[[nodiscard]] std::string dump(const Fact& fact);

// Runs SQL; the answer is like the sqlite3 program prints it: columns by '|', a line per row.
std::string sql(const std::filesystem::path& path, const std::string& query);

}  // namespace ws::test
