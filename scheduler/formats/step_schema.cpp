#include "formats/shapes.h"

// The keys of a step, and of what stands inside one.

namespace ws {
namespace {

// Dependencies.
constexpr std::string_view kDependencyWords[] = {"success", "failure", "done"};
constinit const Shape kDependencyOn = words_of(kDependencyWords, "what to wait for");
constexpr KeySpec kDependencyKeys[] = {
    {.key = Key::id,
     .shape = &kName,
     .doc = "The step, group or workstream to wait for.",
     .is_required = true},
    {.key = Key::on,
     .shape = &kDependencyOn,
     .doc = "success (default), failure, or done: either of the two."},
};
constinit const Shape kDependencyEntry = object_of(kDependencyObject, "an object with 'id'");
constexpr const Shape* kDependencyParts[] = {&kName, &kDependencyEntry};
constinit const Shape kDependency =
    either_of(kDependencyParts, "an id, or an object with 'id' and 'on'");
constinit const Shape kDependencyList = list_of(kDependency, "a list of ids", 0);
constexpr const Shape* kDependsOnParts[] = {&kName, &kDependencyList};
constexpr KeySpec kDependenciesKeys[] = {
    {.key = Key::depends_on, .shape = &kDependsOn, .doc = "What must be done before."},
    {.key = Key::blocks, .shape = &kTexts, .doc = "A hint for people; makes no edge."},
    {.key = Key::blocked_by, .shape = &kTexts, .doc = "A hint for people; makes no edge."},
};
constinit const Shape kDependenciesEntry =
    object_of(kDependenciesObject, "an object with 'depends_on'");
constexpr const Shape* kDependenciesParts[] = {&kName, &kDependencyList, &kDependenciesEntry};

// Acceptance tests.
constexpr KeySpec kAcceptanceTestKeys[] = {
    {.key = Key::id, .shape = &kScalar, .doc = "A name for the test."},
    {.key = Key::name, .shape = &kText, .doc = "A name for the test."},
    {.key = Key::description, .shape = &kText, .doc = "What is checked, for people."},
    {.key = Key::command, .shape = &kCommand, .doc = "The check: exit code 0 is a pass."},
    {.key = Key::timeout, .shape = &kTimeout, .doc = "Longest time of this test."},
    {.key = Key::blocking, .shape = &kBoolean, .doc = "false: a failure is reported only."},
};
constinit const Shape kAcceptanceTestEntry = object_of(kAcceptanceTestObject, "an object");
constexpr const Shape* kAcceptanceTestParts[] = {&kName, &kAcceptanceTestEntry};
constinit const Shape kAcceptanceTest =
    either_of(kAcceptanceTestParts, "a command, or an object with 'command'");
constinit const Shape kAcceptanceTestList = list_of(kAcceptanceTest, "a list of commands", 0);
constexpr const Shape* kAcceptanceTestsParts[] = {&kName, &kAcceptanceTestList};

// wait, stdin, success.
constexpr Key kWaitFor[] = {Key::for_, Key::until, Key::event};
constexpr OneOf kWaitOneOf[] = {{kWaitFor, true}};
constexpr KeySpec kWaitKeys[] = {
    {.key = Key::for_, .shape = &kTimeout, .doc = "Wait so long."},
    {.key = Key::until, .shape = &kName, .doc = "Wait until this time."},
    {.key = Key::event, .shape = &kName, .doc = "Wait for this event."},
    {.key = Key::timeout, .shape = &kTimeout, .doc = "Give up after so long."},
};
constinit const Shape kWait = object_of(kWaitObject, "an object with 'for', 'until' or 'event'");

constexpr Key kStdinSources[] = {Key::file, Key::text, Key::context, Key::json};
constexpr OneOf kStdinOneOf[] = {{kStdinSources, true}};
constexpr KeySpec kStdinKeys[] = {
    {.key = Key::file, .shape = &kPath, .doc = "The file the command reads."},
    {.key = Key::text, .shape = &kText, .doc = "The text the command reads."},
    {.key = Key::context,
     .shape = &kBoolean,
     .doc = "true: the results of what the step depends on, as JSON."},
    {.key = Key::json,
     .shape = &kAnything,
     .doc = "Any value; its texts are templates, and one that is a single ${path} keeps its kind."},
};
constinit const Shape kStdin =
    object_of(kStdinObject, "an object with 'file', 'text', 'context' or 'json'");

constinit const Shape kExitCode = integer_in({0, 255, 255});
constinit const Shape kExitCodeList = list_of(kExitCode, "a list of exit codes", 1);
constexpr const Shape* kExitCodesParts[] = {&kExitCode, &kExitCodeList};
constinit const Shape kExitCodes =
    either_of(kExitCodesParts, "an exit code or a list of exit codes");
constexpr std::string_view kNoChangeWords[] = {"ok", "fail", "skip"};
constinit const Shape kNoChange = words_of(kNoChangeWords, "what no change means");
constexpr KeySpec kSuccessKeys[] = {
    {.key = Key::exit_codes, .shape = &kExitCodes, .doc = "Exit codes that count as success."},
    {.key = Key::require_output,
     .shape = &kPatterns,
     .doc = "Regular expressions; each must match some line of the output."},
    {.key = Key::fail_on_output,
     .shape = &kPatterns,
     .doc = "Regular expressions; none may match a line of the output."},
    {.key = Key::files, .shape = &kPaths, .doc = "Files that must exist afterwards."},
    {.key = Key::no_change, .shape = &kNoChange, .doc = "What it means when no file changed."},
};

// Artifacts, pools.
constexpr KeySpec kArtifactKeys[] = {
    {.key = Key::id, .shape = &kScalar, .doc = "A name for the artifact."},
    {.key = Key::path, .shape = &kPath, .doc = "File or glob."},
    {.key = Key::description, .shape = &kText, .doc = "What it is."},
};
constinit const Shape kArtifactEntry = object_of(kArtifactObject, "an object with 'path'");
constexpr const Shape* kArtifactParts[] = {&kPath, &kArtifactEntry};
constinit const Shape kArtifact = either_of(kArtifactParts, "a path, or an object with 'path'");
constinit const Shape kPoolSlots = integer_in({1, 1024, 1e6});
constinit const Shape kToolNames = list_of(kName, "a list of names", 1);
constexpr const Shape* kToolParts[] = {&kName, &kToolNames};
constexpr Key kActions[] = {Key::command, Key::tool, Key::script, Key::wait, Key::workstream};
constexpr Key kConditions[] = {Key::when, Key::condition};
constexpr Key kDirectories[] = {Key::working_dir, Key::cwd};
constexpr Key kTries[] = {Key::retry, Key::retries};
constexpr Key kUndoing[] = {Key::compensation, Key::compensation_actions};
constexpr OneOf kStepOneOf[] = {{kActions}, {kConditions}, {kDirectories}, {kTries}, {kUndoing}};
constexpr Misplaced kStepMisplaced[] = {
    {Key::error_handling, "it is a key of the workstream, not of anything in it"}};

constexpr KeySpec kStepKeys[] = {
    {.key = Key::id, .shape = &kStepId, .doc = "Unique in the workstream.", .is_required = true},
    {.key = Key::name, .shape = &kText, .doc = "A title, for people."},
    {.key = Key::description, .shape = &kText, .doc = "What the step does, for people."},
    {.key = Key::command,
     .shape = &kCommand,
     .doc = "A list of words runs as it is; a line runs through /bin/sh when it has shell syntax."},
    {.key = Key::args,
     .shape = &kWords,
     .doc = "Further words of the command.",
     .needs = Key::command},
    {.key = Key::tool,
     .shape = &kTool,
     .doc = "A tool profile; it gets `tasks` as its prompt. Of several names, the first with one."},
    {.key = Key::tasks, .shape = &kTexts, .doc = "The prompt, one line each."},
    {.key = Key::script, .shape = &kName, .doc = "Written to a file, which `shell` runs."},
    {.key = Key::shell,
     .shape = &kCommand,
     .doc = "What runs `script`; default /bin/sh -e.",
     .needs = Key::script},
    {.key = Key::wait, .shape = &kWait, .doc = "Wait for a time or an event."},
    {.key = Key::workstream,
     .shape = &kName,
     .doc = "Another workstream, by id or ID@VERSION, as a group in this place."},
    {.key = Key::depends_on, .shape = &kDependsOn, .doc = "What must be done before."},
    {.key = Key::dependencies, .shape = &kDependencies, .doc = "Another name of depends_on."},
    {.key = Key::blocks, .shape = &kTexts, .doc = "A hint for people; makes no edge."},
    {.key = Key::blocked_by, .shape = &kTexts, .doc = "A hint for people; makes no edge."},
    {.key = Key::when, .shape = &kFlagOrText, .doc = "Run only if this is true."},
    {.key = Key::condition, .shape = &kFlagOrText, .doc = "Another name of when."},
    {.key = Key::working_dir, .shape = &kPath, .doc = "Relative to the workstream file."},
    {.key = Key::cwd, .shape = &kPath, .doc = "Another name of working_dir."},
    {.key = Key::env, .shape = &kEnvironment, .doc = "Variables on top of the environment."},
    {.key = Key::stdin_, .shape = &kStdin, .doc = "What the command reads; default nothing."},
    {.key = Key::timeout, .shape = &kTimeout, .doc = "Longest time of one attempt."},
    {.key = Key::default_timeout,
     .shape = &kTimeout,
     .doc = "Of a tool: where nothing else gives a limit, its profile included.",
     .needs = Key::tool},
    {.key = Key::idle_timeout, .shape = &kTimeout, .doc = "Longest time without output."},
    {.key = Key::retry, .shape = &kRetry, .doc = "Try again when it fails."},
    {.key = Key::retries, .shape = &kExtraAttempts, .doc = "Attempts after the first one."},
    {.key = Key::circuit_breaker, .shape = &kBreaker, .doc = "When to stop trying."},
    {.key = Key::success, .shape = &kSuccess, .doc = "What counts as success."},
    {.key = Key::acceptance_tests,
     .shape = &kAcceptanceTests,
     .doc = "Commands that check the result, in order; all must pass."},
    {.key = Key::on_failure,
     .shape = &kStepOnFailure,
     .doc = "abort, skip_dependents or continue; default: the workstream's."},
    {.key = Key::critical, .shape = &kBoolean, .doc = "false: its failure never aborts the run."},
    {.key = Key::compensation, .shape = &kCompensation, .doc = "How to undo the step."},
    {.key = Key::compensation_actions, .shape = &kTexts, .doc = "Commands that undo the step."},
    {.key = Key::outputs, .shape = &kOutputs, .doc = "Named results."},
    {.key = Key::values,
     .shape = &kValues,
     .doc = "Outputs made of other values: texts are templates; a single ${path} keeps its kind."},
    {.key = Key::inputs,
     .shape = &kAnything,
     .doc = "Of a called workstream: name → value; its texts are templates."},
    {.key = Key::for_each, .shape = &kForEach, .doc = "Run once per item."},
    {.key = Key::join,
     .shape = &kJoin,
     .doc = "Of the items: all (default), first, any, {any: N}, settled.",
     .needs = Key::for_each},
    {.key = Key::on_item_failure,
     .shape = &kGroupOnFailure,
     .doc = "fail_fast (default), drain, collect, continue, ignore.",
     .needs = Key::for_each},
    {.key = Key::on_first_failure,
     .shape = &kOnFirstFailure,
     .doc = "cancel or drain; instead of what on_item_failure says.",
     .needs = Key::for_each},
    {.key = Key::fail_if,
     .shape = &kFailIf,
     .doc = "any, all or none; instead of what on_item_failure says.",
     .needs = Key::for_each},
    {.key = Key::errors,
     .shape = &kErrors,
     .doc = "surface or drop; instead of what on_item_failure says.",
     .needs = Key::for_each},
    {.key = Key::max_workers,
     .shape = &kWorkers,
     .doc = "At most so many items at a time.",
     .needs = Key::for_each},
    {.key = Key::execute,
     .shape = &kExecute,
     .doc = "Of the items: parallel (default) or sequential.",
     .needs = Key::for_each},
    {.key = Key::files_scope,
     .shape = &kScopes,
     .doc = "Files, directories or globs the step works on; overlaps are run one after another."},
    {.key = Key::files_create, .shape = &kScopes, .doc = "Files the step may create."},
    {.key = Key::pools, .shape = &kPools, .doc = "Named limits it counts against."},
    {.key = Key::priority,
     .shape = &kPriority,
     .doc = "Higher starts first: a number, or critical, high, medium, low, P0, …"},
    {.key = Key::conflict_group, .shape = &kText, .doc = "Only one of a group runs at a time."},
    {.key = Key::parallel_ok, .shape = &kBoolean, .doc = "false: must run alone."},
    {.key = Key::idempotency_key,
     .shape = &kName,
     .doc = "Not run again when it succeeded in an earlier run with this text."},
    {.key = Key::idempotency_ttl,
     .shape = &kDelay,
     .doc = "How long such a success counts; default 24h, 0: for ever.",
     .needs = Key::idempotency_key},
    {.key = Key::tags, .shape = &kTexts, .doc = "Labels."},
    {.key = Key::kind, .shape = &kText, .doc = "A label."},
    {.key = Key::metadata, .shape = &kParameters, .doc = "Shown, never acted on."},
    {.key = Key::ui_hints, .shape = &kAnything, .doc = "For user interfaces."},
    {.key = Key::provides, .shape = &kTexts, .doc = "What it makes available."},
    {.key = Key::consumes, .shape = &kTexts, .doc = "What it needs to be available."},
    {.key = Key::expected_artifacts, .shape = &kArtifacts, .doc = "Files it must leave behind."},
    {.key = Key::test_gates, .shape = &kTestGates, .doc = "Gates it must pass."},
    {.key = Key::capability, .shape = &kText, .doc = "A kind of tool, instead of one by name."},
    {.key = Key::capability_payload, .shape = &kCapabilityPayload, .doc = "What the tool gets."},
    {.key = Key::secrets,
     .shape = &kNames,
     .doc = "Variables, inputs and outputs whose values are hidden."},
};

}  // namespace

constinit const Shape kWords = list_of(kScalar, "a list of words", 0);
constinit const Shape kDependsOn = either_of(kDependsOnParts, "an id or a list of ids");
constinit const Shape kDependencies =
    either_of(kDependenciesParts, "a list of ids, or an object with 'depends_on'");
constinit const Shape kAcceptanceTests = either_of(kAcceptanceTestsParts, "a list of commands");
constinit const Shape kSuccess = object_of(kSuccessObject, "an object");
constinit const Shape kArtifacts = list_of(kArtifact, "a list of paths", 0);
constinit const Shape kPools = map_of(kPoolSlots, "names with numbers");
constinit const Shape kTool =
    either_of(kToolParts, "the name of a tool profile, or a list of them");
constinit const Shape kOutputs = map_of(kScalar, "names with sources");
constinit const Shape kValues = map_of(kAnything, "names with values");

constinit const ObjectSpec kDependencyObject({.name = "dependency", .keys = kDependencyKeys});
constinit const ObjectSpec kDependenciesObject({.name = "dependencies", .keys = kDependenciesKeys});
constinit const ObjectSpec kAcceptanceTestObject({.name = "acceptance test",
                                                  .keys = kAcceptanceTestKeys});
constinit const ObjectSpec kWaitObject({.name = "wait",
                                        .keys = kWaitKeys,
                                        .exclusions = kWaitOneOf});
constinit const ObjectSpec kArtifactObject({.name = "artifact", .keys = kArtifactKeys});
constinit const ObjectSpec kStdinObject({.name = "stdin",
                                         .keys = kStdinKeys,
                                         .exclusions = kStdinOneOf});
constinit const ObjectSpec kSuccessObject({.name = "success", .keys = kSuccessKeys});
constinit const ObjectSpec kStepObject(
    {.name = "step", .keys = kStepKeys, .exclusions = kStepOneOf, .misplaced = kStepMisplaced});

}  // namespace ws
