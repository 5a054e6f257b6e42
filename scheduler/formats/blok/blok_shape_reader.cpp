// The shapes of today's steps: branch, switch, forEach, loop, tryCatch, wait, subworkflow.
#include <fmt/format.h>

#include "base/ascii.h"
#include "base/text.h"
#include "formats/blok/blok_step_reader.h"
#include "formats/value_text.h"
#include "model/mistakes.h"
#include "model/wall_moment.h"

namespace ws {
namespace {

constexpr std::string_view kBranchKeys[] = {"when", "then", "else"};
constexpr std::string_view kSwitchKeys[] = {"on", "cases", "default"};
constexpr std::string_view kCaseKeys[] = {"when", "do"};
constexpr std::string_view kEachKeys[] = {"in", "as", "mode", "concurrency", "do"};
constexpr std::string_view kLoopKeys[] = {"while", "maxIterations", "do"};
constexpr std::string_view kTryKeys[] = {"try", "catch", "finally"};
constexpr std::string_view kWaitKeys[] = {"for", "until"};

constexpr std::int64_t kMostConcurrency = 1000;
constexpr double kLatest = 253'402'300'799'000;  // the last second of the year 9999
constexpr std::int64_t kMostIterations = 1'000'000;

// js/…, ${…}, $.… or an object: known only in a run.
bool is_expression(Value value) {
  if (value.is_object()) return true;
  return value.is_string() &&
         (value.as_string().starts_with("js/") || value.as_string().starts_with("$.") ||
          value.as_string().find("${") != std::string_view::npos);
}

bool is_name(std::string_view text) {
  if (text.empty() || !is_name_start(text[0])) return false;
  for (const char c : text) {
    if (!is_name_character(c)) return false;
  }
  return true;
}

std::optional<BlokText> condition(const BlokObject& object, std::string_view key) {
  if (!object.has(key)) {
    object.require(key, "it is an expression such as ctx.state.x === 'ready'");
    return std::nullopt;
  }
  const auto value = object.find(key);
  if (value->kind() == ValueKind::boolean)
    return BlokText{value->as_bool() ? "true" : "false", value->place()};
  const auto text = object.text(key);
  if (!text) return std::nullopt;
  if (!trimmed(*text).empty()) return BlokText{*text, value->place()};
  object.error(mistakes::bad_value, value->place(),
               fmt::format("'{}' of {} is empty", key, object.owner()));
  return std::nullopt;
}

}  // namespace

BlokWork BlokStepReader::branch(const BlokObject& object) {
  BlokBranch out;
  const auto value = object.object("branch");
  if (!value) return out;
  const BlokObject inner(*value, fmt::format("'branch' of {}", object.owner()), reading_);
  inner.warn_unknown(kBranchKeys);
  const std::size_t construct = ++constructs_;
  BlokArm then;
  then.name = "then";
  then.place = inner.place_of("then");
  then.when = condition(inner, "when");
  if (!then.when) then.when = BlokText{"true", inner.place()};
  then.steps = steps_under(inner, "then", 0, construct, 0);
  if (!inner.has("then")) inner.require("then", "it is a list of steps");
  out.arms.push_back(std::move(then));
  if (inner.has("else")) {
    BlokArm otherwise;
    otherwise.name = "else";
    otherwise.place = inner.place_of("else");
    otherwise.steps = steps_under(inner, "else", 0, construct, 1);
    out.arms.push_back(std::move(otherwise));
  }
  return out;
}

BlokWork BlokStepReader::choice(const BlokObject& object) {
  BlokSwitch out;
  const auto value = object.object("switch");
  if (!value) return out;
  const BlokObject inner(*value, fmt::format("'switch' of {}", object.owner()), reading_);
  inner.warn_unknown(kSwitchKeys);
  out.on = inner.find("on");
  if (!out.on) inner.require("on", "it is the value that the cases are compared with");
  const std::size_t construct = ++constructs_;
  std::size_t number = 0;
  const auto cases = inner.list("cases");
  if (!inner.has("cases")) inner.require("cases", "it is a list of {when, do}");
  if (cases && cases->size() == 0) {
    inner.error(mistakes::out_of_range, cases->place(),
                fmt::format("'cases' of {} must have at least one case", inner.owner()));
  }
  if (cases) {
    for (const Value element : cases->items()) {
      ++number;
      if (!element.is_object()) {
        inner.error(mistakes::wrong_type, element.place(),
                    fmt::format("case {} of {} must be an object, not {}", number, inner.owner(),
                                describe(element.kind())));
        continue;
      }
      const BlokObject one(element, fmt::format("case {} of {}", number, object.owner()), reading_);
      one.warn_unknown(kCaseKeys);
      BlokCase read;
      read.place = one.place();
      const auto when = element.find("when");
      if (!when) {
        one.require("when", "the value, or a list of values, that this case is for");
      } else if (when->is_array()) {
        for (const Value alternative : when->items()) read.when.push_back(alternative);
      } else {
        read.when.push_back(*when);
      }
      read.steps = steps_under(one, "do", 1, construct, number);
      if (!read.when.empty()) out.cases.push_back(std::move(read));
    }
  }
  if (inner.has("default")) {
    BlokCase otherwise;
    otherwise.place = inner.place_of("default");
    otherwise.steps = steps_under(inner, "default", 0, construct, number + 1);
    out.cases.push_back(std::move(otherwise));
  }
  return out;
}

BlokWork BlokStepReader::each(const BlokObject& object) {
  BlokEach out;
  const auto value = object.object("forEach");
  if (!value) return out;
  const BlokObject inner(*value, fmt::format("'forEach' of {}", object.owner()), reading_);
  inner.warn_unknown(kEachKeys);
  out.in = inner.find("in");
  if (!out.in) {
    inner.require("in", "it is a list, or an expression that gives one");
  } else if (!out.in->is_array() && !is_expression(*out.in)) {
    inner.error(mistakes::wrong_type, out.in->place(),
                fmt::format("'in' of {} must be a list or an expression, not {}", inner.owner(),
                            describe(out.in->kind())),
                "an expression is js/ctx.state.x, or {\"$ref\": {\"step\": …}}");
    out.in.reset();
  }
  out.as = inner.text("as").value_or("");
  if (!inner.has("as")) {
    inner.require("as", "it names the item: ctx.state.<as>");
  } else if (!out.as.empty() && !is_name(out.as)) {
    inner.error(mistakes::bad_value, inner.find("as")->place(),
                fmt::format("'as' of {} is no name: '{}'", inner.owner(), printable(out.as)),
                "letters, digits and '_', no digit in front");
  }
  if (const auto mode = inner.text("mode")) {
    out.is_parallel = *mode == "parallel";
    if (*mode != "parallel" && *mode != "sequential") {
      inner.error(mistakes::bad_value, inner.find("mode")->place(),
                  fmt::format("'mode' of {} is '{}'", inner.owner(), printable(*mode)),
                  "it is sequential or parallel");
    }
  }
  if (const auto count = inner.whole("concurrency", {1, kMostConcurrency}))
    out.concurrency = static_cast<std::uint32_t>(std::min<std::int64_t>(*count, 1'000'000));
  out.steps = steps_under(inner, "do", 1, ++constructs_, 0);
  return out;
}

BlokWork BlokStepReader::loop(const BlokObject& object) {
  BlokLoop out;
  const auto value = object.object("loop");
  if (!value) return out;
  const BlokObject inner(*value, fmt::format("'loop' of {}", object.owner()), reading_);
  inner.warn_unknown(kLoopKeys);
  out.condition = condition(inner, "while").value_or(BlokText{"false", inner.place()});
  if (const auto most = inner.whole("maxIterations", {1, kMostIterations}))
    out.most = static_cast<std::uint32_t>(std::min(*most, kMostIterations));
  out.steps = steps_under(inner, "do", 1, ++constructs_, 0);
  return out;
}

BlokWork BlokStepReader::attempt(const BlokObject& object) {
  BlokTry out;
  const auto value = object.object("tryCatch");
  if (!value) return out;
  const BlokObject inner(*value, fmt::format("'tryCatch' of {}", object.owner()), reading_);
  inner.warn_unknown(kTryKeys);
  const std::size_t construct = ++constructs_;
  out.body = steps_under(inner, "try", 1, construct, 0);
  out.handlers = steps_under(inner, "catch", 1, construct, 1);
  out.last = steps_under(inner, "finally", 0, construct, 2);
  return out;
}

BlokWork BlokStepReader::pause(const BlokObject& object) {
  BlokPause out;
  const auto value = object.object("wait");
  if (!value) return out;
  const BlokObject inner(*value, fmt::format("'wait' of {}", object.owner()), reading_);
  inner.warn_unknown(kWaitKeys);
  const auto length = inner.find("for");
  const auto until = inner.find("until");
  if (length && until) {
    inner.error(mistakes::conflicting_keys, inner.place_of("until"),
                fmt::format("{} has both 'for' and 'until'", inner.owner()));
  } else if (!length && !until) {
    inner.error(mistakes::missing_key, inner.place(),
                fmt::format("{} has neither 'for' nor 'until'", inner.owner()),
                "for: how long; until: a time");
  }
  if (length && is_expression(*length)) {
    out.later = BlokText{plain_text(*length, reading_.sources), length->place()};
  } else if (length) {
    out.duration = inner.duration("for").value_or(Duration{});
  }
  if (!until || length) return out;
  const bool is_number =
      (until->kind() == ValueKind::integer || until->kind() == ValueKind::number) &&
      until->as_number() >= 0 && until->as_number() <= kLatest;
  const bool is_time = until->is_string() && parse_wall_time(until->as_string()).has_value();
  if (is_number || is_time || is_expression(*until)) {
    out.until = until;
  } else {
    inner.error(mistakes::bad_value, until->place(),
                fmt::format("'until' of {} is no time", inner.owner()),
                "a time is 2026-03-01T14:30:00Z, or milliseconds since 1970");
  }
  return out;
}

BlokWork BlokStepReader::call(const BlokObject& object) {
  BlokCall out;
  const auto name = object.text("subworkflow");
  if (name) out.workflow = {*name, object.find("subworkflow")->place()};
  if (name && trimmed(*name).empty()) {
    object.error(mistakes::bad_value, out.workflow.place,
                 fmt::format("'subworkflow' of {} is empty", object.owner()),
                 "it names the workflow to run");
  }
  out.inputs = object.object("inputs");
  out.is_awaited = object.flag("wait", true);
  const auto allowed = object.list("allowList");
  if (!allowed || !name || trimmed(*name).empty() || name->starts_with("js/") ||
      name->starts_with("$."))
    return out;
  for (const Value one : allowed->items()) {
    if (one.is_string() && one.as_string() == *name) return out;
  }
  object.error(
      mistakes::contradiction, out.workflow.place,
      fmt::format("'{}' is not in the 'allowList' of {}", printable(*name), object.owner()),
      "add it there, or call another workflow");
  return out;
}

}  // namespace ws
