#include <array>

#include "formats/shapes.h"

// Retry, breaker, error handling, saga and the other policies of shapes A and B.

namespace ws {
namespace {

constexpr std::string_view kBackoffWords[] = {"none", "fixed", "linear", "exponential"};
constinit const Shape kBackoff = words_of(kBackoffWords, "a backoff");
constinit const Shape kFactor = number_in({1, 100, 1e6});
constinit const Shape kRetryExitCode = integer_in({0, 255, 255});
constinit const Shape kRetryExitCodeList = list_of(kRetryExitCode, "a list of exit codes", 0);
constexpr const Shape* kRetryExitParts[] = {&kRetryExitCode, &kRetryExitCodeList};
constinit const Shape kRetryExits =
    either_of(kRetryExitParts, "an exit code or a list of exit codes");
constexpr Key kAttempts[] = {Key::attempts, Key::max_attempts};
constexpr Key kStrategies[] = {Key::backoff, Key::strategy};
constexpr OneOf kRetryOneOf[] = {{kAttempts}, {kStrategies}};
constexpr KeySpec kRetryKeys[] = {
    {.key = Key::enabled, .shape = &kBoolean, .doc = "false: never try again."},
    {.key = Key::attempts, .shape = &kTotalAttempts, .doc = "Tries in all, the first included."},
    {.key = Key::max_attempts, .shape = &kTotalAttempts, .doc = "Another name of attempts."},
    {.key = Key::backoff, .shape = &kBackoff, .doc = "How the delay grows."},
    {.key = Key::strategy, .shape = &kBackoff, .doc = "Another name of backoff."},
    {.key = Key::initial_delay, .shape = &kDelay, .doc = "Before the second try."},
    {.key = Key::max_delay, .shape = &kDelay, .doc = "The longest delay."},
    {.key = Key::factor, .shape = &kFactor, .doc = "Growth of an exponential delay."},
    {.key = Key::jitter, .shape = &kBoolean, .doc = "Spread the delays at random."},
    {.key = Key::on_exit, .shape = &kRetryExits, .doc = "Only after these exit codes."},
    {.key = Key::on_output, .shape = &kPatterns, .doc = "Only when the output matches."},
};

constinit const Shape kCount = integer_in({0, 1000, 1e6});
constexpr std::string_view kEscalationWords[] = {"immediate", "linear_backoff",
                                                 "exponential_backoff", "circuit_break"};
constinit const Shape kEscalation = words_of(kEscalationWords, "an escalation strategy");
constexpr KeySpec kBreakerKeys[] = {
    {.key = Key::enabled, .shape = &kBoolean, .doc = "false: no breaker."},
    {.key = Key::max_attempts, .shape = &kTotalAttempts, .doc = "Tries in all."},
    {.key = Key::max_error_repeats,
     .shape = &kCount,
     .doc = "Equal errors in a row before it opens."},
    {.key = Key::oscillation_threshold,
     .shape = &kCount,
     .doc = "Returns of an earlier error before it opens."},
    {.key = Key::per_step, .shape = &kBoolean, .doc = "One breaker for each step."},
    {.key = Key::per_phase, .shape = &kBoolean, .doc = "One breaker for each phase."},
    {.key = Key::cooldown, .shape = &kDelay, .doc = "How long it stays open."},
    {.key = Key::error_patterns, .shape = &kPatterns, .doc = "Errors worth another try."},
    {.key = Key::escalation_strategy, .shape = &kEscalation, .doc = "How it escalates."},
};

constexpr Key kUndo[] = {Key::command, Key::action};
constexpr OneOf kCompensationOneOf[] = {{kUndo}};
constexpr KeySpec kCompensationKeys[] = {
    {.key = Key::enabled, .shape = &kBoolean, .doc = "false: nothing to undo."},
    {.key = Key::command, .shape = &kCommand, .doc = "The command that undoes the step."},
    {.key = Key::action, .shape = &kName, .doc = "The tool profile `compensate:<action>`."},
    {.key = Key::description, .shape = &kText, .doc = "For people."},
    {.key = Key::parameters, .shape = &kParameters, .doc = "Handed to the command."},
    {.key = Key::timeout, .shape = &kTimeout, .doc = "Longest time of one attempt."},
    {.key = Key::retries, .shape = &kExtraAttempts, .doc = "Attempts after the first one."},
};

// error_handling: one hook per occasion. What may be done is listed for two of them; files of other
// people have any word in the others, where none does anything (the reader says so).
constexpr std::string_view kFailureActions[] = {"fail_fast", "log_and_continue", "skip_step",
                                                "escalate", "pause_and_notify"};
constinit const Shape kFailureAction = words_of(kFailureActions, "an action");
constexpr Shape open_words(std::span<const std::string_view> words, std::string_view noun) {
  Shape shape = words_of(words, noun);
  shape.is_open = true;
  return shape;
}
constexpr std::string_view kOpenActions[] = {"pause_and_notify"};
constinit const Shape kOpenAction = words_of(kOpenActions, "an action");
constexpr std::string_view kLogLevels[] = {"debug", "info", "warning", "error", "critical",
                                           "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"};
constinit const Shape kLogLevel = open_words(kLogLevels, "a log level");

// The keys of a hook, whose actions are of that shape.
constexpr std::array<KeySpec, 8> hook_keys(const Shape& actions) {
  return {{
      {.key = Key::action, .shape = &actions, .doc = "What to do."},
      {.key = Key::log_level, .shape = &kLogLevel, .doc = "How loud to log it."},
      {.key = Key::notify, .shape = &kTexts, .doc = "Whom the notify command is to tell."},
      {.key = Key::collect_diagnostics, .shape = &kBoolean, .doc = "Keep what helps to explain."},
      {.key = Key::message, .shape = &kText, .doc = "Message template."},
      {.key = Key::message_template, .shape = &kText, .doc = "Another name of message."},
      {.key = Key::pause_duration, .shape = &kDelay, .doc = "How long to pause."},
      {.key = Key::trigger_saga_rollback, .shape = &kBoolean, .doc = "Undo what was done."},
  }};
}
constexpr std::array<KeySpec, 8> kHookKeys = hook_keys(kFailureAction);
constexpr std::array<KeySpec, 8> kOtherHookKeys = hook_keys(kText);
constexpr std::array<KeySpec, 8> kOpenHookKeys = hook_keys(kOpenAction);
constexpr Key kMessages[] = {Key::message, Key::message_template};
constexpr OneOf kHookOneOf[] = {{kMessages}};
constinit const Shape kHook = object_of(kErrorHookObject, "an object with 'action'");
constinit const ObjectSpec kOtherHookObject({.name = "hook",
                                             .keys = kOtherHookKeys,
                                             .exclusions = kHookOneOf});
constinit const Shape kOtherHook = object_of(kOtherHookObject, "an object with 'message'");
constinit const ObjectSpec kOpenHookObject({.name = "breaker hook",
                                            .keys = kOpenHookKeys,
                                            .exclusions = kHookOneOf});
constinit const Shape kOpenHook = object_of(kOpenHookObject, "an object with 'action'");
constexpr KeySpec kErrorHandlingKeys[] = {
    {.key = Key::on_failure, .shape = &kHook, .doc = "When a step failed for good."},
    {.key = Key::on_retry, .shape = &kOtherHook, .doc = "Before another try."},
    {.key = Key::on_recovery, .shape = &kOtherHook, .doc = "When a retry succeeded."},
    {.key = Key::on_circuit_open, .shape = &kOpenHook, .doc = "When the breaker opened."},
    {.key = Key::on_step_failure, .shape = &kOtherHook, .doc = "When a step failed."},
    {.key = Key::on_rollback_start, .shape = &kOtherHook, .doc = "Before undoing."},
    {.key = Key::on_rollback_complete, .shape = &kOtherHook, .doc = "After undoing."},
    {.key = Key::on_rollback_failure, .shape = &kOtherHook, .doc = "When undoing failed."},
};

constexpr KeySpec kTransitionKeys[] = {
    {.key = Key::from, .shape = &kTexts, .doc = "State, or * for any."},
    {.key = Key::to, .shape = &kName, .doc = "State."},
    {.key = Key::trigger, .shape = &kText, .doc = "What causes it."},
};
constinit const Shape kTransition = object_of(kTransitionObject, "an object with 'from' and 'to'");
constinit const Shape kTransitions = list_of(kTransition, "a list of transitions", 0);
constexpr KeySpec kStateTransitionsKeys[] = {
    {.key = Key::initial, .shape = &kName, .doc = "The first state."},
    {.key = Key::states, .shape = &kNames, .doc = "All states."},
    {.key = Key::transitions, .shape = &kTransitions, .doc = "What leads where."},
};

constexpr KeySpec kOnResumeKeys[] = {
    {.key = Key::validate_state, .shape = &kBoolean, .doc = "Is always done."},
    {.key = Key::check_file_changes,
     .shape = &kBoolean,
     .doc = "An edited step refuses the run instead of running again."},
    {.key = Key::verify_dependencies, .shape = &kBoolean, .doc = "Is always done."},
};
constinit const Shape kOnResume = object_of(kOnResumeObject, "an object");
constexpr std::string_view kResumeWords[] = {"from_last_checkpoint", "from_phase_start",
                                             "from_beginning"};
constinit const Shape kResumeFrom = words_of(kResumeWords, "where to resume");
constexpr KeySpec kResumeKeys[] = {
    {.key = Key::enabled,
     .shape = &kBoolean,
     .doc = "true: the same command goes on after a failure, too; false: never by itself."},
    {.key = Key::strategy, .shape = &kResumeFrom, .doc = "Where to resume."},
    {.key = Key::on_resume, .shape = &kOnResume, .doc = "Checks before resuming."},
    {.key = Key::cleanup_on_complete,
     .shape = &kBoolean,
     .doc = "A run that succeeded leaves nothing behind."},
};

constexpr std::string_view kSagaWords[] = {"orchestration", "choreography"};
constinit const Shape kSagaStrategy = words_of(kSagaWords, "a saga strategy");
constexpr KeySpec kSagaKeys[] = {
    {.key = Key::enabled, .shape = &kBoolean, .doc = "Undo finished steps when one fails."},
    {.key = Key::strategy, .shape = &kSagaStrategy, .doc = "Who decides."},
    {.key = Key::rollback_on_failure, .shape = &kBoolean, .doc = "Roll back by itself."},
    {.key = Key::timeout, .shape = &kTimeout, .doc = "Longest time of the whole saga."},
};

constexpr std::string_view kCompensationFailureWords[] = {"log_and_continue", "fail_fast",
                                                          "retry_later"};
constinit const Shape kCompensationFailure = words_of(kCompensationFailureWords, "a policy");
constexpr KeySpec kRollbackStrategyKeys[] = {
    {.key = Key::on_compensation_failure,
     .shape = &kCompensationFailure,
     .doc = "When a step cannot be undone."},
    {.key = Key::max_rollback_retries, .shape = &kExtraAttempts, .doc = "Tries to undo."},
    {.key = Key::rollback_timeout, .shape = &kTimeout, .doc = "Longest time of the rollback."},
    {.key = Key::partial_rollback, .shape = &kBoolean, .doc = "Undo what can be undone."},
};

constexpr Shape payload_timeout() {
  Shape shape = integer_in({0, 3.6e6, 8.64e10});
  shape.kind = ShapeKind::duration;
  shape.noun = "a duration";
  shape.maximum = 8.64e7;
  shape.usual_maximum = 86400;
  shape.usual_minimum = 1;
  shape.is_minimum_exclusive = true;
  return shape;
}
constinit const Shape kPayloadTimeout = payload_timeout();
constinit const Shape kPayloadRetries = integer_in({0, 5, 1e6});
constexpr KeySpec kCapabilityPayloadKeys[] = {
    {.key = Key::files, .shape = &kPaths, .doc = "Files the tool works on."},
    {.key = Key::prompt, .shape = &kText, .doc = "What the tool is told."},
    {.key = Key::timeout, .shape = &kPayloadTimeout, .doc = "Longest time."},
    {.key = Key::max_retries, .shape = &kPayloadRetries, .doc = "Attempts after the first one."},
};

constexpr std::string_view kGateTypes[] = {"GATE_LINT",     "GATE_UNIT", "GATE_INTEGRATION",
                                           "GATE_SECURITY", "LINT",      "UNIT",
                                           "INTEGRATION",   "SECURITY"};
constinit const Shape kGateType = words_of(kGateTypes, "a kind of gate");
constexpr KeySpec kTestGateKeys[] = {
    {.key = Key::type, .shape = &kGateType, .doc = "Which gate.", .is_required = true},
    {.key = Key::command, .shape = &kCommand, .doc = "The check: exit code 0 is a pass."},
    {.key = Key::timeout, .shape = &kTimeout, .doc = "Longest time of the check."},
    {.key = Key::description, .shape = &kText, .doc = "What is checked, for people."},
    {.key = Key::required,
     .shape = &kBoolean,
     .doc = "false: passed over without a command; a failure is reported only."},
    {.key = Key::blocking, .shape = &kBoolean, .doc = "false: a failure is reported only."},
};
constinit const Shape kTestGate = object_of(kTestGateObject, "an object with 'type'");

constexpr std::string_view kRollbackOrders[] = {"reverse", "parallel", "custom"};
constinit const Shape kRollbackWord = words_of(kRollbackOrders, "an order");
constinit const Shape kRollbackList = list_of(kStepId, "a list of step ids", 1);
constexpr const Shape* kRollbackOrderParts[] = {&kRollbackWord, &kRollbackList};

}  // namespace

constinit const Shape kRollbackOrder =
    either_of(kRollbackOrderParts, "an order, or a list of step ids");
constinit const Shape kRetry = object_of(kRetryObject, "an object with 'attempts'");
constinit const Shape kBreaker = object_of(kBreakerObject, "an object with 'max_attempts'");
constinit const Shape kCompensation =
    object_of(kCompensationObject, "an object with 'command' or 'action'");
constinit const Shape kErrorHandling = object_of(kErrorHandlingObject, "an object");
constinit const Shape kStateTransitions = object_of(kStateTransitionsObject, "an object");
constinit const Shape kResume = object_of(kResumeObject, "an object");
constinit const Shape kSaga = object_of(kSagaObject, "an object");
constinit const Shape kRollbackStrategy = object_of(kRollbackStrategyObject, "an object");
constinit const Shape kCapabilityPayload = object_of(kCapabilityPayloadObject, "an object");
constinit const Shape kTestGates = list_of(kTestGate, "a list of gates", 0);

constinit const ObjectSpec kRetryObject({.name = "retry",
                                         .keys = kRetryKeys,
                                         .exclusions = kRetryOneOf});
constinit const ObjectSpec kErrorHookObject({.name = "error hook",
                                             .keys = kHookKeys,
                                             .exclusions = kHookOneOf});
constinit const ObjectSpec kErrorHandlingObject({.name = "error handling",
                                                 .keys = kErrorHandlingKeys});
constinit const ObjectSpec kTransitionObject({.name = "transition", .keys = kTransitionKeys});
constinit const ObjectSpec kStateTransitionsObject({.name = "state transitions",
                                                    .keys = kStateTransitionsKeys});
constinit const ObjectSpec kOnResumeObject({.name = "on_resume", .keys = kOnResumeKeys});
constinit const ObjectSpec kResumeObject({.name = "resume", .keys = kResumeKeys});
constinit const ObjectSpec kSagaObject({.name = "saga", .keys = kSagaKeys});
constinit const ObjectSpec kRollbackStrategyObject({.name = "rollback strategy",
                                                    .keys = kRollbackStrategyKeys});
constinit const ObjectSpec kTestGateObject({.name = "test gate", .keys = kTestGateKeys});
constinit const ObjectSpec kBreakerObject({.name = "circuit breaker", .keys = kBreakerKeys});
constinit const ObjectSpec kCompensationObject({.name = "compensation",
                                                .keys = kCompensationKeys,
                                                .exclusions = kCompensationOneOf});
constinit const ObjectSpec kCapabilityPayloadObject({.name = "capability payload",
                                                     .keys = kCapabilityPayloadKeys});

}  // namespace ws
