// What keeping events costs: microseconds per event in transactions of 1, 4 (a step) and 50 events,
// and the rows of a run of 100,000 steps. Built in Release only; run by hand: store_bench
// [DIRECTORY].
#include <chrono>
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "store/run_store.h"
#include "store/sqlite_recorder.h"
#include "support/temp_dir.h"

namespace {

using namespace ws;
using Clock = std::chrono::steady_clock;

double microseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

[[noreturn]] void give_up(const Error& error) {
  fmt::print(stderr, "store_bench: {}\n", error.message);
  std::exit(1);
}

// The four events of a step without tests, as a local run makes them.
std::vector<Event> events_of_steps(std::uint32_t steps) {
  std::vector<Event> events;
  RunStarted start;
  start.run_id = "bench";
  start.workstream = "ws-bench";
  start.steps = steps;
  const auto add = [&](Fact fact) {
    events.push_back(Event{events.size() + 1, std::chrono::microseconds(20) * events.size(),
                           WallTime(std::chrono::seconds(1738324800)), std::move(fact)});
  };
  add(start);
  for (std::uint32_t i = 0; i < steps; ++i) {
    const AttemptKey key{NodeId(i), 1, 0};
    add(AttemptStarted{key, fmt::format("python3 tools/build.py --target part_{}", i)});
    add(AttemptRunning{key, {1000 + i, 987654321ULL + i}});
    AttemptFinished finished{key, Exited{0}, true, "", std::chrono::milliseconds(12), {}};
    finished.facts.user_time = std::chrono::milliseconds(8);
    finished.facts.system_time = std::chrono::milliseconds(3);
    finished.facts.max_rss_kib = 9000;
    add(finished);
    add(StepFinished{NodeId(i), StepState::succeeded, "", false});
  }
  return events;
}

std::vector<NodeDescription> nodes_of_steps(const std::vector<std::string>& names) {
  std::vector<NodeDescription> nodes;
  for (const std::string& name : names) {
    nodes.push_back(
        {"ws-bench", name, std::hash<std::string>{}(name), GroupId(0U), NodeKind::step});
  }
  return nodes;
}

std::vector<std::string> step_names(std::uint32_t steps) {
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < steps; ++i) names.push_back(fmt::format("compile_part_{:06}", i));
  return names;
}

void bench_batches(const std::filesystem::path& directory, std::size_t batch) {
  constexpr std::uint32_t kSteps = 25000;
  const auto names = step_names(kSteps);
  const auto events = events_of_steps(kSteps);
  auto recorder = SqliteRecorder::open(directory / fmt::format("batch-{}.db", batch), {}, {},
                                       nodes_of_steps(names));
  if (!recorder) give_up(recorder.error());
  std::span<const Event> rest = events;
  if (auto done = (*recorder)->record(rest.first(1)); !done) give_up(done.error());
  rest = rest.subspan(1);
  const auto start = Clock::now();
  std::size_t transactions = 0;
  while (!rest.empty()) {
    const std::size_t size = std::min(batch, rest.size());
    if (auto done = (*recorder)->record(rest.first(size)); !done) give_up(done.error());
    rest = rest.subspan(size);
    ++transactions;
  }
  const double spent = microseconds_since(start);
  fmt::print("{:>4} events a transaction: {:6.2f} us an event, {:7.2f} us a transaction\n", batch,
             spent / static_cast<double>(events.size() - 1),
             spent / static_cast<double>(transactions));
}

void bench_begin(const std::filesystem::path& directory) {
  constexpr std::uint32_t kSteps = 100000;
  const auto names = step_names(kSteps);
  auto recorder = SqliteRecorder::open(directory / "begin.db", {}, {}, nodes_of_steps(names));
  if (!recorder) give_up(recorder.error());
  const auto events = events_of_steps(kSteps);
  const auto start = Clock::now();
  if (auto done = (*recorder)->record(std::span(events).first(1)); !done) give_up(done.error());
  fmt::print("rows of {} steps: {:.0f} ms\n", kSteps, microseconds_since(start) / 1000);
}

void bench_reading(const std::filesystem::path& directory) {
  auto store = RunStore::open(directory / "batch-50.db", [](const RunRow&) { return true; });
  if (!store) give_up(store.error());
  auto start = Clock::now();
  const auto steps = store->steps(1);
  if (!steps) give_up(steps.error());
  fmt::print("reading {} steps: {:.0f} ms\n", steps->size(), microseconds_since(start) / 1000);
  start = Clock::now();
  std::size_t count = 0;
  const auto done = store->for_each_event(1, 0, [&](const Event&) -> Result<void> {
    ++count;
    return {};
  });
  if (!done) give_up(done.error());
  fmt::print("reading {} events: {:.2f} us each\n", count,
             microseconds_since(start) / static_cast<double>(count));
}

}  // namespace

int main(int argc, char** argv) {
  const ws::test::TempDir temp;
  const std::filesystem::path directory = argc > 1 ? std::filesystem::path(argv[1]) : temp.path();
  for (const std::size_t batch : {1U, 4U, 5U, 50U}) bench_batches(directory, batch);
  bench_begin(directory);
  bench_reading(directory);
  return 0;
}
