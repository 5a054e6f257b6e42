// The table of commands.
#include <array>

#include "cli/subcommand.h"

namespace ws::cli {
namespace {

constexpr std::array kSubcommands = {
    Subcommand{
        "run", "Run workstreams: every step as a process, as parallel as the graph allows",
        "  workstream run --ws-id ws-example-02-parallel-execution\n"
        "  workstream run build.yaml --max-workers 4 --timeout 1h\n"
        "  workstream run workstreams/set --dry-run\n"
        "\n"
        "Exit codes: 0 all succeeded, 1 a step failed, 2 wrong input, 3 disk or store failed,\n"
        "  4 unverified under --strict-acceptance, 5 refused before starting,\n"
        "  75 drained, 124 the run's time limit, 130 interrupted, 131 quit, 143 terminated",
        &declare_run},
    Subcommand{"retry", "Run again what failed in a run, or one step of it, and keep the rest",
               "  workstream retry 20250131-235959-k3xv\n"
               "  workstream retry ws-build --step compile\n"
               "  workstream retry ws-build --downstream compile\n"
               "\n"
               "The run's own command line is used again, in the directory it was given in.\n"
               "Exit codes: those of run; 5 when the run is still going on",
               &declare_retry},
    Subcommand{"validate", "Check workstream files and report every mistake at once",
               "  workstream validate workstreams\n"
               "  workstream validate plan.json --json",
               &declare_validate},
    Subcommand{"plan", "Show what a run would do: waves, width, critical path, limits",
               "  workstream plan --ws-id ws-example-02-parallel-execution\n"
               "  workstream plan workstreams/set --json",
               &declare_plan},
    Subcommand{"graph", "Draw the dependency graph (DOT on stdout; svg, png, mermaid, json)",
               "  workstream graph workstreams/set > graph.dot\n"
               "  workstream graph --ws-id ws-example-02-parallel-execution -o graph.png\n"
               "  workstream graph build.yaml --format mermaid --reduce",
               &declare_graph},
    Subcommand{"convert", "Write workstreams of any notation as one of our own, in YAML or JSON",
               "  workstream convert build.kata --to yaml -o build.yaml\n"
               "  workstream convert plan.json --to yaml",
               &declare_convert},
    Subcommand{"status", "Show how the steps of the latest (or a given) run are doing",
               "  workstream status ws-example-02-parallel-execution\n"
               "  workstream status 20250131-235959-k3xv --json",
               &declare_status},
    Subcommand{"logs", "Show the log of a run, or what a step wrote",
               "  workstream logs ws-example-02-parallel-execution\n"
               "  workstream logs ws-example-02-parallel-execution step-01-math-utils\n"
               "  workstream logs ws-build compile --follow",
               &declare_logs},
    Subcommand{"history", "List the runs of this project, newest first",
               "  workstream history\n"
               "  workstream history ws-build --status failed --limit 5",
               &declare_history},
    Subcommand{
        "clean", "Remove finished runs that nobody needs any more, with their logs",
        "  workstream clean --keep 10 --dry-run\n"
        "  workstream clean --keep 10 --older-than 30d\n"
        "  workstream clean --run 20250131-235959-k3xv --json\n"
        "\n"
        "With --keep and --older-than a run goes when both ask for it. What goes on, and what a\n"
        "later run or an idempotency key needs, stays and is told.\n"
        "Exit codes: 0 done (or nothing to do), 2 no such run or nothing said, 3 disk or store\n"
        "  failed, 5 --run names one that has to stay",
        &declare_clean},
    Subcommand{
        "signal", "Tell a run that an event happened for which steps wait",
        "  workstream signal deployed\n"
        "  workstream signal approved --ws-id ws-release\n"
        "  workstream signal approved --run 20250131-235959-k3xv --json\n"
        "\n"
        "Exit codes: 0 sent, 2 no such run or no name of an event, 5 that run is over or none "
        "is\n  going on",
        &declare_signal},
    Subcommand{"pause", "Let a run start no more steps until it is resumed; what runs goes on",
               "  workstream pause\n"
               "  workstream pause ws-build --for 10m\n"
               "\n"
               "Also: kill -USR1 PID. "
               "Exit codes: 0 the run has taken it, 2 no such run, 3 it did not answer, 5 none "
               "goes on, or it\n"
               "  refuses",
               &declare_pause},
    Subcommand{"resume", "Let a paused (or draining) run go on",
               "  workstream resume\n"
               "  workstream resume 20250131-235959-k3xv\n"
               "\n"
               "Also: kill -USR2 PID. A run that is over is carried on with by `workstream run`.\n"
               "Exit codes: 0 the run has taken it, 2 no such run, 3 it did not answer, 5 none "
               "goes on, or it\n"
               "  refuses",
               &declare_resume},
    Subcommand{"drain",
               "Let what runs finish, start nothing more, and end the run with exit code 75",
               "  workstream drain\n"
               "  workstream drain ws-build --json\n"
               "\n"
               "Exit codes: 0 the run has taken it, 2 no such run, 3 it did not answer, 5 none "
               "goes on, or it\n"
               "  refuses",
               &declare_drain},
    Subcommand{"cancel", "End a run, or one step of it",
               "  workstream cancel\n"
               "  workstream cancel ws-build --step compile\n"
               "  workstream cancel 20250131-235959-k3xv --kill\n"
               "\n"
               "Exit codes: 0 the run has taken it, 2 no such run, 3 it did not answer, 5 none "
               "goes on, or it\n"
               "  refuses",
               &declare_cancel},
    Subcommand{"workers", "Change how many steps of a run go on at once",
               "  workstream workers 2\n"
               "  workstream workers 8 ws-build\n"
               "\n"
               "Exit codes: 0 the run has taken it, 2 no such run, 3 it did not answer, 5 none "
               "goes on, or it\n"
               "  refuses",
               &declare_workers},
    Subcommand{"tools", "List the tool profiles and whether their programs are installed",
               "  workstream tools\n"
               "  workstream tools aider --json",
               &declare_tools},
    Subcommand{"init", "Write a commented sample that runs, to begin with",
               "  workstream init build && workstream run build.yaml\n"
               "  workstream init build --notation json",
               &declare_init},
    Subcommand{"schema", "Print the JSON Schema of workstream files, for editors",
               "  workstream schema > workstream.schema.json", &declare_schema},
};

}  // namespace

std::span<const Subcommand> subcommands() { return kSubcommands; }

}  // namespace ws::cli
