#include "store/tables.h"

namespace ws::store {
namespace {

// Tables that came with schema 2; both a new database and an older one get them.
constexpr std::string_view kSince2 = R"sql(
CREATE TABLE groups (
  -- One row per group of the run's graph: workstreams, step groups, phases, and steps with for_each.
  run INTEGER NOT NULL,
  node_group INTEGER NOT NULL,  -- steps.node_group
  parent INTEGER,               -- the group around it; NULL: a workstream's own
  workstream TEXT NOT NULL,
  name TEXT NOT NULL,           -- as written; of the workstream for its own group
  role TEXT NOT NULL,           -- workstream, group, body (inside one with catch or finally), fan_out
  rule TEXT NOT NULL,           -- for people: 'join first, losers cancelled'; empty: the usual one
  end_node INTEGER NOT NULL,    -- its end gate: steps.node
  members INTEGER NOT NULL,
  state TEXT NOT NULL,          -- waiting, running, succeeded, failed, timed_out, cancelled, skipped
  round INTEGER NOT NULL DEFAULT 1,
  decided_ns INTEGER,           -- when its verdict was known before its last member ended
  decision TEXT,                -- that verdict
  why TEXT,
  cause_node INTEGER,           -- the member that decided it, or whose failure is the reason
  restart_due_ns INTEGER,       -- the next round; else NULL
  joined_ns INTEGER,
  is_accepted INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (run, node_group)
) WITHOUT ROWID;
CREATE TABLE outputs (
  -- What steps handed on; of the last attempt that succeeded.
  run INTEGER NOT NULL,
  node INTEGER NOT NULL,
  name TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  json TEXT,                 -- the value; NULL: it is in the file
  file TEXT,
  PRIMARY KEY (run, node, name)
) WITHOUT ROWID;
CREATE TABLE compensations (
  -- One row per thing that was undone, or was to be: the last result of each.
  run INTEGER NOT NULL,
  node INTEGER NOT NULL,     -- the step, or a workstream's end gate for its own actions
  part INTEGER NOT NULL,     -- attempts.part
  is_success INTEGER NOT NULL,
  why TEXT NOT NULL,
  at_ns INTEGER NOT NULL,
  PRIMARY KEY (run, node, part)
) WITHOUT ROWID;
CREATE TABLE breakers (
  -- One row per circuit breaker that ever opened.
  run INTEGER NOT NULL,
  scope_node INTEGER NOT NULL,  -- the step, or the end gate of the phase or workstream it guards
  is_open INTEGER NOT NULL,
  cause_node INTEGER,           -- the step whose failure opened it
  why TEXT NOT NULL,
  until_ns INTEGER NOT NULL,    -- 0: it stays open
  PRIMARY KEY (run, scope_node)
) WITHOUT ROWID;
)sql";

// The same of schema 3.
constexpr std::string_view kSince3 = R"sql(
CREATE TABLE successes (
  -- What steps with an idempotency_key did, so that a later run need not do it again: the newest
  -- success of each key. What was undone is not here any more.
  workstream TEXT NOT NULL,
  step TEXT NOT NULL,        -- of an item of a for_each without its number
  definition TEXT NOT NULL,  -- steps.definition
  key TEXT NOT NULL,         -- the text; of an item of a for_each the item (JSON) and a space before
  run INTEGER NOT NULL,
  node INTEGER NOT NULL,
  attempt INTEGER NOT NULL,  -- outputs.attempt
  done_us INTEGER NOT NULL,
  PRIMARY KEY (workstream, step, definition, key)
) WITHOUT ROWID;
CREATE INDEX successes_by_run ON successes (run, node);
)sql";

