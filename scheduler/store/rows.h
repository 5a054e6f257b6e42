// What the store keeps about a run, as values: what the recorder is given and what readers get.
//
// Knows nothing of SQL. Ids of nodes are those of the plan the run had; names are there for those
// who have no plan. Filled by cli/run (RunContext), store/ (the rows); read by cli/ and report
// wiring.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/event.h"
#include "engine/run_state.h"
#include "model/plan.h"

namespace ws {

// The process that holds a run. Compared whole: pids are used again, and machines boot.
struct RunHolder {
  std::int64_t pid = 0;
  std::uint64_t start_ticks = 0;  // field 22 of /proc/PID/stat
  std::string boot_id;            // /proc/sys/kernel/random/boot_id
  std::string host;
};

struct RunRow;
// Whether the process that holds an unfinished run still lives; false makes the run `crashed`. The
// row has no workstreams but the home one yet. Given by cli/, because looking at processes and
// locks is platform's.
using HolderIsAlive = std::function<bool(const RunRow&)>;

struct RunContext {
  RunHolder holder;
  std::vector<std::string> argv;
  std::string cwd;
  std::vector<std::string> files;  // workstream files that were read
  std::string program_version;
};

// A node of the plan as the store keeps it. The texts belong to the plan's workset.
struct NodeDescription {
  std::string_view workstream;
  std::string_view step;         // empty for what is no step
  std::uint64_t definition = 0;  // hash of what the file says; steps only
  GroupId group;
  NodeKind kind = NodeKind::step;
  std::uint32_t item = PlanNode::kNoItem;
  std::uint32_t max_attempts = 1;
  std::string parts = {};     // model/definition_parts.h
  std::string item_key = {};  // of an item of a fan-out: the same
};

// A group of the plan as the store keeps it; its texts are its own, because the items of a fan-out
// come while the run goes on.
struct GroupDescription {
  std::string workstream;
  std::string name;  // as written
  GroupRole role = GroupRole::workstream;
  std::string rule;  // for people; empty: the usual one
  GroupId parent;
  NodeId begin;
  NodeId end;
  std::uint32_t members = 0;
  std::uint64_t definition = 0;  // of a fan-out: its step's
  std::uint32_t max_attempts = 1;
  std::string parts = {};  // of a fan-out: of its items
};

using DefinitionHash = std::function<std::uint64_t(const Workstream&, const Step&)>;
// How often a node may be tried (engine/retry.h).
using MaxAttempts = std::function<std::uint32_t(const Plan&, NodeId)>;
// The parts of a node's definition; of the begin gate of a fan-out those of its items.
using PartsText = std::function<std::string(const Plan&, NodeId)>;
using RuleText = std::function<std::string(const Plan&, GroupId)>;

// One per node, in the plan's order. The plan must outlive the answer. Without `tries`: once.
[[nodiscard]] std::vector<NodeDescription> describe_nodes(const Plan& plan,
                                                          const DefinitionHash& hash,
                                                          const MaxAttempts& tries = {},
                                                          const PartsText& parts = {});
// One per group, in the plan's order.
[[nodiscard]] std::vector<GroupDescription> describe_groups(const Plan& plan,
                                                            const DefinitionHash& hash,
                                                            const MaxAttempts& tries = {},
                                                            const RuleText& rule = {},
                                                            const PartsText& parts = {});

[[nodiscard]] std::string_view kind_name(NodeKind kind);
[[nodiscard]] std::optional<NodeKind> kind_named(std::string_view text);
[[nodiscard]] std::optional<GroupRole> role_named(std::string_view text);

// Wall time as the store keeps it.
[[nodiscard]] std::int64_t wall_microseconds(WallTime wall);
[[nodiscard]] WallTime from_wall_microseconds(std::int64_t microseconds);

struct RunRow {
  std::int64_t number = 0;  // the store's key of the run: for the other queries
  std::string id;
  std::string workstream;                // home
  std::vector<std::string> workstreams;  // load order
  RunStatus status = RunStatus::running;
  WallTime started;
  std::optional<WallTime> ended;     // empty while it runs, and when it crashed
  std::optional<Duration> duration;  // like ended
  std::uint32_t peak = 0;            // like ended
  std::optional<StopWhy> stop;       // the first reason
  NodeId stop_cause;
  RunState::Counts counts;  // waiting holds the ready ones: readiness is not recorded
  std::uint32_t steps = 0;
  std::uint32_t max_workers = 1;
  bool is_sequential = false;
  bool is_dry = false;
  std::uint64_t seed = 0;
  int event_version = kEventVersion;
  RunContext context;
  std::optional<std::uint32_t> workers;  // the limit, once it was changed
  // While paused: until when since the run started; zero: until somebody resumes it.
  std::optional<Duration> paused_until;
  std::string pause_why;
  std::optional<std::uint32_t> rollback_steps;  // that were to be undone; empty: no rollback
  NodeId rollback_cause;
  std::vector<std::string> resumes;  // the earlier runs whose work it goes on with
};

struct StepRow {
  NodeId node;
  std::string workstream;
  std::string step;  // empty for a workstream's own tests
  NodeKind kind = NodeKind::step;
  std::uint64_t definition = 0;
  StepState state = StepState::waiting;
  bool is_accepted = false;
  std::uint32_t attempts = 0;
  std::optional<Duration> started;  // first attempt; since the run started
  std::optional<Duration> ended;
  std::string why;
  NodeId cause;
  GroupId group;
  std::uint32_t item = PlanNode::kNoItem;
  std::uint32_t max_attempts = 1;
  std::optional<Duration> retry_due;  // backing_off: the next attempt; since the run started
  std::string parts;
  std::string item_key;
  std::string restored_from;  // the earlier run that did it; empty: this one
};
// The name of its step: without the "[3]" of an item.
[[nodiscard]] inline std::string_view without_item(const StepRow& row) {
  const std::string_view name = row.step;
  return row.item == PlanNode::kNoItem ? name : name.substr(0, name.rfind('['));
}

struct GroupRow {
  GroupId group;
  GroupId parent;
  std::string workstream;
  std::string name;
  GroupRole role = GroupRole::workstream;
  std::string rule;
  std::uint32_t members = 0;
  StepState state = StepState::waiting;
  std::uint32_t round = 1;
  std::optional<Duration> decided;  // its verdict was known before its last member ended
  std::optional<StepState> decision;
  std::string why;
  NodeId cause;
  std::optional<Duration> restart_due;
  std::optional<Duration> joined;
  bool is_accepted = false;
};

struct OutputRow {
  NodeId node;
  std::uint32_t attempt = 1;
  NamedValue value;
};

struct CompensationRow {
  CompensationFinished result;
  Duration at{};  // since the run started
};

struct BreakerRow {
  NodeId scope;
  bool is_open = false;
  NodeId cause;
  std::string why;
  Duration until{};  // zero: it stays open
};

struct AttemptRow {
  AttemptKey key;
  std::string command;
  Duration started{};  // since the run started
  std::optional<ProcessIdentity> process;
  std::optional<StopWhy> stopping;
  std::optional<Duration> ended;
  std::optional<Outcome> outcome;  // this and all that follow: once it ended
  Duration duration{};
  bool is_success = false;
  std::string why;
  std::string log;  // path; empty when it was silent
  std::uint64_t output_bytes = 0;
  Duration user_time{};
  Duration system_time{};
  std::int64_t max_rss_kib = 0;
};

struct AcceptanceRow {
  AcceptanceFinished result;
  Duration at{};  // since the run started
};

}  // namespace ws
