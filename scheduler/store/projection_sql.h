// The statements of the projection, by name: what keeps the tables people read in step.
//
// Knows the tables (tables.cpp) and nothing of when a statement runs. Used only by projection.cpp.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "store/projection.h"

namespace ws {

enum StatementName : std::size_t {
  kFindRun,
  kInsertRun,
  kInsertWorkstream,
  kInsertNode,
  kStepRunning,
  kStepSettled,
  kInsertAttempt,
  kAttemptRunning,
  kAttemptStopping,
  kAttemptEnded,
  kInsertAcceptance,
  kRunStopping,
  kRunEnded,
  kCount,
  kInsertGroup,
  kBackOff,
  kInsertOutput,
  kGroupState,
  kGroupDecided,
  kGroupMembers,
  kGroupRestarted,
  kMembersRestarted,
  kInnerRestarted,
  kBreakerOpened,
  kBreakerClosed,
  kRunPaused,
  kRunWorkers,
  kRollback,
  kCompensation,
  kCompensated,
  kRemember,
  kForget,
  kRestored,
  kAttemptsResumed,
  kRoundResumed,
  kStatementCount
};

inline constexpr std::array<std::string_view, kStatementCount> kSql = {
    "SELECT 1 FROM runs WHERE id = ?1",
    "INSERT INTO runs (id, workstream, status, started_us, step_count, max_workers, is_sequential, "
    "is_dry, seed, pid, start_ticks, boot_id, host, argv, cwd, files, program_version, "
    "event_version, resumes) VALUES (?1, ?2, 'running', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
    "?12, ?13, ?14, ?15, ?16, ?17, ?18)",
    "INSERT OR IGNORE INTO run_workstreams (workstream, run, position) VALUES (?1, ?2, ?3)",
    "INSERT INTO steps (run, node, workstream, step, kind, node_group, definition, state, item, "
    "max_attempts, parts, item_key) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    "UPDATE steps SET state = 'running', attempts = max(attempts, ?3), "
    "started_ns = coalesce(started_ns, ?4), retry_due_ns = NULL, why = NULL "
    "WHERE run = ?1 AND node = ?2",
    "UPDATE steps SET state = ?3, ended_ns = ?4, why = ?5, cause_node = ?6, is_accepted = ?7, "
    "retry_due_ns = NULL, restored_from = NULL WHERE run = ?1 AND node = ?2",
    "INSERT INTO attempts (run, node, attempt, part, command, started_ns) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    "UPDATE attempts SET pid = ?5, start_ticks = ?6 "
    "WHERE run = ?1 AND node = ?2 AND attempt = ?3 AND part = ?4",
    "UPDATE attempts SET stopping = coalesce(stopping, ?5) "
    "WHERE run = ?1 AND node = ?2 AND attempt = ?3 AND part = ?4",
    "UPDATE attempts SET ended_ns = ?5, duration_ns = ?6, outcome = ?7, outcome_value = ?8, "
    "outcome_text = ?9, is_success = ?10, why = ?11, log = ?12, output_bytes = ?13, user_ns = ?14, "
    "system_ns = ?15, max_rss_kib = ?16 WHERE run = ?1 AND node = ?2 AND attempt = ?3 AND part = "
    "?4",
    "INSERT OR REPLACE INTO acceptance (run, node, attempt, test, is_manual, is_success, why, "
    "at_ns) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    // As RunState does: the first reason stays, unless a person's wish outweighs our own.
    "UPDATE runs SET stop = ?2, stop_node = ?3 WHERE run = ?1 AND (stop IS NULL OR "
    "(?2 IN ('interrupted', 'terminated', 'hang_up') AND "
    "stop NOT IN ('interrupted', 'terminated', 'hang_up')))",
    "UPDATE runs SET status = ?2, ended_us = ?3, duration_ns = ?4, peak = ?5, succeeded = ?6, "
    "unverified = ?7, failed = ?8, timed_out = ?9, cancelled = ?10, skipped = ?11, accepted = ?12 "
    "WHERE run = ?1",
    kCountStates,
    "INSERT INTO groups (run, node_group, parent, workstream, name, role, rule, end_node, members, "
    "state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'waiting')",
    "UPDATE steps SET state = 'backing_off', retry_due_ns = ?3, why = ?4 "
    "WHERE run = ?1 AND node = ?2",
    "INSERT OR REPLACE INTO outputs (run, node, attempt, name, json, file) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    "UPDATE groups SET state = ?3, joined_ns = ?4, why = coalesce(why, ?5), "
    "cause_node = coalesce(cause_node, ?6), is_accepted = ?7, restart_due_ns = NULL "
    "WHERE run = ?1 AND node_group = ?2",
    "UPDATE groups SET decision = ?3, decided_ns = ?4, why = ?5, cause_node = ?6 "
    "WHERE run = ?1 AND node_group = ?2",
    "UPDATE groups SET state = ?3, members = ?4 WHERE run = ?1 AND node_group = ?2",
    "UPDATE groups SET round = ?3, restart_due_ns = ?4, why = ?5 "
    "WHERE run = ?1 AND node_group = ?2",
    // All that is inside, however deep, waits again; what it ran is still counted.
    "WITH RECURSIVE inner_groups(id) AS (SELECT ?2 UNION ALL SELECT node_group FROM groups JOIN "
    "inner_groups ON parent = id WHERE run = ?1) "
    "UPDATE steps SET state = CASE kind WHEN 'begin' THEN NULL ELSE 'waiting' END, ended_ns = "
    "NULL, "
    "why = NULL, cause_node = NULL, is_accepted = 0, retry_due_ns = NULL "
    "WHERE run = ?1 AND node_group IN (SELECT id FROM inner_groups)",
    "WITH RECURSIVE inner_groups(id) AS (SELECT ?2 UNION ALL SELECT node_group FROM groups JOIN "
    "inner_groups ON parent = id WHERE run = ?1) "
    "UPDATE groups SET state = 'waiting', decision = NULL, decided_ns = NULL, why = NULL, "
    "cause_node = NULL, joined_ns = NULL, is_accepted = 0 "
    "WHERE run = ?1 AND node_group IN (SELECT id FROM inner_groups)",
    "INSERT OR REPLACE INTO breakers (run, scope_node, is_open, cause_node, why, until_ns) "
    "VALUES (?1, ?2, 1, ?3, ?4, ?5)",
    "UPDATE breakers SET is_open = 0 WHERE run = ?1 AND scope_node = ?2",
    "UPDATE runs SET paused_until_ns = ?2, pause_why = ?3 WHERE run = ?1",
    "UPDATE runs SET workers = ?2 WHERE run = ?1",
    "UPDATE runs SET rollback_steps = ?2, rollback_cause = ?3 WHERE run = ?1",
    "INSERT OR REPLACE INTO compensations (run, node, part, is_success, why, at_ns) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    "UPDATE steps SET state = 'compensated' WHERE run = ?1 AND node = ?2 AND kind = 'step'",
    "INSERT OR REPLACE INTO successes (workstream, step, definition, key, run, node, attempt, "
    "done_us) SELECT workstream, CASE WHEN item IS NULL THEN step ELSE substr(step, 1, "
    "length(step) - length(item) - 2) END, definition, ?3, run, node, attempts, ?4 FROM steps "
    "WHERE run = ?1 AND node = ?2 AND definition IS NOT NULL",
    "DELETE FROM successes WHERE run = ?1 AND node = ?2",
    "UPDATE steps SET restored_from = ?3 WHERE run = ?1 AND node = ?2",
    "UPDATE steps SET attempts = ?3 WHERE run = ?1 AND node = ?2",
    "UPDATE groups SET round = ?3 WHERE run = ?1 AND node_group = ?2"};

}  // namespace ws
