#include "formats/shapes.h"

// The top of a workstream file, and its `execution` block.

namespace ws {
namespace {

constexpr std::string_view kAutoWords[] = {"auto"};
constinit const Shape kAuto = words_of(kAutoWords, "auto");
constexpr const Shape* kWorkersOrAutoParts[] = {&kWorkers, &kAuto};
constinit const Shape kWorkersOrAuto = either_of(kWorkersOrAutoParts, "a whole number or auto");
constexpr std::string_view kRunOnFailureWords[] = {"fail_fast", "skip_dependents", "continue",
                                                   "abort"};
constinit const Shape kRunOnFailure = words_of(kRunOnFailureWords, "a failure policy");
constexpr std::string_view kObserverWords[] = {"noop", "log", "slog", "json"};
constinit const Shape kObserver = words_of(kObserverWords, "an observer");
constexpr std::string_view kModeWords[] = {"parallel", "sequential"};
constinit const Shape kMode = words_of(kModeWords, "an order");

constexpr Key kFailureKeys[] = {Key::on_failure, Key::fail_fast};
constexpr Key kParallelKeys[] = {Key::parallel, Key::mode};
constexpr OneOf kExecutionOneOf[] = {{kFailureKeys}, {kParallelKeys}};
constexpr KeySpec kExecutionKeys[] = {
    {.key = Key::parallel, .shape = &kBoolean, .doc = "false: one step at a time."},
    {.key = Key::mode, .shape = &kMode, .doc = "parallel or sequential."},
    {.key = Key::max_workers,
     .shape = &kWorkersOrAuto,
     .doc = "Steps that run at the same time: a number, or auto (default)."},
    {.key = Key::worker_cap, .shape = &kWorkers, .doc = "The most that auto may choose."},
    {.key = Key::timeout_per_step,
     .shape = &kTimeout,
     .doc = "Longest time of one attempt, for steps without a timeout."},
    {.key = Key::timeout, .shape = &kTimeout, .doc = "Longest time of the whole run."},
    {.key = Key::rate_limit_delay, .shape = &kDelay, .doc = "Shortest time between two starts."},
    {.key = Key::on_failure,
     .shape = &kRunOnFailure,
     .doc = "fail_fast, skip_dependents (default) or continue."},
    {.key = Key::fail_fast,
     .shape = &kBoolean,
     .doc = "true: the first failure cancels everything; not given is not the same as false."},
    {.key = Key::adaptive_scaling, .shape = &kBoolean, .doc = "Fewer workers under load."},
    {.key = Key::observer, .shape = &kObserver, .doc = "Who is told of events, as --observer."},
};

constexpr std::string_view kKinds[] = {"design", "impl",     "test",       "docs",
                                       "infra",  "refactor", "background", "spike"};
constexpr Shape kind_shape() {
  Shape shape = words_of(kKinds, "a kind of work");
  shape.is_open = true;
  return shape;
}
constinit const Shape kKind = kind_shape();
constinit const Shape kGateNumber = integer_in({1, 100, 1e6});
constexpr const Shape* kGateParts[] = {&kGateNumber, &kName};
constinit const Shape kGate = either_of(kGateParts, "a whole number");
constinit const Shape kCost = number_in({0, 1e6, 1e12});
constinit const Shape kTokens = integer_in({0, 1e9, 1e15});
constinit const Shape kStepIds = list_of(kStepId, "a list of step ids", 1);
constinit const Shape kVariables = map_of(kScalar, "names with values");

constexpr std::string_view kUnderSteps = "it is a key of a step: write it under 'steps'";
constexpr Misplaced kMisplaced[] = {
    {Key::command, kUnderSteps}, {Key::script, kUnderSteps}, {Key::wait, kUnderSteps}};

// inputs: a default, or what is known of it.
constexpr KeySpec kInputKeys[] = {
    {.key = Key::default_, .shape = &kAnything, .doc = "Its value when none is given."},
    {.key = Key::description, .shape = &kText, .doc = "For people."},
};
constinit const Shape kInputEntry = object_of(kInputObject, "an object with 'default'");
constinit const Shape kInputList = list_of(kAnything, "a list", 0);
constexpr const Shape* kInputParts[] = {&kScalar, &kInputList, &kInputEntry};
constexpr Shape input_shape() {
  Shape shape = either_of(kInputParts, "a default, or an object with 'default'");
  shape.takes_null = true;
  return shape;
}
constinit const Shape kInput = input_shape();

// refused: what a workstream of another notation asks for and cannot have.
constexpr KeySpec kRefusedKeys[] = {
    {.key = Key::key, .shape = &kName, .doc = "What it is called.", .is_required = true},
    {.key = Key::of, .shape = &kText, .doc = "Whose it is: step 'a'."},
    {.key = Key::value, .shape = &kAnything, .doc = "As it was written."},
    {.key = Key::message, .shape = &kName, .doc = "Why it is refused.", .is_required = true},
    {.key = Key::hint, .shape = &kText, .doc = "What to do about it."},
};
constinit const Shape kRefusedEntry =
    object_of(kRefusedObject, "an object with 'key' and 'message'");
constinit const Shape kRefused = list_of(kRefusedEntry, "a list of what is refused", 0);

constexpr KeySpec kWorkstreamKeys[] = {
    {.key = Key::id,
     .shape = &kWorkstreamId,
     .doc = "Unique over all files; usually ws- and lower-case words.",
     .is_required = true},
    {.key = Key::name, .shape = &kText, .doc = "A title, for people."},
    {.key = Key::version, .shape = &kScalar, .doc = "The version of this definition."},
    {.key = Key::description, .shape = &kText, .doc = "For people."},
    {.key = Key::openspec_change, .shape = &kScalar, .doc = "Trace link."},
    {.key = Key::ccpm_issue, .shape = &kScalar, .doc = "Trace link."},
    {.key = Key::gate, .shape = &kGate, .doc = "Approval level it needs."},
    {.key = Key::files_scope,
     .shape = &kScopes,
     .doc = "Files, directories or globs it works on; overlaps are run one after another."},
    {.key = Key::files_create, .shape = &kScopes, .doc = "Files it may create."},
    {.key = Key::tasks, .shape = &kTexts, .doc = "The prompt of its tool, one line each."},
    {.key = Key::tool, .shape = &kName, .doc = "A tool profile."},
    {.key = Key::capability, .shape = &kText, .doc = "A kind of tool, instead of one by name."},
    {.key = Key::capability_payload, .shape = &kCapabilityPayload, .doc = "What the tool gets."},
    {.key = Key::acceptance_tests,
     .shape = &kAcceptanceTests,
     .doc = "Commands that check the result, after all steps."},
    {.key = Key::depends_on, .shape = &kDependsOn, .doc = "Workstreams that must be done before."},
    {.key = Key::dependencies, .shape = &kDependencies, .doc = "Another name of depends_on."},
    {.key = Key::blocks, .shape = &kTexts, .doc = "A hint for people; makes no edge."},
    {.key = Key::blocked_by, .shape = &kTexts, .doc = "A hint for people; makes no edge."},
    {.key = Key::execution, .shape = &kExecution, .doc = "How to run the steps."},
    {.key = Key::steps, .shape = &kSteps, .doc = "The steps."},
    {.key = Key::step_groups, .shape = &kGroups, .doc = "Groups of steps."},
    {.key = Key::groups, .shape = &kGroups, .doc = "Another name of step_groups."},
    {.key = Key::phases, .shape = &kPhases, .doc = "Groups of steps with checkpoints."},
    {.key = Key::env, .shape = &kEnvironment, .doc = "Variables for every step."},
    {.key = Key::vars,
     .shape = &kVariables,
     .doc = "Defaults of ${vars.NAME}; --var replaces them."},
    {.key = Key::inputs,
     .shape = &kInputs,
     .doc = "Values of ${inputs.NAME}: a default each; nothing: it must be given."},
    {.key = Key::any_input,
     .shape = &kBoolean,
     .doc = "true: --input may give names that are not declared."},
    {.key = Key::outputs, .shape = &kOutputs, .doc = "Named results."},
    {.key = Key::refused,
     .shape = &kRefused,
     .doc = "What of it nobody can run: a run is refused with these messages."},
    {.key = Key::secrets,
     .shape = &kNames,
     .doc = "Variables, inputs and outputs whose values are hidden."},
    {.key = Key::pools, .shape = &kPools, .doc = "Named limits."},
    {.key = Key::circuit_breaker, .shape = &kBreaker, .doc = "When to stop trying."},
    {.key = Key::retry, .shape = &kRetry, .doc = "Try again when a step fails."},
    {.key = Key::error_handling, .shape = &kErrorHandling, .doc = "What to do about errors."},
    {.key = Key::state_transitions, .shape = &kStateTransitions, .doc = "States and transitions."},
    {.key = Key::resume,
     .shape = &kResume,
     .doc = "How to go on with a run that did not come to its end."},
    {.key = Key::saga, .shape = &kSaga, .doc = "Undo finished steps when one fails."},
    {.key = Key::rollback_order, .shape = &kRollbackOrder, .doc = "In which order to undo."},
    {.key = Key::custom_order,
     .shape = &kStepIds,
     .doc = "The order of rollback_order: custom.",
     .needs = Key::rollback_order},
    {.key = Key::rollback_strategy, .shape = &kRollbackStrategy, .doc = "How to undo."},
    {.key = Key::compensation_actions,
     .shape = &kTexts,
     .doc = "Commands at the end of a rollback."},
    {.key = Key::test_gates, .shape = &kTestGates, .doc = "Gates it must pass."},
    {.key = Key::pre_flight_checks, .shape = &kAcceptanceTests, .doc = "Checks before it starts."},
    {.key = Key::expected_artifacts, .shape = &kArtifacts, .doc = "Files it must leave behind."},
    {.key = Key::parallel_ok, .shape = &kBoolean, .doc = "false: must run alone."},
    {.key = Key::conflict_group, .shape = &kText, .doc = "Only one of a group runs at a time."},
    {.key = Key::priority,
     .shape = &kPriority,
     .doc = "Higher starts first: a number, or critical, high, medium, low, P0, …"},
    {.key = Key::kind, .shape = &kKind, .doc = "A label."},
    {.key = Key::tags, .shape = &kTexts, .doc = "Labels."},
    {.key = Key::max_cost_usd, .shape = &kCost, .doc = "Budget; shown only."},
    {.key = Key::estimated_context_tokens, .shape = &kTokens, .doc = "Budget; shown only."},
    {.key = Key::metadata, .shape = &kParameters, .doc = "Shown, never acted on."},
};

}  // namespace

constinit const Shape kInputs = map_of(kInput, "names with defaults");
constinit const ObjectSpec kRefusedObject({.name = "refused", .keys = kRefusedKeys});
constinit const ObjectSpec kInputObject({.name = "input", .keys = kInputKeys});
constinit const Shape kExecution = object_of(kExecutionObject, "an object");
constinit const ObjectSpec kExecutionObject({.name = "execution",
                                             .keys = kExecutionKeys,
                                             .exclusions = kExecutionOneOf});
constinit const ObjectSpec kWorkstreamObject({.name = "workstream",
                                              .keys = kWorkstreamKeys,
                                              .misplaced = kMisplaced});

}  // namespace ws
