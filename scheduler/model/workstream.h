// The model: what a workstream file means, whatever notation it was written in.
//
// Values only: no I/O, no clock, no processes. Names are strings here (this is the edge);
// model/plan.h lowers them to dense ids. Filled by formats/, read by model/plan.cpp, report/ and
// cli/.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/duration.h"
#include "base/source.h"
#include "model/boxed.h"
#include "model/command.h"
#include "model/policy.h"
#include "model/run_output.h"

namespace ws {

struct Dependency {
  std::string name;  // of a step, group, phase (inside a workstream) or workstream (at its top)
  DependencyOn on = DependencyOn::success;
  Place place;
};

// A key whose behaviour a later version brings: read, validated and shown, but a run that would
// need it is refused.
struct DeferredFeature {
  std::string key;    // as written: "circuit_breaker"
  std::string owner;  // "step 'build'" or "workstream 'ws-x'"
  Place place;
  std::string value = {};  // its JSON text: blocks without a field of their own are kept here
  // Empty: the sentence every such key has. What a run that needs it is told.
  std::string message = {};
  std::string hint = {};
};

// A path pattern a step or workstream claims: file, directory (trailing slash or not) or glob.
struct ScopePattern {
  std::string pattern;
  Place place;
};

// `for_each` as written, before it becomes items.
struct ForEach {
  enum class Kind { none, list, product, glob, lines, from };
  Kind kind = Kind::none;
  std::vector<std::string> items;  // list: each item as JSON text
  // product: name → values as JSON text; rows to add and to leave out as JSON objects.
  std::vector<std::pair<std::string, std::vector<std::string>>> dimensions;
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  std::string source;  // glob: a pattern; lines: a path; from: an expression
  std::string text;    // its JSON text
  GroupRule rule;      // of the group the items make
  Place place;
};

// The uncommon parts of a step, kept apart so that a million plain steps stay small.
struct StepDetails {
  std::string name;  // a title for people
  std::string description;
  Environment env;
  std::string
      working_dir;  // relative to the workstream file; empty: the directory the run started in
  std::string stdin_file;  // at most one of these three
  std::optional<std::string> stdin_text;
  bool stdin_context = false;  // the results of the steps before it, as one JSON object
  std::string stdin_json;      // JSON text whose texts are templates; empty: not given
  Duration idle_timeout{};
  std::optional<RetryPolicy> retry;
  std::optional<BreakerPolicy> breaker;
  SuccessRule success;
  std::vector<AcceptanceTest> acceptance_tests;
  std::optional<Compensation> compensation;
  std::vector<ScopePattern> files_scope;
  std::vector<std::string> files_create;
  std::vector<std::string> tags;
  std::vector<std::pair<std::string, std::string>> outputs;  // name → source
  // Outputs that are made of other values when the step has succeeded: name → JSON text whose
  // texts are templates.
  std::vector<std::pair<std::string, std::string>> values;
  std::vector<std::pair<std::string, std::uint32_t>> pools;  // name → slots
  std::string when;                                          // an expression (model/expression.h)
  Place when_place;
  Boxed<ForEach> for_each;
  std::string conflict_group;
  std::string idempotency_key;  // a template: an earlier success with the same text stands for it
  Duration idempotency_ttl = std::chrono::hours(24);  // not longer ago; zero: for ever
  std::vector<Dependency> provides;                   // names with their places (`on` unused)
  std::vector<Dependency> consumes;
  std::vector<std::pair<std::string, std::string>> metadata;  // shown, never acted on
  bool parallel_ok = true;
};

struct Step {
  std::string id;
  Place place;  // of the id
  Action action;
  std::vector<Dependency> depends_on;
  Duration timeout{};                   // zero: not given
  std::optional<OnFailure> on_failure;  // empty: the workstream's
  std::int32_t priority = 0;
  bool is_critical = true;
  std::unique_ptr<StepDetails> details_if_any;

