#include "cli/init_samples.h"

namespace ws::cli {
namespace {

constexpr std::string_view kYaml = R"(# A workstream: steps, and what each of them waits for.
#
#   workstream validate FILE   checks this file and reports every mistake at once
#   workstream plan FILE       shows what would run when
#   workstream run FILE        runs it
#
# Every key is in workstreams/README.md; `workstream schema` prints a JSON Schema for editors.

id: ws-@NAME@                    # unique over all files that are loaded together
description: Fetches something, looks at it from two sides, and reports.

execution:
  max_workers: auto              # steps that run at the same time; a number, or the cores there are
  timeout_per_step: 5m           # for steps without a timeout of their own

inputs:
  who: world                     # ${inputs.who}; another one: --input who=Ada

steps:
  - id: fetch
    # Text with shell syntax is run by /bin/sh; a list of words never sees a shell.
    command: mkdir -p out && echo "Hello ${inputs.who}" > out/raw.txt
    acceptance_tests:            # exit 0 is not success: these decide, in order
      - test -s out/raw.txt

  # Both need `fetch` and not each other: they run at the same time.
  - id: words
    depends_on: fetch
    command: wc -w < out/raw.txt
    outputs: {count: stdout}     # for others: ${steps.words.outputs.count}

  - id: letters
    depends_on: fetch
    command: wc -m < out/raw.txt
    outputs: {count: stdout}
    retry: {attempts: 2}         # tries in all

  - id: report
    depends_on: [words, letters]
    command: echo "${steps.words.outputs.count} words, ${steps.letters.outputs.count} letters" > out/report.txt
    acceptance_tests:
      - grep words out/report.txt

outputs:
  words: ${steps.words.outputs.count}
)";

constexpr std::string_view kJson =
    R"(// A workstream: steps, and what each of them waits for. Comments like this one are fine.
//
//   workstream validate FILE   checks this file and reports every mistake at once
//   workstream plan FILE       shows what would run when
//   workstream run FILE        runs it
{
  "id": "ws-@NAME@",  // unique over all files that are loaded together
  "description": "Fetches something, looks at it from two sides, and reports.",
  "execution": {"max_workers": "auto", "timeout_per_step": "5m"},
  "inputs": {"who": "world"},  // another one: --input who=Ada
  "steps": [
    {
      "id": "fetch",
      // Text with shell syntax is run by /bin/sh; a list of words never sees a shell.
      "command": "mkdir -p out && echo \"Hello ${inputs.who}\" > out/raw.txt",
      // Exit 0 is not success: these decide, in order.
      "acceptance_tests": ["test -s out/raw.txt"]
    },
    // Both need `fetch` and not each other: they run at the same time.
    {"id": "words", "depends_on": "fetch", "command": "wc -w < out/raw.txt", "outputs": {"count": "stdout"}},
    {"id": "letters", "depends_on": "fetch", "command": "wc -m < out/raw.txt", "outputs": {"count": "stdout"}},
    {
      "id": "report",
      "depends_on": ["words", "letters"],
      "command": "echo \"${steps.words.outputs.count} words, ${steps.letters.outputs.count} letters\" > out/report.txt",
      "acceptance_tests": ["grep words out/report.txt"]
    }
  ],
  "outputs": {"words": "${steps.words.outputs.count}"}
}
)";

constexpr std::string_view kPlan = R"(// A plan: nothing but commands, each a program and its words.
{
  "plan_id": "plan-@NAME@",
  "version": "1.0",
  "globals": {
    "max_concurrency": 2,        // steps that run at the same time; 1 when it is not given
    "default_timeout_sec": 300,  // 1800 when it is not given
    "env": {"OUT": "out"}
  },
  "steps": [
    {"id": "prepare", "name": "Prepare", "command": "mkdir -p \"$OUT\"", "args": ["&&", "echo ready > \"$OUT/state\""], "shell": true},
    {"id": "list", "name": "List", "command": "ls", "args": ["-l", "out"], "depends_on": ["prepare"]},
    {"id": "check", "name": "Check", "command": "grep", "args": ["-x", "ready", "out/state"], "depends_on": ["prepare"], "retries": 1}
  ]
}
)";

constexpr std::string_view kPhasePlan =
    R"(# A phase plan: steps one after the other, checks before and behind them.
phase_identity:
  phase_id: PH-@NAME@
  workstream_id: ws-@NAME@
  title: A sample phase
  objective: A report that can be looked at.

dag_and_dependencies:
  depends_on: []                 # phases or workstreams that must be done before

scope_and_modules:
  file_scope:
    create: ["out/*"]            # two phases that share files do not run at the same time

execution_profile:
  retry_attempts: 1              # tries after the first one
  no_stop_mode: false            # true: the next step runs although this one failed

pre_flight_checks:
  checks:
    - {id: shell, description: A shell is there, command: command -v sh}

execution_plan:
  steps:
    - id: collect
      description: Collect the facts
      command: mkdir -p out && date > out/facts.txt
      verification_command: test -s out/facts.txt
    - id: report
      description: Write the report
      command: wc -l out/facts.txt > out/report.txt
      timeout_seconds: 60

expected_artifacts:
  - {id: report, path: "out/report.*"}

acceptance_tests:
  tests:
    - {id: one-line, command: cat out/report.txt, success_pattern: "^\\s*1 "}
)";

constexpr InitSample kSamples[] = {
    {"yaml", ".yaml", kYaml},
    {"json", ".json", kJson},
    {"plan", ".json", kPlan},
    {"phase-plan", ".yaml", kPhasePlan},
};

}  // namespace

std::span<const InitSample> init_samples() { return kSamples; }

const InitSample* find_sample(std::string_view notation) {
  for (const InitSample& sample : kSamples) {
    if (sample.notation == notation) return &sample;
  }
  return nullptr;
}

}  // namespace ws::cli
