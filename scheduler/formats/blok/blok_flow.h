// A blok workflow as its file says it: steps of both generations in one shape, expressions still
// as text.
//
// Values only. Knows neither what an expression means (blok_expression.h) nor what a step becomes
// (blok_lowering.h). Made by the step readers; views into the Document, which outlives it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/duration.h"
#include "formats/document.h"
#include "model/policy.h"

namespace ws {

struct BlokStep;
using BlokSteps = std::vector<BlokStep>;

struct BlokText {
  std::string text;
  Place place;
};

// Runs one node: `node`/`use`.
struct BlokNode {
  BlokText node;
  std::string type;  // "module", "local", "runtime.python3", …
  std::optional<Value> inputs;
};

// The parallel-execution container.
struct BlokContainer {
  BlokSteps members;
  bool is_sequential = false;
  bool is_partial = false;  // continue-partial
  std::uint32_t max_concurrent = 5;
  Duration timeout{};         // of each member; zero: none
  Duration global_timeout{};  // zero: none
};

// if-else and branch: the first arm whose condition holds.
struct BlokArm {
  std::string name;              // "then", "else", "if-2"
  std::optional<BlokText> when;  // none: else
  BlokSteps steps;
  Place place;
};
struct BlokBranch {
  std::vector<BlokArm> arms;
};

struct BlokCase {
  std::vector<Value> when;  // any of them; none: default
  BlokSteps steps;
  Place place;
};
struct BlokSwitch {
  std::optional<Value> on;
  std::vector<BlokCase> cases;
};

struct BlokEach {
  std::optional<Value> in;
  std::string as;
  bool is_parallel = false;
  std::uint32_t concurrency = 10;
  BlokSteps steps;
};

struct BlokLoop {
  BlokText condition;
  std::uint32_t most = 1000;
  BlokSteps steps;
};

struct BlokTry {
  BlokSteps body;
  BlokSteps handlers;
  BlokSteps last;
};

struct BlokPause {
  Duration duration{};
  std::optional<Value> until;     // a time, or an expression that gives one
  std::optional<BlokText> later;  // `for` as an expression: only a run knows it
};

struct BlokCall {
  BlokText workflow;
  std::optional<Value> inputs;
  bool is_awaited = true;
};

using BlokWork = std::variant<BlokNode, BlokContainer, BlokBranch, BlokSwitch, BlokEach, BlokLoop,
                              BlokTry, BlokPause, BlokCall>;

struct BlokStep {
  std::string name;  // `name` or `id`
  Place place;
  BlokWork work;
  std::string description;
  std::string as;
  bool is_spread = false;
  bool is_ephemeral = false;
  bool is_active = true;
  bool is_last = false;  // `stop`
  std::optional<RetryPolicy> retry;
  Duration max_duration{};  // of one attempt; zero: none
  std::optional<Value> idempotency_key;
  Duration idempotency_ttl{};
};

struct BlokFlow {
  std::string name;
  Place place;
  std::string version;
  std::string description;
  BlokSteps steps;
};

}  // namespace ws
