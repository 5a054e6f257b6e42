// What asks for nothing, or is carried out, is not deferred to a later version.
#include "loading.h"
#include "support/catch.h"

namespace ws {
namespace {

using test::load_step;
using test::load_yaml;
using Strings = std::vector<std::string>;

Strings of_top(const std::string& keys) {
  const auto loaded = load_yaml("id: ws-t\nsteps: [{id: a}, {id: b}]\n" + keys);
  INFO(loaded.text());
  CHECK(loaded.verdict == LoadVerdict::loaded);
  return loaded.deferred();
}

TEST_CASE("what a file says about resuming is read") {
  const auto policy = [](const std::string& keys) {
    const auto loaded = load_yaml("id: ws-t\nsteps: [{id: a}]\n" + keys);
    CHECK(loaded.deferred().empty());
    return loaded.only().resume;
  };
  CHECK(!policy("description: x").has_value());
  CHECK(policy("resume: {}")->is_enabled);
  CHECK(!policy("resume: {enabled: false}")->is_enabled);
  CHECK(policy("resume: {strategy: from_last_checkpoint}")->from == ResumePolicy::From::checkpoint);
  CHECK(policy("resume: {strategy: from_phase_start}")->from == ResumePolicy::From::phase_start);
  CHECK(policy("resume: {strategy: from_beginning}")->from == ResumePolicy::From::beginning);
  CHECK(policy("resume: {on_resume: {check_file_changes: true, validate_state: true}}")
            ->refuses_edits);
  CHECK(!policy("resume: {on_resume: {verify_dependencies: true}}")->refuses_edits);
  CHECK(policy("resume: {cleanup_on_complete: true}")->cleans_up);
}

TEST_CASE("secrets of steps are those of their workstream") {
  const auto kept = load_yaml(
      "id: ws-t\nsecrets: [A]\nsteps: [{id: a, secrets: [B, A]}, {id: b, secrets: [B]}]\n");
  CHECK(kept.only().secrets == Strings{"A", "B"});
  CHECK(kept.deferred().empty());
}

TEST_CASE("what asks for nothing, and what is carried out, is not deferred") {
  CHECK(of_top("secrets: []") == Strings{});
  CHECK(of_top("metadata: {priority: high}\ntags: [a]\nkind: docs\nopenspec_change: X\n"
               "ccpm_issue: 7\nmax_cost_usd: 2.5\nestimated_context_tokens: 1000\n"
               "execution: {adaptive_scaling: true, observer: json, max_workers: 2}\n"
               "retry: {attempts: 2}\ncircuit_breaker: {max_attempts: 3}\nparallel_ok: false\n"
               "phases: [{id: p, steps: [a], checkpoint: {enabled: true}}]\n") == Strings{});
  CHECK(load_step("command: echo ${steps.b.outputs.v}").deferred() == Strings{});
}

}  // namespace
}  // namespace ws
