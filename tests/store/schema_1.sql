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
  accepted INTEGER,         -- failures that were declared acceptable
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
  event_version INTEGER NOT NULL
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
  -- One row per node of the run's graph, written when the run starts.
  run INTEGER NOT NULL,
  node INTEGER NOT NULL,
  workstream TEXT NOT NULL,
  step TEXT,                 -- NULL for what is no step
  kind TEXT NOT NULL,        -- step; acceptance: the workstream's own tests; begin, end: gates
  node_group INTEGER,        -- the group it belongs to; a gate: its own
  definition TEXT,           -- hash of what the file says, 16 hexadecimal digits; steps only
  state TEXT,                -- waiting, running, succeeded, noop, unverified, failed, timed_out,
                             -- cancelled, skipped, …; NULL for a begin gate: nothing happens to it
  is_accepted INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  started_ns INTEGER,        -- first attempt; NULL: nothing was started
  ended_ns INTEGER,
  why TEXT,                  -- of a failure or a skip
  cause_node INTEGER,        -- the step whose failure is the reason
  PRIMARY KEY (run, node)
) WITHOUT ROWID;
CREATE TABLE attempts (
  -- One row per process that was to be started.
  run INTEGER NOT NULL,
  node INTEGER NOT NULL,
  attempt INTEGER NOT NULL,  -- 1, 2, …
  part INTEGER NOT NULL,     -- 0: the command; k: acceptance test k
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
  FROM steps JOIN runs USING (run) WHERE kind IN ('step', 'acceptance');
PRAGMA application_id = 2003530612;
PRAGMA user_version = 1;