  // Read access that never allocates; write access that makes them.
  [[nodiscard]] const StepDetails& details() const;
  StepDetails& edit_details();
};

// A step is moved, not copied, so that nobody copies a million by mistake; this does it on purpose.
[[nodiscard]] Step copy_of(const Step& step);

// Whether running the step means starting a process of its own (its acceptance tests apart).
[[nodiscard]] bool has_command(const Step* step);

// Runs without a slot: a wait without acceptance tests.
[[nodiscard]] bool is_wait(const Step* step);

struct Group {
  std::string id;
  Place place;
  std::string name;  // a title for people
  std::string description;
  std::vector<Dependency> members;  // names of steps or groups (`on` unused)
  std::vector<Dependency> depends_on;
  GroupRule rule;
  Duration member_timeout{};  // zero: not given
  std::optional<RetryPolicy> retry;
  std::optional<BreakerPolicy> breaker;
  std::string result_from;  // the member whose result and outputs are the group's; empty: none
  std::vector<std::string> catch_steps;
  std::vector<std::string> finally_steps;
  std::string when;  // an expression; false: the whole group is skipped
  Place when_place;
  std::optional<RepeatPolicy> repeat;
  Boxed<ForEach> for_each;  // all of its members for each item; the rule is about the items
  bool is_phase = false;
  // resume_strategy.on_failure: what a failed phase does. `retry` holds retry_phase's attempts.
  std::optional<OnFailure> on_phase_failure;
  std::vector<std::pair<std::string, std::string>> checkpoint;  // shown; the store always keeps one
};

// `${inputs.NAME}`: a value the run is given.
struct Input {
  std::string name;
  std::optional<std::string> default_json;  // empty: it must be given
  std::string description;
  Place place;
};

// `state_transitions`: checked, and used for labels only.
struct StateMachine {
  std::string initial;
  std::vector<std::string> states;
};

[[nodiscard]] bool has_handlers(const Group& group);

// Whether it may run more than once: its retry or its loop says so.
[[nodiscard]] bool has_rounds(const Group& group);

// The `execution` block: wishes of the file; the command line may override them.
struct Execution {
  std::optional<bool> parallel;
  std::optional<std::uint32_t> max_workers;  // empty or `auto`: decided at run
  std::optional<std::uint32_t> worker_cap;   // upper bound of auto
  Duration timeout_per_step{};
  Duration timeout{};  // the whole run
  Duration rate_limit_delay{};
  std::optional<OnFailure> on_failure;
  bool adaptive_scaling = false;
  std::string observer;  // noop | log | json; empty: not given
};

struct Workstream {
  std::string id;
  Place place;  // of the id
  std::string name;
  std::string version;
  std::string description;
  std::string file;      // path as given; messages and relative paths start here
  std::string notation;  // "kata", "prose", "blok", "plan", "phase plan"; empty: our own
  std::vector<Dependency> depends_on;
  Execution execution;
  std::vector<Step> steps;    // file order, groups' and phases' inline steps included
  std::vector<Group> groups;  // file order, phases included
  std::vector<AcceptanceTest>
      acceptance_tests;  // after all steps; shape A keeps its tests on its one step
  std::vector<ScopePattern> files_scope;
  std::vector<std::string> files_create;
  Environment env;
  std::vector<std::string> secrets;
  std::vector<std::string> tags;
  std::vector<std::pair<std::string, std::string>> vars;     // defaults of ${vars.NAME}
  std::vector<std::pair<std::string, std::uint32_t>> pools;  // named limits
  std::vector<RunOutput> outputs;
  std::vector<Input> inputs;
  bool is_called = false;                        // by a run of its own: it is not run by itself
  bool takes_any_input = false;                  // --input may also give what is not declared
  std::vector<AcceptanceTest> preflight_checks;  // before all steps; a failure keeps them all back
  std::vector<Compensation> compensation_actions;  // commands at the end of a rollback
  std::optional<SagaPolicy> saga;                  // empty: no step of it can be undone
  std::optional<ResumePolicy> resume;              // empty: not written
  ErrorHandling error_handling;
  std::optional<StateMachine> state_machine;
  std::string conflict_group;
  bool parallel_ok = true;
  std::uint32_t gate = 1;
  Place gate_place;
  std::optional<BreakerPolicy> breaker;
  std::optional<RetryPolicy> retry;
  std::optional<double> max_cost_usd;
  std::optional<std::uint64_t> estimated_context_tokens;
  std::vector<std::pair<std::string, std::string>> metadata;  // shown, never acted on: key → text
  std::vector<DeferredFeature> deferred;
  bool is_single_step = false;  // shape A: tasks and a tool, no steps of its own
};

// Everything one command loaded. Owns the texts that places point into.
struct Workset {
  SourceSet sources;
  std::vector<Workstream> workstreams;            // load order
  std::set<std::string, std::less<>> known_vars;  // names that some file declares or uses
};

}  // namespace ws
