// What a later version brings is named, and what asks for nothing is not.
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

TEST_CASE("keys of a later version are named") {
  CHECK(of_top("resume: {enabled: true}") == Strings{"resume of workstream 'ws-t'"});
}

TEST_CASE("secrets of steps are those of their workstream") {
  const auto kept = load_yaml(
      "id: ws-t\nsecrets: [A]\nsteps: [{id: a, secrets: [B, A]}, {id: b, secrets: [B]}]\n");
  CHECK(kept.only().secrets == Strings{"A", "B"});
  CHECK(kept.deferred().empty());
}

TEST_CASE("what asks for nothing, and what is carried out, is not deferred") {
  CHECK(of_top("secrets: []\nresume: {enabled: false}") == Strings{});
  CHECK(of_top("metadata: {priority: high}\ntags: [a]\nkind: docs\nopenspec_change: X\n"
               "ccpm_issue: 7\nmax_cost_usd: 2.5\nestimated_context_tokens: 1000\n"
               "execution: {adaptive_scaling: true, observer: json, max_workers: 2}\n"
               "retry: {attempts: 2}\ncircuit_breaker: {max_attempts: 3}\nparallel_ok: false\n"
               "phases: [{id: p, steps: [a], checkpoint: {enabled: true}}]\n") == Strings{});
  CHECK(load_step("command: echo ${steps.b.outputs.v}").deferred() == Strings{});
}

TEST_CASE("a deferred block keeps its text and place") {
  const auto kept = load_yaml("id: ws-t\nsteps: [{id: a}]\nresume: {strategy: from_beginning}\n");
  const DeferredFeature& feature = kept.only().deferred.at(0);
  CHECK(feature.value == R"({"strategy": "from_beginning"})");
  CHECK(kept.workset.sources.line_column(feature.place).line == 3);
}

}  // namespace
}  // namespace ws