// Times: *_us is wall time in microseconds since 1970 (UTC); *_ns is monotonic, in nanoseconds
// since the run started (duration_ns: a length). The comments inside the statements stay in the
// file.
constexpr std::string_view kSince1 = R"sql(
CREATE TABLE runs (
  -- One row per run. All tables but this one are a run's own and joined by `run`.
  -- *_us: wall time, microseconds since 1970 UTC, e.g. datetime(started_us / 1e6, 'unixepoch').
  -- *_ns: nanoseconds since the run's start (monotonic clock); duration_ns: a length.
  run INTEGER PRIMARY KEY AUTOINCREMENT,  -- order of starting; never used again
  id TEXT NOT NULL UNIQUE,                -- what people call it: 20250131-235959-k3xv
  workstream TEXT NOT NULL,               -- home: its directory holds the run's log and result
  status TEXT NOT NULL,     -- running, succeeded, completed_with_errors, failed, timed_out, cancelled,
                            -- rolled_back, partially_rolled_back. 'running' while its process is
                            -- gone means that it crashed
  started_us INTEGER NOT NULL,
  ended_us INTEGER,         -- NULL until the end, like all that follow down to `accepted`
  duration_ns INTEGER,
  peak INTEGER,             -- most steps at once, measured
  succeeded INTEGER,        -- steps and acceptance nodes by state: noop and unverified included
  unverified INTEGER,
  failed INTEGER,           -- timed_out included
  timed_out INTEGER,
  cancelled INTEGER,
  skipped INTEGER,
  accepted INTEGER,         -- of the failed: declared acceptable
  stop TEXT,                -- why it was asked to stop: interrupted, fail_fast, …; NULL: never
  stop_node INTEGER,        -- the step that was the reason
  step_count INTEGER NOT NULL,
  max_workers INTEGER NOT NULL,
  is_sequential INTEGER NOT NULL,
  is_dry INTEGER NOT NULL,
  seed INTEGER NOT NULL,    -- unsigned 64 bits, kept as signed
  pid INTEGER NOT NULL,     -- the process that holds the run
  start_ticks INTEGER NOT NULL,  -- its start, field 22 of /proc/PID/stat: a pid is used again
  boot_id TEXT NOT NULL,
  host TEXT NOT NULL,
  argv TEXT NOT NULL,       -- JSON array
  cwd TEXT NOT NULL,
  files TEXT NOT NULL,      -- JSON array of the workstream files that were read
  program_version TEXT NOT NULL,
  event_version INTEGER NOT NULL,
  workers INTEGER,          -- the worker limit, once it was changed while running
  paused_until_ns INTEGER,  -- nothing starts before; 0: until it is resumed; NULL: not paused
  pause_why TEXT,
  rollback_steps INTEGER,   -- steps that were to be undone; NULL: no rollback
  rollback_cause INTEGER,   -- the step that was the reason
  resumes TEXT              -- JSON array: ids of the earlier runs whose work it goes on with; NULL: none
);
CREATE TABLE run_workstreams (
  -- Which workstreams a run holds.
  workstream TEXT NOT NULL,
  run INTEGER NOT NULL,
  position INTEGER NOT NULL,  -- load order
  PRIMARY KEY (workstream, run)
) WITHOUT ROWID;
CREATE TABLE events (
  -- The truth: what happened, in order, never changed. steps, attempts and acceptance are readings
  -- of it, kept in the same transaction.
  run INTEGER NOT NULL,
  seq INTEGER NOT NULL,      -- 1, 2, 3, … without gaps
  at_ns INTEGER NOT NULL,
  wall_us INTEGER NOT NULL,
  type TEXT NOT NULL,        -- run_started, attempt_started, …
  node INTEGER,              -- the step it is about: steps.node
  body TEXT NOT NULL,        -- JSON object. Text that is not UTF-8 is {"hex": "…"}
  PRIMARY KEY (run, seq)
) WITHOUT ROWID;
CREATE TABLE steps (
  -- One row per node of the run's graph, written when the run starts, or when it finds the items of
  -- a step with for_each.
  run INTEGER NOT NULL,
  node INTEGER NOT NULL,
  workstream TEXT NOT NULL,
  step TEXT,                 -- NULL for what is no step
  kind TEXT NOT NULL,        -- step; acceptance: the workstream's own tests; preflight: its checks
                             -- before all steps; begin, end: gates
  node_group INTEGER,        -- the group it belongs to; a gate: its own
  definition TEXT,           -- hash of what the file says, 16 hexadecimal digits; steps only
  state TEXT,                -- waiting, running, backing_off, succeeded, noop, unverified, failed,
                             -- timed_out, cancelled, skipped, compensated; NULL for a begin gate: nothing happens to it
  is_accepted INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  started_ns INTEGER,        -- first attempt; NULL: nothing was started
  ended_ns INTEGER,
  why TEXT,                  -- of a failure or a skip
  cause_node INTEGER,        -- the step whose failure is the reason
  item INTEGER,              -- of a step with for_each: which of its items
  max_attempts INTEGER,      -- tries it may have; NULL: one
  retry_due_ns INTEGER,      -- backing_off: when the next attempt may start; else NULL
  parts TEXT,                -- hashes of the parts of its definition: 'do:1f0c55aa env:…'; what resume
                             -- compares. Of a begin gate of a for_each that of its items
  item_key TEXT,             -- of an item of a for_each: hash of the item, 16 hexadecimal digits
  restored_from TEXT,        -- the earlier run that did it; NULL: this one
  PRIMARY KEY (run, node)
) WITHOUT ROWID;
CREATE TABLE attempts (
  -- One row per process that was to be started.
  run INTEGER NOT NULL,
  node INTEGER NOT NULL,
  attempt INTEGER NOT NULL,  -- 1, 2, …
  part INTEGER NOT NULL,     -- 0: the command; k: acceptance test k; from 1000000000 on: what
                             -- undoes it; 2000000000: what finds the items of a for_each
  command TEXT NOT NULL,
  started_ns INTEGER NOT NULL,  -- intent: before the process was made
  pid INTEGER,
  start_ticks INTEGER,
  stopping TEXT,             -- why it was asked to end: timeout, interrupted, …
  ended_ns INTEGER,          -- NULL: under way, or lost with its scheduler
  duration_ns INTEGER,
  outcome TEXT,              -- exited, signaled, timed_out, cancelled, spawn_failed, rate_limited, lost
  outcome_value INTEGER,     -- exited: code; signaled: signal; timed_out: limit in ns;
                             -- rate_limited: until, ns since 1970
  outcome_text TEXT,         -- spawn_failed, lost: why; signaled: 'core dumped'
  is_success INTEGER,        -- by the success rule, not only the exit code
  why TEXT,
  log TEXT,                  -- path of the output; empty: it was silent
  output_bytes INTEGER,
  user_ns INTEGER,           -- processor time
  system_ns INTEGER,
  max_rss_kib INTEGER,
  PRIMARY KEY (run, node, attempt, part)
) WITHOUT ROWID;
CREATE TABLE acceptance (
  -- One row per result of an acceptance test.
  run INTEGER NOT NULL,
  node INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  test INTEGER NOT NULL,     -- 1, 2, …: attempts.part
  is_manual INTEGER NOT NULL,  -- prose: nothing ran
  is_success INTEGER NOT NULL,
  why TEXT NOT NULL,
  at_ns INTEGER NOT NULL,
  PRIMARY KEY (run, node, attempt, test)
) WITHOUT ROWID;
CREATE VIEW run_history AS
  -- For people: newest first.
  SELECT id, workstream, status, datetime(started_us / 1000000, 'unixepoch') AS started_utc,
         round(duration_ns / 1e9, 3) AS seconds, step_count AS steps, succeeded, failed, skipped
  FROM runs ORDER BY run DESC;
