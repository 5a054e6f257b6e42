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

constexpr std::string_view kKata = R"(# A kata: phases, each of which says what follows it.
#
#   workstream validate FILE   checks this file and reports every mistake at once
#   workstream run FILE        runs it; --input words="[1, 2]" gives it a variable
#
# What a skill runs is a tool profile: tools/skill.yaml beside this file is one for all skills.

kata @NAME@ v1
requires skill say.hello
requires skill say.done
initial hello

phase hello
run skill say.hello
next both

# Two children at the same time; parallel_results, parallel_errors and parallel_aggregated tell how it went.
phase both
spawn parallel timeout 60000 fail_continue
  spawn kata @NAME@.part v1 -> left
  spawn kata @NAME@.part v1 -> right
join all_completed
if parallel_aggregated.failureCount == 0
  next done
else
  next give_up

phase done
run skill say.done
complete

phase give_up
fail

kata @NAME@.part v1
requires skill say.part
initial work

phase work
run skill say.part
complete
)";

constexpr std::string_view kKataTool =
    R"(# What `run skill X` starts: {name} is X; the kata's variables are JSON on standard input.
# A profile named skill:X would be for that skill alone.
command: [sh, -c, 'echo "{\"said\": \"$1\"}"', sh, "{name}"]
stdin: "{prompt}"
)";

constexpr std::string_view kProse =
    R"(# A prose program: sessions of an agent, one after the other unless a block says `parallel`.
#
#   workstream validate FILE   checks this file and reports every mistake at once
#   workstream run FILE        runs it
#
# What a session runs is a tool profile: tools/session.yaml beside this file. Put your agent there.

parallel (on-fail: continue):
  security = session "Review the change for security"
  style = session "Review the change for style"

report = session "Write one summary of both reviews"
  context: { security, style }
  retry: 2
  backoff: exponential

output summary = report
)";

constexpr std::string_view kProseTool =
    R"(# What a session starts: the prompt is on standard input and {prompt}; what it prints is the result.
# With an agent: command: [claude, -p, "{prompt}"]
command: [sh, -c, 'head -n 1']
stdin: "{prompt}"
)";

constexpr std::string_view kBlok =
    R"(// A blok: steps with nodes, whose inputs are JSON on standard input and whose last JSON on standard output is the result.
//
//   workstream validate FILE   checks this file and reports every mistake at once
//   workstream run FILE        runs it; --input name=Ada is ctx.request.body.name
{
  "name": "@NAME@",
  "version": "1.0.0",
  "steps": [
    {"name": "greetings", "node": "parallel-execution", "type": "module"},
    {"name": "report", "node": "greet", "type": "runtime.python3"}
  ],
  "nodes": {
    "greetings": {
      "execution": {"strategy": "parallel", "error_handling": "continue-partial", "timeout": 30000, "max_concurrent": 2},
      "nodes": [
        {"name": "first", "node": "greet", "type": "runtime.python3"},
        {"name": "second", "node": "greet", "type": "runtime.python3"}
      ]
    },
    "first": {"inputs": {"name": "one"}},
    "second": {"inputs": {"name": "two"}},
    "report": {"inputs": {"name": "js/ctx.vars['greetings'].results"}}
  }
}
)";

constexpr std::string_view kBlokNode = R"(import json
import sys

print(json.dumps({"greeting": "Hello", "to": json.load(sys.stdin)["name"]}))
)";

constexpr InitSample kSamples[] = {
    {"yaml", ".yaml", kYaml},
    {"json", ".json", kJson},
    {"plan", ".json", kPlan},
    {"phase-plan", ".yaml", kPhasePlan},
    {"kata", ".kata", kKata, "tools/skill.yaml", kKataTool},
    {"prose", ".prose", kProse, "tools/session.yaml", kProseTool},
    {"blok", ".jsonc", kBlok, "nodes/greet.py", kBlokNode},
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
