#include "formats/schema_check.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/text.h"
#include "formats/check_wording.h"
#include "formats/coerce.h"
#include "formats/key_check.h"
#include "formats/shapes.h"
#include "formats/text_rules.h"
#include "model/mistakes.h"

namespace ws {
namespace {

bool takes_expression_text(const Shape& shape) {
  return std::any_of(shape.alternatives.begin(), shape.alternatives.end(),
                     [](const Shape* part) { return part->noun == kExpressionNoun; });
}

}  // namespace

Diagnostic& SchemaCheck::error(const DiagnosticKind& kind, Place place, std::string message,
                               std::string hint) {
  Diagnostic& added = diagnostics_.error(kind, place, std::move(message), std::move(hint));
  added.subject = subject_;
  return added;
}

Diagnostic& SchemaCheck::warning(const DiagnosticKind& kind, Place place, std::string message,
                                 std::string hint) {
  Diagnostic& added = diagnostics_.warning(kind, place, std::move(message), std::move(hint));
  added.subject = subject_;
  return added;
}

std::string SchemaCheck::written(Value value) const {
  return shown(to_scalar_text(value, sources_).value_or(std::string(describe(value.kind()))));
}

// " (the value of ${env.X})" for what was substituted: the failure names variable and value.
std::string SchemaCheck::origin_of(Value value) const {
  if (!value.is_string() || !value.is_substituted()) return "";
  const Place place = value.place();
  std::string_view text = sources_.text(place.source).substr(place.offset, place.length);
  if (text.size() > 1 && (text.front() == '"' || text.front() == '\''))
    text = text.substr(1, text.size() - 2);
  return fmt::format(" (the value of {})", shown(text));
}

void SchemaCheck::check_value(Value value, const Shape& shape, Name name, Unit unit) {
  if (options_.has_missing_variables && value.is_string() && value.is_substituted() &&
      value.as_string().empty())
    return;
  const Shape* wanted = alternative_for(shape, value);
  if (wanted == nullptr) return wrong_type(value, shape, name);
  switch (wanted->kind) {
    case ShapeKind::anything:
    case ShapeKind::boolean:
      return;
    case ShapeKind::text:
      return check_text_value(value, *wanted, name);
    case ShapeKind::scalar:
      if (value.is_string()) check_rule(TextRule::any, value.as_string(), value.place(), name);
      return;
    case ShapeKind::integer:
    case ShapeKind::number:
      return check_number(value, *wanted, name);
    case ShapeKind::duration:
      return check_duration(value, *wanted, name, unit);
    case ShapeKind::words:
      if (wanted != &shape && is_quoted_number(value, shape)) return wrong_type(value, shape, name);
      return check_word(value, *wanted, name);
    case ShapeKind::list:
      return check_list(value, *wanted, name);
    case ShapeKind::map:
      return check_map(value, *wanted, name);
    case ShapeKind::object:
      return check_object(value, *wanted->object);
    case ShapeKind::either:
      return;  // alternative_for never answers with one
  }
}

void SchemaCheck::check_rule(TextRule rule, std::string_view text, Place place, Name name) {
  std::optional<TextMistake> mistake = check_text(rule, text);
  if (!mistake) return;
  std::string message = fmt::format(
      "{} {}", name_text(name.key, name.is_element && rule != TextRule::any), mistake->message);
  if (mistake->severity == Severity::error)
    error(*mistake->kind, place, std::move(message), std::move(mistake->hint));
  else
    warning(*mistake->kind, place, std::move(message), std::move(mistake->hint));
}

void SchemaCheck::check_text_value(Value value, const Shape& shape, Name name) {
  check_rule(shape.text, value.as_string(), value.place(), {name.key, false});
}

void SchemaCheck::check_number(Value value, const Shape& shape, Name name) {
  check_range(to_number(value).value_or(0), value, shape, name);
}

void SchemaCheck::check_duration(Value value, const Shape& shape, Name name, Unit unit) {
  if (const auto seconds = to_seconds_as_written(value, unit)) {
    check_range(*seconds, value, shape, name);
    return;
  }
  if (const auto duration = to_duration(value, unit)) {
    check_range(to_seconds(*duration), value, shape, name);
    return;
  }
  const std::string_view text = trimmed(value.as_string());
  if (text.starts_with('-') && parse_duration(text.substr(1))) {
    error(mistakes::out_of_range, value.place(),
          fmt::format("{} cannot be negative", name_text(name.key, name.is_element)), "");
    return;
  }
  error(mistakes::bad_value, value.place(),
        fmt::format("'{}'{} is not a duration", shown(value.as_string()), origin_of(value)),
        fmt::format("write 90s, 5m, 1h30m or a number of {}",
                    unit == Unit::milliseconds ? "milliseconds" : "seconds"));
}

void SchemaCheck::check_range(double number, Value value, const Shape& shape, Name name) {
  const bool is_duration = shape.kind == ShapeKind::duration;
  const std::string called = name_text(name.key, name.is_element);
  const bool is_low = shape.is_minimum_exclusive ? number <= shape.minimum : number < shape.minimum;
  if (is_low || number > shape.maximum || std::isnan(number)) {
    std::string bound;
    if (!is_low)
      bound = fmt::format("at most {}", spelt(shape.maximum, shape));
    else if (shape.is_minimum_exclusive)
      bound = fmt::format("more than {}", spelt(shape.minimum, shape));
    else
      bound = fmt::format("at least {}", spelt(shape.minimum, shape));
    error(mistakes::out_of_range, value.place(),
          fmt::format("{} must be {}, not {}{}", called, bound, written(value), origin_of(value)),
          is_duration && shape.is_minimum_exclusive && is_low ? "leave the key out for no limit"
                                                              : "");
    return;
  }
  if (number > shape.usual_maximum) {
    warning(mistakes::unusual_value, value.place(),
            fmt::format("{} is {}: more than {} is unusual", called, written(value),
                        spelt(shape.usual_maximum, shape)),
            "");
  } else if (number < shape.usual_minimum) {
    warning(mistakes::unusual_value, value.place(),
            fmt::format("{} is {}: less than {} is unusual", called, written(value),
                        spelt(shape.usual_minimum, shape)),
            "");
  }
}

void SchemaCheck::check_word(Value value, const Shape& shape, Name name) {
  const std::string_view word = value.as_string();
  if (std::find(shape.words.begin(), shape.words.end(), word) != shape.words.end()) return;
  const std::string message =
      fmt::format("{} {} '{}'{}", name_text(name.key, name.is_element),
                  shape.is_open ? "is" : "cannot be", shown(word), origin_of(value));
  const auto near = nearest(word.substr(0, 100), shape.words);
  const std::string choices = quoted_list(shape.words);
  std::string hint =
      near ? fmt::format("did you mean '{}'? The values are {}", *near, choices)
           : fmt::format("the {} {}", shape.words.size() == 1 ? "only word is" : "values are",
                         choices);
  if (shape.is_open)
    warning(mistakes::unusual_value, value.place(), message + ", which is not one of the usual",
            std::move(hint));
  else
    error(mistakes::bad_value, value.place(), message, std::move(hint));
}

void SchemaCheck::check_list(Value value, const Shape& shape, Name name) {
  if (value.size() < shape.minimum_items) {
    error(mistakes::bad_value, value.place(),
          fmt::format("{} is empty", name_text(name.key, name.is_element)),
          fmt::format("write {}, or leave the key out", shape.noun));
    return;
  }
  for (const Value element : value.items())
    check_value(element, *shape.element, {name.key, true}, shape.element->unit);
}

void SchemaCheck::check_map(Value value, const Shape& shape, Name name) {
  for (const Member& member : value.members()) {
    if (is_annotation(member.key) && shape.map_keys != TextRule::env_name) continue;
    check_rule(shape.map_keys, member.key, member.key_place, name);
    if (member.value.is_null() && shape.element->takes_null) continue;
    if (member.value.is_null() && shape.element->kind == ShapeKind::scalar) {
      error(mistakes::wrong_type, member.value.place(),
            fmt::format("'{}' of '{}' must be {}, not nothing", shown(member.key), shown(name.key),
                        shape.element->noun),
            "write \"\" for an empty text");
      continue;
    }
    check_value(member.value, *shape.element, {member.key, false}, shape.element->unit);
  }
}

void SchemaCheck::wrong_type(Value value, const Shape& shape, Name name) {
  std::string found(describe(value.kind()));
  if (value.is_string() && value.is_substituted())
    found = fmt::format("'{}'{}", shown(value.as_string()), origin_of(value));
  std::string hint;
  if (is_quoted_number(value, shape))
    hint = fmt::format("write {} without quotes", shown(value.as_string()));
  else if (value.is_string() && shape.kind == ShapeKind::boolean)
    hint = "write true or false without quotes";
  else if (shape.kind == ShapeKind::duration)
    hint = "write 90s, 5m, 1h30m or a number of seconds";
  else if (accepts_kind(kScalar, value) && !value.is_string() &&
           (shape.kind == ShapeKind::text || shape.kind == ShapeKind::either) &&
           !takes_expression_text(shape))
    hint = fmt::format("write it in quotes: \"{}\"", written(value));
  error(
      mistakes::wrong_type, value.place(),
      fmt::format("{} must be {}, not {}", name_text(name.key, name.is_element), shape.noun, found),
      std::move(hint));
}

void SchemaCheck::check_unknown_key(const Member& member, const ObjectSpec& spec) {
  const Key key = key_named(member.key);
  for (const Misplaced& misplaced : spec.misplaced) {
    if (key == Key::none || misplaced.key != key) continue;
    error(mistakes::not_applicable, member.key_place,
          fmt::format("{} has no '{}'", article(spec.name), member.key),
          std::string(misplaced.hint));
    return;
  }
  const KeyJudgement judgement = judge_unknown_key(member, spec);
  std::string hint;
  if (!judgement.suggestion.empty())
    hint = fmt::format("did you mean '{}'?", judgement.suggestion);
  else if (const std::string_view home = home_of(member.key); !home.empty())
    hint = home;
  else
    hint = "it is ignored; a key of your own begins with '_' or 'x-'";
  if (judgement.verdict == UnknownKey::misspelt) {
    error(mistakes::misspelt_key, member.key_place,
          fmt::format("unknown key '{}' in {}", shown(member.key), article(spec.name)),
          std::move(hint));
    return;
  }
  if (spec.unknown == UnknownKeys::ignore || !warned_keys_.insert(member.key).second) return;
  warning(mistakes::unknown_key, member.key_place,
          fmt::format("unknown key '{}' in {}", shown(member.key), article(spec.name)),
          std::move(hint));
}

std::span<const SchemaCheck::Seen> SchemaCheck::seen_since(std::size_t base) const {
  return std::span(seen_).subspan(base);
}

const SchemaCheck::Seen* SchemaCheck::find_seen(Key key, std::size_t base) const {
  for (const Seen& seen : seen_since(base)) {
    if (seen.spec->key == key) return &seen;
  }
  return nullptr;
}

void SchemaCheck::check_presence(Value object, const ObjectSpec& spec, std::size_t base) {
  for (const KeySpec& key : spec.keys) {
    if (!key.is_required || find_seen(key.key, base) != nullptr) continue;
    error(mistakes::missing_key, object.place(),
          fmt::format("{} needs '{}'", article(spec.name), name_of(key.key)),
          fmt::format("add '{}': {}", name_of(key.key), key.shape->noun));
  }
  for (const Seen& seen : seen_since(base)) {
    const Key needs = seen.spec->needs;
    if (needs == Key::none || find_seen(needs, base) != nullptr) continue;
    error(mistakes::not_applicable, seen.place,
          fmt::format("'{}' has a meaning only beside '{}'", seen.key, name_of(needs)),
          fmt::format("add '{}', or take '{}' out", name_of(needs), seen.key));
  }
}

void SchemaCheck::check_exclusions(Value object, const ObjectSpec& spec, std::size_t base) {
  for (const OneOf& group : spec.exclusions) {
    const Seen* first = nullptr;
    const Seen* second = nullptr;
    for (const Seen& seen : seen_since(base)) {
      if (std::find(group.keys.begin(), group.keys.end(), seen.spec->key) == group.keys.end())
        continue;
      (first == nullptr ? first : second) = &seen;
      if (second != nullptr) break;
    }
    if (second == nullptr && (first != nullptr || !group.is_required)) continue;
    std::vector<std::string_view> names;
    for (const Key key : group.keys) names.push_back(name_of(key));
    if (first == nullptr) {
      error(mistakes::missing_key, object.place(),
            fmt::format("'{}' needs one of {}", spec.name, quoted_list(names)), "");
      continue;
    }
    if (group.are_several_allowed || first->spec == second->spec)
      continue;  // check_spellings() says what is said twice
    Diagnostic& added =
        error(mistakes::conflicting_keys, second->place,
              fmt::format("'{}' cannot stand beside '{}'", second->key, first->key),
              fmt::format("{} has one of {}", article(spec.name), quoted_list(names)));
    added.notes.push_back({first->place, fmt::format("'{}' is here", first->key)});
  }
}

// timeout and timeout_ms in one object.
void SchemaCheck::check_spellings(std::size_t base) {
  const std::span<const Seen> keys = seen_since(base);
  for (std::size_t i = 1; i < keys.size(); ++i) {
    const Seen* first = find_seen(keys[i].spec->key, base);
    if (first == &keys[i]) continue;
    Diagnostic& added =
        error(mistakes::conflicting_keys, keys[i].place,
              fmt::format("'{}' and '{}' say the same thing", first->key, keys[i].key),
              "keep one of them");
    added.notes.push_back({first->place, fmt::format("'{}' is here", first->key)});
  }
}

void SchemaCheck::check_object(Value value, const ObjectSpec& spec) {
  const std::string_view outer_subject = subject_;
  const std::size_t base = seen_.size();
  for (const Key key : {Key::id, Key::plan_id}) {
    if (spec.key(key) == nullptr) continue;
    const auto id = value.find(name_of(key));
    if (id && id->is_string() && !id->as_string().empty()) subject_ = id->as_string();
  }
  for (const Member& member : value.members()) {
    const KeyMatch match = find_key(spec, member.key);
    if (match.spec == nullptr) {
      if (is_annotation(member.key)) continue;
      if (spec.others == nullptr)
        check_unknown_key(member, spec);
      else
        check_value(member.value, *spec.others, {member.key, false}, spec.others->unit);
      continue;
    }
    if (member.value.is_null()) continue;
    seen_.push_back({match.spec, member.key_place, member.key});
    const Shape& shape = *match.spec->shape;
    check_value(member.value, shape, {member.key, false}, match.unit.value_or(shape.unit));
  }
  check_presence(value, spec, base);
  check_exclusions(value, spec, base);
  check_spellings(base);
  seen_.resize(base);
  subject_ = outer_subject;
}

}  // namespace ws