CREATE VIEW step_history AS
  -- For people: SELECT * FROM step_history WHERE run_id = '…' AND state = 'failed'.
  SELECT runs.id AS run_id, steps.workstream, coalesce(step, kind) AS step, state, attempts,
         datetime((started_us + started_ns / 1000) / 1000000, 'unixepoch') AS started_utc,
         round((ended_ns - started_ns) / 1e9, 3) AS seconds, why
  FROM steps JOIN runs USING (run) WHERE kind IN ('step', 'acceptance', 'preflight');
)sql";

// Only columns and tables that are new: what an older program writes meanwhile stays right.
constexpr std::string_view kFrom1To2 = R"sql(
ALTER TABLE runs ADD COLUMN workers INTEGER;
ALTER TABLE runs ADD COLUMN paused_until_ns INTEGER;
ALTER TABLE runs ADD COLUMN pause_why TEXT;
ALTER TABLE runs ADD COLUMN rollback_steps INTEGER;
ALTER TABLE runs ADD COLUMN rollback_cause INTEGER;
ALTER TABLE steps ADD COLUMN item INTEGER;
ALTER TABLE steps ADD COLUMN max_attempts INTEGER;
ALTER TABLE steps ADD COLUMN retry_due_ns INTEGER;
)sql";

constexpr std::string_view kFrom3To4 = R"sql(
ALTER TABLE runs ADD COLUMN resumes TEXT;
ALTER TABLE steps ADD COLUMN parts TEXT;
ALTER TABLE steps ADD COLUMN item_key TEXT;
ALTER TABLE steps ADD COLUMN restored_from TEXT;
)sql";

// A reader must not write: it sees the older tables through views of its own connection that have
// the new columns, empty.
constexpr std::string_view kSeen1As2 = R"sql(
CREATE TEMP VIEW runs AS SELECT *, NULL AS workers, NULL AS paused_until_ns, NULL AS pause_why, NULL AS rollback_steps, NULL AS rollback_cause,
  NULL AS resumes FROM main.runs;
CREATE TEMP VIEW steps AS SELECT *, NULL AS item, NULL AS max_attempts, NULL AS retry_due_ns, NULL AS parts, NULL AS item_key,
  NULL AS restored_from FROM main.steps;
CREATE TEMP TABLE groups (run, node_group, parent, workstream, name, role, rule, end_node, members,
  state, round, decided_ns, decision, why, cause_node, restart_due_ns, joined_ns, is_accepted);
CREATE TEMP TABLE outputs (run, node, name, attempt, json, file);
CREATE TEMP TABLE compensations (run, node, part, is_success, why, at_ns);
CREATE TEMP TABLE breakers (run, scope_node, is_open, cause_node, why, until_ns);
)sql";
constexpr std::string_view kSeen3As4 = R"sql(
CREATE TEMP VIEW runs AS SELECT *, NULL AS resumes FROM main.runs;
CREATE TEMP VIEW steps AS SELECT *, NULL AS parts, NULL AS item_key, NULL AS restored_from FROM main.steps;
)sql";
constexpr std::string_view kSeen2As3 = R"sql(
CREATE TEMP TABLE successes (workstream, step, definition, key, run, node, attempt, done_us);
)sql";

}  // namespace

std::string all_tables() {
  return std::string(kSince1) + std::string(kSince2) + std::string(kSince3);
}
std::string upgrade_from(std::int64_t version) {
  std::string statements;
  if (version < 2) statements = std::string(kFrom1To2) + std::string(kSince2);
  if (version < 3) statements += kSince3;
  return statements + std::string(kFrom3To4);
}
std::string views_over(std::int64_t version) {
  std::string statements(version < 2 ? kSeen1As2 : kSeen3As4);
  if (version < 3) statements += kSeen2As3;
  return statements;
}

}  // namespace ws::store
