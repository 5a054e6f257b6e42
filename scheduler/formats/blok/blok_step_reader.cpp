#include "formats/blok/blok_step_reader.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "model/mistakes.h"

namespace ws {
namespace {

constexpr std::string_view kStepKeys[] = {"id",
                                          "name",
                                          "use",
                                          "node",
                                          "type",
                                          "runtime",
                                          "inputs",
                                          "as",
                                          "spread",
                                          "ephemeral",
                                          "active",
                                          "stop",
                                          "retry",
                                          "maxDuration",
                                          "idempotencyKey",
                                          "idempotencyKeyTTL",
                                          "branch",
                                          "subworkflow",
                                          "wait",
                                          "allowList",
                                          "dispatch",
                                          "forEach",
                                          "loop",
                                          "switch",
                                          "tryCatch",
                                          "description",
                                          "ui",
                                          "set_var",
                                          "flow",
                                          "stream_logs",
                                          "stream",
                                          "streamTo"};
constexpr std::string_view kRetryKeys[] = {"maxAttempts", "minTimeoutInMs", "maxTimeoutInMs",
                                           "factor", "nonRetryableErrorNames"};
constexpr std::string_view kShapeKeys[] = {"use",     "node", "branch", "subworkflow", "wait",
                                           "forEach", "loop", "switch", "tryCatch"};

constexpr std::int64_t kMostAttempts = 20;
constexpr std::size_t kMostErrorNames = 32;
constexpr auto kDefaultTtl = std::chrono::hours(24);
// Of one name: what is compared before it counts as fine.
constexpr std::size_t kMostNamesakes = 50;

Duration from_milliseconds(std::int64_t count) {
  return from_seconds(static_cast<double>(count) / 1000).value_or(kLongestDuration);
}

}  // namespace

BlokStepReader::BlokStepReader(std::optional<Value> nodes, BlokReading& reading)
    : reading_(reading) {
  if (!nodes) return;
  for (const Member& member : nodes->members()) nodes_.insert_or_assign(member.key, member.value);
}

BlokSteps BlokStepReader::read(Value list, std::string_view owner) {
  BlokSteps out;
  std::size_t index = 0;
  for (const Value element : list.items()) {
    ++index;
    if (auto one = step(element, owner, index)) out.push_back(std::move(*one));
  }
  return out;
}

std::optional<BlokStep> BlokStepReader::step(Value value, std::string_view owner,
                                             std::size_t index) {
  if (!value.is_object()) {
    reading_.diagnostics.error(mistakes::wrong_type, value.place(),
                               fmt::format("step {} of {} must be an object, not {}", index, owner,
                                           describe(value.kind())));
    return std::nullopt;
  }
  BlokStep out;
  {
    const BlokObject unnamed(value, fmt::format("step {} of {}", index, owner), reading_);
    out.name = name_of(unnamed, out.place);
  }
  const bool is_named = !out.name.empty();
  const BlokObject object(value,
                          is_named
                              ? fmt::format("step '{}'", truncate_to_width(printable(out.name), 60))
                              : fmt::format("step {} of {}", index, owner),
                          reading_);
  if (is_named) take_name(out.name, out.place);
  common(object, out);
  switch (shape_of(object)) {
    case Shape::none:
      unknown_shape(object, value);
      return std::nullopt;
    case Shape::node:
      out.work = node(object, out.name);
      break;
    case Shape::branch:
      out.work = branch(object);
      break;
    case Shape::choice:
      out.work = choice(object);
      break;
    case Shape::each:
      out.work = each(object);
      break;
    case Shape::loop:
      out.work = loop(object);
      break;
    case Shape::attempt:
      out.work = attempt(object);
      break;
    case Shape::pause:
      out.work = pause(object);
      break;
    case Shape::call:
      out.work = call(object);
      break;
  }
  object.warn_unknown(kStepKeys);
  if (!is_named) return std::nullopt;
  return out;
}

// `id` of v2 wins over `name` of v1.
std::string BlokStepReader::name_of(const BlokObject& object, Place& place) {
  place = object.place();
  for (const std::string_view key : {"id", "name"}) {
    const auto value = object.find(key);
    if (!value) continue;
    place = value->place();
    const auto text = object.text(key);
    if (!text) return {};
    if (!trimmed(*text).empty()) return *text;
    object.error(mistakes::bad_value, place,
                 fmt::format("'{}' of {} is empty", key, object.owner()));
    return {};
  }
  object.require(object.has("node") ? "name" : "id",
                 "every step has a name: 'name' beside 'node', 'id' beside everything else");
  return {};
}

void BlokStepReader::take_name(const std::string& name, Place place) {
  std::vector<Taken>& namesakes = names_[name];
  for (const Taken& other : namesakes) {
    const auto [mine, its] =
        std::mismatch(path_.begin(), path_.end(), other.path.begin(), other.path.end());
    const bool is_beside =
        mine != path_.end() && its != other.path.end() && mine->first == its->first;
    if (is_beside) continue;
    reading_.diagnostics
        .error(mistakes::duplicate_id, place,
               fmt::format("two steps have the name '{}'", printable(name)),
               "names tell results apart: give one of them another")
        .notes.push_back({other.place, "the other one"});
    return;
  }
  if (namesakes.size() < kMostNamesakes) namesakes.push_back({path_, place});
}

BlokStepReader::Shape BlokStepReader::shape_of(const BlokObject& object) const {
  struct Known {
    std::string_view key;
    Shape shape;
  };
  static constexpr std::array kShapes = {
      Known{"branch", Shape::branch}, Known{"subworkflow", Shape::call},
      Known{"forEach", Shape::each},  Known{"loop", Shape::loop},
      Known{"switch", Shape::choice}, Known{"tryCatch", Shape::attempt},
      Known{"use", Shape::node},      Known{"node", Shape::node}};
  Shape shape = Shape::none;
  std::string_view first;
  for (const Known& known : kShapes) {
    if (!object.has(known.key)) continue;
    if (shape == Shape::none || shape == known.shape) {
      if (shape == Shape::none) first = known.key;
      shape = known.shape;
      continue;
    }
    object.error(mistakes::conflicting_keys, object.place_of(known.key),
                 fmt::format("{} has both '{}' and '{}'", object.owner(), first, known.key),
                 "a step has one shape: make two of it");
  }
  const auto wait = object.find("wait");
  if (shape == Shape::none) return wait ? Shape::pause : Shape::none;
  if (wait && shape != Shape::call) {
    object.error(mistakes::conflicting_keys, object.place_of("wait"),
                 fmt::format("{} has both '{}' and 'wait'", object.owner(), first),
                 "a wait is a step of its own");
  }
  return shape;
}

void BlokStepReader::unknown_shape(const BlokObject& object, Value value) const {
  std::string hint;
  for (const Member& member : value.members()) {
    const bool is_known =
        std::find(std::begin(kStepKeys), std::end(kStepKeys), member.key) != std::end(kStepKeys);
    const auto near = is_known ? std::nullopt : nearest(member.key, kShapeKeys);
    if (near && hint.empty())
      hint = fmt::format("'{}': did you mean '{}'?", truncate_to_width(printable(member.key), 40),
                         *near);
  }
  const std::vector<std::string> keys(std::begin(kShapeKeys), std::end(kShapeKeys));
  object.error(
      mistakes::missing_key, object.place(),
      fmt::format("{} is of no known shape: it has none of {}", object.owner(), listed(keys)),
      std::move(hint));
}

void BlokStepReader::common(const BlokObject& object, BlokStep& out) {
  out.description = object.text("description").value_or("");
  out.as = object.text("as").value_or("");
  out.is_spread = object.flag("spread", false);
  out.is_ephemeral = object.flag("ephemeral", false) || !object.flag("set_var", true);
  out.is_active = object.flag("active", true);
  out.is_last = object.flag("stop", false);
  if (!out.as.empty() && out.is_spread) {
    object.error(mistakes::conflicting_keys, object.place_of("spread"),
                 fmt::format("{} has both 'as' and 'spread'", object.owner()),
                 "'as' keeps the result under one name, 'spread' each of its members");
  }
  retry(object, out);
  if (const auto longest = object.duration("maxDuration")) {
    out.max_duration = *longest;
    if (*longest == Duration{}) {
      object.warning(mistakes::unusual_value, object.find("maxDuration")->place(),
                     fmt::format("'maxDuration' of {} is 0: it sets no limit", object.owner()));
    }
  }
  out.idempotency_key = object.find("idempotencyKey");
  out.idempotency_ttl = kDefaultTtl;
  if (const auto ttl = object.whole("idempotencyKeyTTL", {}))
    out.idempotency_ttl = from_milliseconds(*ttl);
}

void BlokStepReader::retry(const BlokObject& object, BlokStep& out) {
  const auto value = object.object("retry");
  if (!value) return;
  const BlokObject inner(*value, fmt::format("'retry' of {}", object.owner()), reading_);
  inner.warn_unknown(kRetryKeys);
  RetryPolicy policy;
  if (!inner.has("maxAttempts")) inner.require("maxAttempts", "how many tries in all");
  policy.attempts = static_cast<std::uint32_t>(std::min<std::int64_t>(
      inner.whole("maxAttempts", {1, kMostAttempts}).value_or(1), 1'000'000));
  const auto least = from_milliseconds(inner.whole("minTimeoutInMs", {}).value_or(1000));
  policy.max_delay = from_milliseconds(inner.whole("maxTimeoutInMs", {}).value_or(30'000));
  policy.initial_delay = std::min(least, policy.max_delay);
  policy.factor = inner.number("factor", 1).value_or(2);
  policy.backoff = policy.initial_delay > Duration{} ? Backoff::exponential : Backoff::none;
  if (const auto names = inner.list("nonRetryableErrorNames")) {
    if (names->size() > kMostErrorNames) {
      inner.warning(mistakes::unusual_value, names->place(),
                    fmt::format("'nonRetryableErrorNames' of {} are more than the documented {}",
                                inner.owner(), kMostErrorNames));
    }
    if (names->size() > 0) {
      inner.warning(mistakes::not_applicable, inner.place_of("nonRetryableErrorNames"),
                    fmt::format("'nonRetryableErrorNames' of {} is of no effect: a program has an "
                                "exit code, no named errors",
                                inner.owner()));
    }
  }
  out.retry = policy;
}

BlokSteps BlokStepReader::arm(std::size_t construct, std::size_t number, Value list,
                              std::string_view owner) {
  path_.emplace_back(construct, number);
  BlokSteps out = read(list, owner);
  path_.pop_back();
  return out;
}

BlokSteps BlokStepReader::steps_under(const BlokObject& object, std::string_view key,
                                      std::size_t least, std::size_t construct,
                                      std::size_t number) {
  if (!object.has(key)) {
    if (least > 0) object.require(key, "it is a list of steps");
    return {};
  }
  const auto list = object.list(key);
  if (!list) return {};
  if (list->size() < least) {
    object.error(mistakes::out_of_range, list->place(),
                 fmt::format("'{}' of {} must have at least one step", key, object.owner()));
  }
  return arm(construct, number, *list, fmt::format("'{}' of {}", key, object.owner()));
}

}  // namespace ws
