#include "fixtures.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include "support/catch.h"

namespace ws::test {

namespace fs = std::filesystem;

WallTime start_of_time() {
  return WallTime(std::chrono::sys_days(std::chrono::year(2025) / 1 / 31) + std::chrono::hours(12));
}

const Event& EventStream::add(Fact fact) {
  const auto seconds = std::chrono::seconds(events_.size());
  events_.push_back(Event{events_.size() + 1, seconds, start_of_time() + seconds, std::move(fact)});
  return events_.back();
}

std::vector<NodeDescription> small_plan() {
  const GroupId group(0U);
  return {{"ws-a", "", 0, group, NodeKind::begin},
          {"ws-a", "a", 0xa1, group, NodeKind::step},
          {"ws-a", "b", 0xffffffffffffffffULL, group, NodeKind::step},
          {"ws-a", "", 0, group, NodeKind::acceptance},
          {"ws-a", "", 0, group, NodeKind::end}};
}

RunContext some_context() {
  RunContext context;
  context.holder = {4242, 123456789012ULL, "b7f1c0de-0000-4000-8000-000000000001", "host-1"};
  context.argv = {"workstream", "run", "it's \"quoted\"\n", "bad\xff"};
  context.cwd = "/tmp/somewhere";
  context.files = {"workstreams/a.json"};
  context.program_version = "0.1.0";
  return context;
}

RunStarted started(std::string run_id, std::string workstream) {
  RunStarted fact;
  fact.run_id = std::move(run_id);
  fact.workstream = workstream;
  fact.workstreams = {std::move(workstream)};
  fact.max_workers = 4;
  fact.seed = 0xfedcba9876543210ULL;
  fact.steps = 3;
  return fact;
}

void add_whole_run(EventStream& stream, const std::string& run_id) {
  const NodeId a(1U);
  const NodeId b(2U);
  stream.add(started(run_id));
  stream.add(AttemptStarted{{a, 1, 0}, "true"});
  stream.add(AttemptRunning{{a, 1, 0}, {100, 7}});
  stream.add(AttemptStarted{{b, 1, 0}, "exit 3"});
  stream.add(AttemptFinished{{a, 1, 0}, Exited{0}, true, "", std::chrono::milliseconds(2500), {}});
  stream.add(AcceptanceFinished{a, 1, 1, false, true, ""});
  stream.add(StepFinished{a, StepState::succeeded, "", false});
  AttemptFacts facts;
  facts.output_bytes = 12;
  facts.log = "steps/b/1/out.log";
  facts.user_time = std::chrono::milliseconds(3);
  facts.system_time = std::chrono::milliseconds(4);
  facts.max_rss_kib = 2048;
  facts.log_error = "cannot write it";
  stream.add(
      AttemptFinished{{b, 1, 0}, Exited{3}, false, "exit 3", std::chrono::seconds(4), facts});
  stream.add(StepFinished{b, StepState::failed, "exit 3", false});
  stream.add(StepSkipped{NodeId(3U), b, "dep:b failed"});
  stream.add(GroupJoined{GroupId(0U), StepState::failed, b});
  stream.add(RunFinished{RunStatus::failed, std::chrono::seconds(11), 2});
}

std::unique_ptr<SqliteRecorder> recorder_at(const fs::path& path, const StoreOptions& options) {
  auto recorder = SqliteRecorder::open(path, options, some_context(), small_plan());
  INFO((recorder ? "" : recorder.error().message));
  REQUIRE(recorder.has_value());
  return std::move(*recorder);
}

RunStore store_at(const fs::path& path, bool is_alive) {
  auto store = RunStore::open(path, [is_alive](const RunRow&) { return is_alive; });
  INFO((store ? "" : store.error().message));
  REQUIRE(store.has_value());
  return std::move(*store);
}

void record_all(const fs::path& path, const EventStream& stream) {
  const auto done = recorder_at(path)->record(stream.all());
  INFO((done ? "" : done.error().message));
  REQUIRE(done.has_value());
}

void record_whole_run(const std::filesystem::path& path, const std::string& run_id) {
  EventStream stream;
  add_whole_run(stream, run_id);
  record_all(path, stream);
}

// --- dump

namespace {

std::string hex(std::string_view text) {
  std::string digits = "'";
  for (const char c : text) digits += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return digits;
}

std::string hex(const std::vector<std::string>& texts) {
  std::string all = "[";
  for (const std::string& text : texts) all += hex(text) + ",";
  return all + "]";
}

std::string show(const AttemptKey& key) {
  return fmt::format("{}#{}.{}", key.node.value, key.attempt, key.part);
}

struct ShowOutcome {
  std::string operator()(const Exited& o) const { return fmt::format("exited {}", o.code); }
  std::string operator()(const Signaled& o) const {
    return fmt::format("signaled {} {}", o.signal, o.core_dumped);
  }
  std::string operator()(const TimedOut& o) const {
    return fmt::format("timed out {}", o.limit.count());
  }
  std::string operator()(const Cancelled&) const { return "cancelled"; }
  std::string operator()(const SpawnFailed& o) const { return "spawn failed " + hex(o.error); }
  std::string operator()(const RateLimited& o) const {
    return fmt::format("rate limited {}", o.until.time_since_epoch().count());
  }
  std::string operator()(const Lost& o) const { return "lost " + hex(o.why); }
};

struct ShowFact {
  std::string operator()(const OutputsCollected& f) const {
    std::string all = fmt::format("{} {}", f.node.value, f.attempt);
    for (const NamedValue& value : f.values)
      all += hex(value.name) + hex(value.json) + hex(value.file);
    return all;
  }
  std::string operator()(const RetryScheduled& f) const {
    return fmt::format("{} {} {} {} {}", f.node.value, f.attempt, f.due.count(), hex(f.why),
                       f.is_probe);
  }
  std::string operator()(const BreakerOpened& f) const {
    return fmt::format("{} {} {} {}", f.scope.value, f.cause.value, hex(f.why), f.until.count());
  }
  std::string operator()(const BreakerClosed& f) const { return std::to_string(f.scope.value); }
  std::string operator()(const GroupBegan& f) const { return std::to_string(f.group.value); }
  std::string operator()(const FanOutExpanded& f) const {
    return fmt::format("{} {}", f.group.value, hex(f.items));
  }
  std::string operator()(const GroupDecided& f) const {
    return fmt::format("{} {} {} {}", f.group.value, name(f.state), f.cause.value, hex(f.why));
  }
  std::string operator()(const GroupRestarted& f) const {
    return fmt::format("{} {} {} {}", f.group.value, f.round, f.due.count(), hex(f.why));
  }
  std::string operator()(const RunPaused& f) const {
    return fmt::format("{} {} {}", f.until.count(), hex(f.why), f.is_draining);
  }
  std::string operator()(const RunResumed&) const { return {}; }
  std::string operator()(const WorkersChanged& f) const {
    return fmt::format("{} {}", f.workers, hex(f.why));
  }
  std::string operator()(const AttemptsResumed& f) const {
    return fmt::format("{} {} {}", f.node.value, f.attempts, hex(f.why));
  }
  std::string operator()(const RoundResumed& f) const {
    return fmt::format("{} {}", f.group.value, f.round);
  }
  std::string operator()(const RollbackStarted& f) const {
    return fmt::format("{} {}", f.steps, f.cause.value);
  }
  std::string operator()(const CompensationFinished& f) const {
    return fmt::format("{} {} {} {}", f.node.value, f.part, f.is_success, hex(f.why));
  }
  std::string operator()(const RunStarted& f) const {
    return fmt::format("{} {} {} {} {} {} {} {} {}", hex(f.run_id), hex(f.workstream),
                       hex(f.workstreams), f.max_workers, f.is_sequential, f.is_dry, f.seed,
                       f.steps, hex(f.resumes));
  }
  std::string operator()(const AttemptStarted& f) const { return show(f.key) + hex(f.command); }
  std::string operator()(const AttemptRunning& f) const {
    return fmt::format("{} {} {}", show(f.key), f.process.pid, f.process.start_ticks);
  }
  std::string operator()(const AttemptStopping& f) const {
    return fmt::format("{} {}", show(f.key), name(f.why));
  }
  std::string operator()(const AttemptFinished& f) const {
    return fmt::format("{} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {}", show(f.key),
                       std::visit(ShowOutcome{}, f.outcome), f.is_success, hex(f.why),
                       f.duration.count(), f.facts.output_bytes, hex(f.facts.log),
                       hex(f.facts.missing_output), hex(f.facts.forbidden_output),
                       f.facts.user_time.count(), f.facts.system_time.count(), f.facts.max_rss_kib,
                       hex(f.facts.log_error), hex(f.facts.missing_files), hex(f.facts.broken_rule),
                       hex(f.facts.undeclared_files), hex(f.facts.uncreated_files),
                       f.facts.signature, f.facts.is_retryable, f.facts.is_unchanged);
  }
  std::string operator()(const AcceptanceFinished& f) const {
    return fmt::format("{} {} {} {} {} {}", f.node.value, f.attempt, f.test, f.is_manual,
                       f.is_success, hex(f.why));
  }
  std::string operator()(const StepFinished& f) const {
    return fmt::format("{} {} {} {} {} {} {}", f.node.value, name(f.state), hex(f.why),
                       f.is_accepted, hex(f.key), hex(f.restored_from), f.is_unwanted);
  }
  std::string operator()(const StepSkipped& f) const {
    return fmt::format("{} {} {}", f.node.value, f.cause.value, hex(f.why));
  }
  std::string operator()(const GroupJoined& f) const {
    return fmt::format("{} {} {}", f.group.value, name(f.state), f.cause.value);
  }
  std::string operator()(const StopRequested& f) const {
    return fmt::format("{} {}", name(f.why), f.cause.value);
  }
  std::string operator()(const RunFinished& f) const {
    return fmt::format("{} {} {}", name(f.status), f.duration.count(), f.peak);
  }
};

}  // namespace

std::string dump(const Fact& fact) {
  return fmt::format("{} {}", name(fact), std::visit(ShowFact{}, fact));
}

std::string sql(const fs::path& path, const std::string& query) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
  std::string lines;
  const auto add = [](void* out, int columns, char** values, char**) {
    auto& text = *static_cast<std::string*>(out);
    for (int i = 0; i < columns; ++i) {
      if (i > 0) text += '|';
      text += values[i] == nullptr ? "" : values[i];
    }
    text += '\n';
    return 0;
  };
  char* problem = nullptr;
  const int code = sqlite3_exec(database, query.c_str(), add, &lines, &problem);
  INFO((problem == nullptr ? "" : problem));
  CHECK(code == SQLITE_OK);
  sqlite3_free(problem);
  sqlite3_close(database);
  return lines;
}

}  // namespace ws::test
