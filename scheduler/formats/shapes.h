// The shapes and objects of the workstream format by name: the vocabulary its description is
// written in.
//
// Knows no Documents and no model: what a shape makes of a value is in schema_check.cpp and the
// readers. shapes.cpp holds the common shapes, each *_schema.cpp one topic.
#pragma once

#include "formats/schema.h"

namespace ws {

// What a text is called that is an expression and not a value: quotes make none of a number.
inline constexpr std::string_view kExpressionNoun = "an expression";

// Simple values.
extern const Shape kAnything;
extern const Shape kBoolean;
extern const Shape kText;          // may be empty
extern const Shape kName;          // not empty
extern const Shape kScalar;        // text, number or boolean, as text
extern const Shape kStepId;        // also of groups and phases
extern const Shape kWorkstreamId;  //
extern const Shape kPlanId;
extern const Shape kPattern;
extern const Shape kPath;
extern const Shape kTexts;          // text or a list of it
extern const Shape kPaths;          // a path or a list of them
extern const Shape kScopes;         // paths or globs inside the tree, one or a list
extern const Shape kPatterns;       // a pattern or a list of them
extern const Shape kNames;          // a list of names
extern const Shape kWords;          // a list of scalars: words of a command
extern const Shape kTimeout;        // more than zero
extern const Shape kDelay;          // zero is allowed
extern const Shape kWorkers;        // 1 or more
extern const Shape kExtraAttempts;  // retries: 0 or more
extern const Shape kTotalAttempts;  // attempts: 1 or more
extern const Shape kEnvironment;
extern const Shape kParameters;  // any map
extern const Shape kCommand;     // a line or argv
extern const Shape kPriority;
extern const Shape kFlagOrText;  // conditions
extern const Shape kStepOnFailure;
extern const Shape kExecute;
extern const Shape kJoin;
extern const Shape kGroupOnFailure;
extern const Shape kOnFirstFailure;
extern const Shape kFailIf;
extern const Shape kErrors;

// Objects and what they are made of.
extern const Shape kDependsOn;
extern const Shape kDependencies;  // the alias with {depends_on, blocks}
extern const Shape kAcceptanceTests;
extern const Shape kSteps;    // inline steps
extern const Shape kMembers;  // ids, inline steps or inline groups
extern const Shape kGroups;
extern const Shape kPhases;
extern const Shape kRetry;
extern const Shape kBreaker;
extern const Shape kCompensation;
extern const Shape kErrorHandling;
extern const Shape kStateTransitions;
extern const Shape kResume;
extern const Shape kSaga;
extern const Shape kRollbackStrategy;
extern const Shape kRollbackOrder;
extern const Shape kCapabilityPayload;
extern const Shape kTestGates;
extern const Shape kArtifacts;
extern const Shape kExecution;
extern const Shape kSuccess;
extern const Shape kPools;
extern const Shape kOutputs;
extern const Shape kValues;
extern const Shape kTool;
extern const Shape kInputs;
extern const Shape kForEach;

extern const ObjectSpec kWorkstreamObject;
extern const ObjectSpec kExecutionObject;
extern const ObjectSpec kStepObject;
extern const ObjectSpec kDependencyObject;
extern const ObjectSpec kDependenciesObject;
extern const ObjectSpec kAcceptanceTestObject;
extern const ObjectSpec kWaitObject;
extern const ObjectSpec kStdinObject;
extern const ObjectSpec kSuccessObject;
extern const ObjectSpec kGroupObject;
extern const ObjectSpec kPhaseObject;
extern const ObjectSpec kJoinObject;
extern const ObjectSpec kRepeatObject;
extern const ObjectSpec kCheckpointObject;
extern const ObjectSpec kResumeStrategyObject;
extern const ObjectSpec kGlobItemsObject;
extern const ObjectSpec kLinesItemsObject;
extern const ObjectSpec kFromItemsObject;
extern const ObjectSpec kProductObject;
extern const ObjectSpec kRetryObject;
extern const ObjectSpec kBreakerObject;
extern const ObjectSpec kCompensationObject;
extern const ObjectSpec kCapabilityPayloadObject;
extern const ObjectSpec kErrorHandlingObject;
extern const ObjectSpec kErrorHookObject;
extern const ObjectSpec kStateTransitionsObject;
extern const ObjectSpec kTransitionObject;
extern const ObjectSpec kOnResumeObject;
extern const ObjectSpec kResumeObject;
extern const ObjectSpec kSagaObject;
extern const ObjectSpec kRollbackStrategyObject;
extern const ObjectSpec kTestGateObject;
extern const ObjectSpec kArtifactObject;
extern const ObjectSpec kInputObject;
extern const ObjectSpec kRefusedObject;
extern const ObjectSpec kPlanObject;
extern const ObjectSpec kPlanGlobalsObject;
extern const ObjectSpec kPlanStepObject;
extern const ObjectSpec kToolProfileObject;

// The building blocks of a description.
constexpr Shape words_of(std::span<const std::string_view> words, std::string_view noun) {
  Shape shape;
  shape.kind = ShapeKind::words;
  shape.words = words;
  shape.noun = noun;
  return shape;
}

constexpr Shape text_of(TextRule rule, std::string_view noun) {
  Shape shape;
  shape.kind = ShapeKind::text;
  shape.text = rule;
  shape.noun = noun;
  return shape;
}

constexpr Shape list_of(const Shape& element, std::string_view noun, std::size_t minimum_items) {
  Shape shape;
  shape.kind = ShapeKind::list;
  shape.element = &element;
  shape.noun = noun;
  shape.minimum_items = minimum_items;
  return shape;
}

constexpr Shape map_of(const Shape& element, std::string_view noun) {
  Shape shape;
  shape.kind = ShapeKind::map;
  shape.element = &element;
  shape.noun = noun;
  return shape;
}

constexpr Shape object_of(const ObjectSpec& object, std::string_view noun) {
  Shape shape;
  shape.kind = ShapeKind::object;
  shape.object = &object;
  shape.noun = noun;
  return shape;
}

constexpr Shape either_of(std::span<const Shape* const> alternatives, std::string_view noun) {
  Shape shape;
  shape.kind = ShapeKind::either;
  shape.alternatives = alternatives;
  shape.noun = noun;
  return shape;
}

struct Range {
  double minimum;
  double usual_maximum;
  double maximum;
};

constexpr Shape integer_in(Range range) {
  Shape shape;
  shape.kind = ShapeKind::integer;
  shape.noun = "a whole number";
  shape.minimum = range.minimum;
  shape.usual_maximum = range.usual_maximum;
  shape.maximum = range.maximum;
  return shape;
}

constexpr Shape number_in(Range range) {
  Shape shape = integer_in(range);
  shape.kind = ShapeKind::number;
  shape.noun = "a number";
  return shape;
}

}  // namespace ws
