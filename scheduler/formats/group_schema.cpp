#include <algorithm>
#include <array>
#include <iterator>

#include "formats/shapes.h"

// Step groups and phases, and the joins they share with the items of a step.

namespace ws {
namespace {

constexpr std::string_view kJoinWords[] = {"all", "first", "any", "settled"};
constinit const Shape kJoinWord = words_of(kJoinWords, "a join");
constinit const Shape kJoinCount = integer_in({1, 1e6, 1e9});
constexpr KeySpec kJoinKeys[] = {
    {.key = Key::any,
     .shape = &kJoinCount,
     .doc = "So many successes are enough.",
     .is_required = true},
};
constexpr Misplaced kJoinMisplaced[] = {{Key::count, "write {any: 2} for two successes"}};
constinit const Shape kJoinEntry = object_of(kJoinObject, "an object with 'any'");
constexpr const Shape* kJoinParts[] = {&kJoinWord, &kJoinEntry};

constexpr std::string_view kGroupFailureWords[] = {"fail_fast", "drain", "collect", "continue",
                                                   "ignore"};
constexpr std::string_view kFirstFailureWords[] = {"cancel", "drain"};
constexpr std::string_view kFailIfWords[] = {"any", "all", "none"};
constexpr std::string_view kErrorsWords[] = {"surface", "drop"};
constexpr std::string_view kLosersWords[] = {"cancel", "background"};
constinit const Shape kLosers = words_of(kLosersWords, "what happens to losers");

// A member: an id, a group written inline (it has `steps`), or a step written inline.
constinit const Shape kInlineGroup = object_of(kGroupObject, "a group");
constinit const Shape kInlineStep = object_of(kStepObject, "a step");
constexpr const Shape* kMemberParts[] = {&kStepId, &kInlineGroup, &kInlineStep};
constinit const Shape kMember = either_of(kMemberParts, "an id, a step or a group");

// Those of a group or phase itself: at least one.
constexpr Shape filled(Shape list) {
  list.is_filled = true;
  return list;
}
constinit const Shape kGroupMembers = filled(list_of(kMember, "a list of steps", 0));

constinit const Shape kGroup = object_of(kGroupObject, "an object with 'id' and 'steps'");
constinit const Shape kPhase = object_of(kPhaseObject, "an object with 'id' and 'steps'");

constinit const Shape kRounds = integer_in({1, 10000, 1e6});
constexpr Key kRepeatBounds[] = {Key::max, Key::until, Key::while_};
constexpr OneOf kRepeatOneOf[] = {
    {.keys = kRepeatBounds, .is_required = true, .are_several_allowed = true}};
constexpr std::string_view kAtMaxWords[] = {"fail", "done"};
constinit const Shape kAtMax = words_of(kAtMaxWords, "what reaching 'max' means");
constexpr KeySpec kRepeatKeys[] = {
    {.key = Key::max,
     .shape = &kRounds,
     .doc = "The most rounds; 1000 when 'until' or 'while' is given."},
    {.key = Key::at_max,
     .shape = &kAtMax,
     .doc = "fail (default beside a condition) or done: what reaching 'max' means."},
    {.key = Key::until, .shape = &kFlagOrText, .doc = "Checked after each round: true ends it."},
    {.key = Key::while_, .shape = &kFlagOrText, .doc = "Checked before each round: false ends it."},
};
constinit const Shape kRepeat =
    object_of(kRepeatObject, "an object with 'max', 'until' or 'while'");

constexpr Key kConditions[] = {Key::when, Key::condition};
constexpr Key kAgain[] = {Key::repeat, Key::for_each};
constexpr OneOf kGroupOneOf[] = {{kConditions}, {kAgain}};

constexpr KeySpec kGroupKeys[] = {
    {.key = Key::id,
     .shape = &kStepId,
     .doc = "Unique among steps and groups.",
     .is_required = true},
    {.key = Key::name, .shape = &kText, .doc = "A title, for people."},
    {.key = Key::description, .shape = &kText, .doc = "For people."},
    {.key = Key::steps,
     .shape = &kGroupMembers,
     .doc = "Ids of steps or groups, or steps written here.",
     .is_required = true},
    {.key = Key::depends_on, .shape = &kDependsOn, .doc = "What must be done before any member."},
    {.key = Key::dependencies, .shape = &kDependencies, .doc = "Another name of depends_on."},
    {.key = Key::execute, .shape = &kExecute, .doc = "parallel (default) or sequential."},
    {.key = Key::join, .shape = &kJoin, .doc = "all (default), first, any, {any: N}, settled."},
    {.key = Key::on_failure,
     .shape = &kGroupOnFailure,
     .doc = "fail_fast (default), drain, collect, continue, ignore."},
    {.key = Key::on_first_failure,
     .shape = &kOnFirstFailure,
     .doc = "cancel or drain; instead of what on_failure says."},
    {.key = Key::fail_if,
     .shape = &kFailIf,
     .doc = "any, all or none; instead of what on_failure says."},
    {.key = Key::errors,
     .shape = &kErrors,
     .doc = "surface or drop; instead of what on_failure says."},
    {.key = Key::losers, .shape = &kLosers, .doc = "cancel or background."},
    {.key = Key::max_workers, .shape = &kWorkers, .doc = "At most so many members at a time."},
    {.key = Key::timeout, .shape = &kTimeout, .doc = "Longest time of the whole group."},
    {.key = Key::member_timeout, .shape = &kTimeout, .doc = "Longest time of one member."},
    {.key = Key::retry, .shape = &kRetry, .doc = "Try the group again when it fails."},
    {.key = Key::circuit_breaker, .shape = &kBreaker, .doc = "When to stop trying."},
    {.key = Key::when, .shape = &kFlagOrText, .doc = "Run only if this is true."},
    {.key = Key::condition, .shape = &kFlagOrText, .doc = "Another name of when."},
    {.key = Key::repeat, .shape = &kRepeat, .doc = "Run it again and again."},
    {.key = Key::for_each,
     .shape = &kForEach,
     .doc =
         "All members once per item; join, on_failure, execute and max_workers are of the items."},
    {.key = Key::result,
     .shape = &kStepId,
     .doc = "The member whose result and outputs are the group's."},
    {.key = Key::catch_, .shape = &kMembers, .doc = "Steps that run when the group failed."},
    {.key = Key::finally, .shape = &kMembers, .doc = "Steps that always run."},
    {.key = Key::metadata, .shape = &kParameters, .doc = "Shown, never acted on."},
};

constexpr std::string_view kCheckpointWords[] = {"automatic", "manual"};
constinit const Shape kCheckpointStrategy = words_of(kCheckpointWords, "when to save");
constexpr KeySpec kCheckpointKeys[] = {
    {.key = Key::enabled, .shape = &kBoolean, .doc = "Whether to save a checkpoint."},
    {.key = Key::strategy, .shape = &kCheckpointStrategy, .doc = "automatic or manual."},
    {.key = Key::location, .shape = &kText, .doc = "Where to save it."},
    {.key = Key::include, .shape = &kTexts, .doc = "What it holds."},
    {.key = Key::interval, .shape = &kDelay, .doc = "How often."},
};
constinit const Shape kCheckpoint = object_of(kCheckpointObject, "an object");

constexpr std::string_view kPhaseFailureWords[] = {"retry_phase", "skip_phase",
                                                   "restart_from_checkpoint"};
constinit const Shape kPhaseFailure = words_of(kPhaseFailureWords, "what to do");
constexpr KeySpec kResumeStrategyKeys[] = {
    {.key = Key::on_failure, .shape = &kPhaseFailure, .doc = "When the phase failed."},
    {.key = Key::max_phase_retries, .shape = &kExtraAttempts, .doc = "Tries after the first one."},
    {.key = Key::checkpoint_interval, .shape = &kDelay, .doc = "How often to save."},
};
constinit const Shape kResumeStrategy = object_of(kResumeStrategyObject, "an object");

constexpr KeySpec kOnlyPhaseKeys[] = {
    {.key = Key::checkpoint,
     .shape = &kCheckpoint,
     .doc = "Shown only: every finished step is recorded."},
    {.key = Key::resume_strategy, .shape = &kResumeStrategy, .doc = "What a failed phase does."},
};
// A phase has every key of a group.
constexpr auto kPhaseKeys = [] {
  std::array<KeySpec, std::size(kGroupKeys) + std::size(kOnlyPhaseKeys)> keys{};
  std::copy(std::begin(kOnlyPhaseKeys), std::end(kOnlyPhaseKeys),
            std::copy(std::begin(kGroupKeys), std::end(kGroupKeys), keys.begin()));
  return keys;
}();

constexpr std::string_view kCountHint = "write 'join: {any: 2}' for two successes";
constexpr Misplaced kGroupMisplaced[] = {{Key::count, kCountHint}};
constexpr Misplaced kPhaseMisplaced[] = {
    {Key::acceptance_tests, "give them to the last step of the phase, or to a step of their own"},
    {Key::count, kCountHint}};

}  // namespace

constinit const Shape kJoin = either_of(kJoinParts, "a join, or {any: N}");
constinit const Shape kGroupOnFailure = words_of(kGroupFailureWords, "a failure policy");
constinit const Shape kOnFirstFailure =
    words_of(kFirstFailureWords, "what the first failure does to the others");
constinit const Shape kFailIf = words_of(kFailIfWords, "which failures fail the whole");
constinit const Shape kErrors = words_of(kErrorsWords, "what becomes of errors");
constinit const Shape kSteps = list_of(kInlineStep, "a list of steps", 0);
constinit const Shape kMembers = list_of(kMember, "a list of steps", 0);
constinit const Shape kGroups = list_of(kGroup, "a list of groups", 0);
constinit const Shape kPhases = list_of(kPhase, "a list of phases", 0);

constinit const ObjectSpec kJoinObject({.name = "join",
                                        .keys = kJoinKeys,
                                        .misplaced = kJoinMisplaced});
constinit const ObjectSpec kRepeatObject({.name = "repeat",
                                          .keys = kRepeatKeys,
                                          .exclusions = kRepeatOneOf});
constinit const ObjectSpec kGroupObject({.name = "group",
                                         .keys = kGroupKeys,
                                         .exclusions = kGroupOneOf,
                                         .misplaced = kGroupMisplaced,
                                         .marker = Key::steps});
constinit const ObjectSpec kResumeStrategyObject({.name = "resume strategy",
                                                  .keys = kResumeStrategyKeys});
constinit const ObjectSpec kCheckpointObject({.name = "checkpoint", .keys = kCheckpointKeys});
constinit const ObjectSpec kPhaseObject(
    {.name = "phase", .keys = kPhaseKeys, .exclusions = kGroupOneOf, .misplaced = kPhaseMisplaced});

}  // namespace ws
