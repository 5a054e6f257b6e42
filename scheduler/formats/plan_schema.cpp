#include "formats/shapes.h"

// The plan form: plan_id, globals, steps with command and args.

namespace ws {
namespace {

constexpr KeySpec kPlanGlobalsKeys[] = {
    {.key = Key::max_concurrency, .shape = &kWorkers, .doc = "Steps at the same time; default 1."},
    {.key = Key::default_timeout, .shape = &kTimeout, .doc = "For steps without one; 1800 s."},
    {.key = Key::default_retries, .shape = &kExtraAttempts, .doc = "Attempts after the first."},
    {.key = Key::env, .shape = &kEnvironment, .doc = "Variables for every step."},
};
constinit const Shape kPlanGlobals = object_of(kPlanGlobalsObject, "an object");
constinit const Shape kPlanStep = object_of(kPlanStepObject, "an object with 'id' and 'command'");
constinit const Shape kPlanSteps = list_of(kPlanStep, "a list of steps", 0);

constexpr KeySpec kPlanKeys[] = {
    {.key = Key::plan_id, .shape = &kPlanId, .doc = "Unique over all files.", .is_required = true},
    {.key = Key::version,
     .shape = &kScalar,
     .doc = "The version of this plan.",
     .is_required = true},
    {.key = Key::globals, .shape = &kPlanGlobals, .doc = "Defaults.", .is_required = true},
    {.key = Key::steps, .shape = &kPlanSteps, .doc = "The steps.", .is_required = true},
    {.key = Key::name, .shape = &kText, .doc = "A title, for people."},
    {.key = Key::description, .shape = &kText, .doc = "For people."},
    {.key = Key::metadata, .shape = &kParameters, .doc = "Shown, never acted on."},
    {.key = Key::tags, .shape = &kTexts, .doc = "Labels."},
};

constexpr KeySpec kPlanStepKeys[] = {
    {.key = Key::id, .shape = &kStepId, .doc = "Unique in the plan.", .is_required = true},
    {.key = Key::name, .shape = &kText, .doc = "A title, for people.", .is_required = true},
    {.key = Key::description, .shape = &kText, .doc = "For people."},
    {.key = Key::command, .shape = &kName, .doc = "The program.", .is_required = true},
    {.key = Key::args, .shape = &kWords, .doc = "Its words.", .is_required = true},
    {.key = Key::cwd, .shape = &kPath, .doc = "Default: where the run was started."},
    {.key = Key::shell, .shape = &kBoolean, .doc = "true: joined to one line for /bin/sh."},
    {.key = Key::env, .shape = &kEnvironment, .doc = "Variables on top of the environment."},
    {.key = Key::depends_on, .shape = &kDependsOn, .doc = "What must be done before."},
    {.key = Key::timeout, .shape = &kTimeout, .doc = "Longest time of one attempt."},
    {.key = Key::retries, .shape = &kExtraAttempts, .doc = "Attempts after the first one."},
    {.key = Key::retry_delay, .shape = &kDelay, .doc = "Before another attempt."},
    {.key = Key::critical, .shape = &kBoolean, .doc = "false: its failure never aborts the run."},
    {.key = Key::condition, .shape = &kFlagOrText, .doc = "Run only if this is true."},
    {.key = Key::on_failure,
     .shape = &kStepOnFailure,
     .doc = "abort (default), skip_dependents or continue."},
    {.key = Key::provides, .shape = &kTexts, .doc = "What it makes available."},
    {.key = Key::consumes, .shape = &kTexts, .doc = "What it needs to be available."},
    {.key = Key::tags, .shape = &kTexts, .doc = "Labels."},
    {.key = Key::ui_hints, .shape = &kAnything, .doc = "For user interfaces."},
    {.key = Key::metadata, .shape = &kParameters, .doc = "Shown, never acted on."},
};

}  // namespace

constinit const ObjectSpec kPlanObject({.name = "plan", .keys = kPlanKeys});
constinit const ObjectSpec kPlanGlobalsObject({.name = "globals", .keys = kPlanGlobalsKeys});
constinit const ObjectSpec kPlanStepObject({.name = "plan step",
                                            .keys = kPlanStepKeys,
                                            .unknown = UnknownKeys::ignore});

}  // namespace ws
