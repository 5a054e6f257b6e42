#include "formats/shapes.h"

#include "base/duration.h"

namespace ws {
namespace {

constexpr double kUsualDuration = 30.0 * 24 * 3600;  // seconds
constexpr double kLongestSeconds =
    static_cast<double>(std::chrono::duration_cast<std::chrono::seconds>(kLongestDuration).count());

constexpr Shape duration_from_zero() {
  Shape shape;
  shape.kind = ShapeKind::duration;
  shape.noun = "a duration";
  shape.minimum = 0;
  shape.usual_maximum = kUsualDuration;
  shape.maximum = kLongestSeconds;
  return shape;
}

constexpr Shape duration_over_zero() {
  Shape shape = duration_from_zero();
  shape.is_minimum_exclusive = true;
  return shape;
}

constexpr Shape simple(ShapeKind kind, std::string_view noun) {
  Shape shape;
  shape.kind = kind;
  shape.noun = noun;
  return shape;
}

constexpr Shape environment() {
  Shape shape = map_of(kScalar, "names with values");
  shape.map_keys = TextRule::env_name;
  return shape;
}

}  // namespace

constinit const Shape kAnything = simple(ShapeKind::anything, "anything");
constinit const Shape kBoolean = simple(ShapeKind::boolean, "true or false");
constinit const Shape kText = text_of(TextRule::any, "text");
constinit const Shape kName = text_of(TextRule::not_empty, "text");
constinit const Shape kScalar = simple(ShapeKind::scalar, "text, a number, true or false");
constinit const Shape kStepId = text_of(TextRule::step_id, "text");
constinit const Shape kWorkstreamId = text_of(TextRule::workstream_id, "text");
constinit const Shape kPlanId = text_of(TextRule::plan_id, "text");
constinit const Shape kPattern = text_of(TextRule::pattern, "a regular expression");
constinit const Shape kPath = text_of(TextRule::not_empty, "a path");

constinit const Shape kNames = list_of(kName, "a list of texts", 0);
constinit const Shape kEnvironment = environment();
constinit const Shape kParameters = map_of(kAnything, "names with values");

namespace {

constinit const Shape kTextList = list_of(kText, "a list of texts", 0);
constexpr const Shape* kTextsParts[] = {&kText, &kTextList};
constinit const Shape kPathList = list_of(kPath, "a list of paths", 0);
constexpr const Shape* kPathsParts[] = {&kPath, &kPathList};
constinit const Shape kScope = text_of(TextRule::path, "a path");
constinit const Shape kScopeList = list_of(kScope, "a list of paths", 0);
constexpr const Shape* kScopesParts[] = {&kScope, &kScopeList};
constinit const Shape kPatternList = list_of(kPattern, "a list of regular expressions", 0);
constexpr const Shape* kPatternsParts[] = {&kPattern, &kPatternList};

constinit const Shape kWordList = list_of(kScalar, "a list of words", 1);
constexpr const Shape* kCommandParts[] = {&kName, &kWordList};

constinit const Shape kPriorityNumber = integer_in({-1e6, 1e6, 1e6});
constinit const Shape kPriorityWord = text_of(TextRule::priority, "a priority");
constexpr const Shape* kPriorityParts[] = {&kPriorityNumber, &kPriorityWord};

constexpr const Shape* kFlagOrTextParts[] = {&kBoolean, &kName};

constexpr std::string_view kOnFailureWords[] = {"abort", "fail_fast", "skip_dependents",
                                                "continue"};
constexpr std::string_view kExecuteWords[] = {"parallel", "sequential"};

}  // namespace

constinit const Shape kTexts = either_of(kTextsParts, "text or a list of texts");
constinit const Shape kPaths = either_of(kPathsParts, "a path or a list of paths");
constinit const Shape kScopes = either_of(kScopesParts, "a path or a list of paths");
constinit const Shape kPatterns =
    either_of(kPatternsParts, "a regular expression or a list of them");
constinit const Shape kCommand = either_of(kCommandParts, "a command line or a list of words");
constinit const Shape kPriority = either_of(kPriorityParts, "a whole number or a priority word");
constinit const Shape kFlagOrText = either_of(kFlagOrTextParts, "a condition");
constinit const Shape kStepOnFailure = words_of(kOnFailureWords, "a failure policy");
constinit const Shape kExecute = words_of(kExecuteWords, "an order");

constinit const Shape kTimeout = duration_over_zero();
constinit const Shape kDelay = duration_from_zero();
constinit const Shape kWorkers = integer_in({1, 1024, 1e6});
constinit const Shape kExtraAttempts = integer_in({0, 100, 1e6});
constinit const Shape kTotalAttempts = integer_in({1, 100, 1e6});

}  // namespace ws
