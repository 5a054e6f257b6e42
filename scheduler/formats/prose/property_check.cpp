#include "formats/prose/property_check.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/prose/declarations.h"
#include "formats/prose/words.h"
#include "model/mistakes.h"

namespace ws::prose {
namespace {

constexpr std::size_t kLongPrompt = 10'000;
constexpr std::uint32_t kManyRetries = 10;
constexpr std::array<std::string_view, 11> kProperties = {
    "prompt",  "model",       "context", "retry",       "backoff", "skills",
    "persist", "permissions", "tools",   "description", "timeout"};
constexpr std::array<std::string_view, 8> kKnown = {"prompt",  "model",  "context", "retry",
                                                    "backoff", "skills", "persist", "permissions"};
constexpr std::array<std::string_view, 5> kPermissions = {"read", "write", "execute", "bash",
                                                          "network"};

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

template <std::size_t N>
std::string hint_of(std::string_view word, const std::array<std::string_view, N>& words) {
  const auto near = nearest(word, words);
  if (near) return fmt::format("did you mean '{}'?", *near);
  return fmt::format("it is one of {}",
                     listed(std::vector<std::string>(words.begin(), words.end()), N));
}

std::string shown(const Expression& value) {
  switch (value.kind) {
    case Expression::Kind::text:
    case Expression::Kind::discretion:
      return fmt::format("'{}'", printable(capped(value.words.plain(), 60)));
    case Expression::Kind::name:
      return fmt::format("'{}'", printable(capped(value.names.front(), 60)));
    case Expression::Kind::number:
    case Expression::Kind::boolean:
      return fmt::format("'{}'", value.text);
    case Expression::Kind::null:
      return "null";
    case Expression::Kind::list:
      return "a list";
    case Expression::Kind::object:
      return "an object";
    case Expression::Kind::sum:
    case Expression::Kind::missing:
      return "an expression";
  }
  return "";
}

}  // namespace

std::optional<std::uint32_t> count_of(const Expression& value) {
  if (value.kind != Expression::Kind::number) return std::nullopt;
  std::uint32_t out = 0;
  const char* const end = value.text.data() + value.text.size();
  const auto [at, error] = std::from_chars(value.text.data(), end, out);
  if (error != std::errc() || at != end) return std::nullopt;
  return out;
}

// A positive whole number, or an error.
bool PropertyCheck::whole_number(const Expression& value, std::string_view what) {
  const auto count = count_of(value);
  if (count && *count > 0) return true;
  const bool is_number = value.kind == Expression::Kind::number;
  const bool is_whole = is_number && value.text.find('.') == std::string::npos;
  if (is_whole) {
    const bool is_huge = !value.text.starts_with('-') && !count;
    diagnostics_.error(mistakes::out_of_range, value.place,
                       fmt::format("{} must be {}, not {}", what,
                                   is_huge ? "at most 4294967295" : "at least 1", value.text),
                       "");
  } else {
    diagnostics_.error(mistakes::wrong_type, value.place,
                       fmt::format("{} must be a whole number, not {}", what, shown(value)), "");
  }
  return false;
}

void PropertyCheck::common(const std::vector<Property>& properties) {
  std::map<std::string_view, Place> seen;
  for (const Property& one : properties) {
    const auto [first, is_new] = seen.emplace(one.name.text, one.name.place);
    if (!is_new) {
      Diagnostic& error = diagnostics_.error(
          mistakes::prose_e009, one.name.place,
          fmt::format("E009: the property '{}' is already specified", one.name.text), "");
      error.notes.push_back({first->second, "first here"});
      continue;
    }
    if (one.name.text == "model") model(one);
    if (one.name.text == "skills") skills(one);
    if (one.name.text == "permissions") permissions(one);
    if (one.name.text == "persist") {
      once(one.name, "nothing here keeps an agent's memory",
           "its tool profile finds 'persist' in WORKSTREAM_PERSIST, and 'resume' in "
           "WORKSTREAM_RESUME");
    }
    if (!is_one_of(one.name.text, kKnown)) {
      const auto near = nearest(one.name.text, kProperties);
      diagnostics_.warning(mistakes::prose_w005, one.name.place,
                           fmt::format("W005: unknown property '{}'", one.name.text),
                           near && *near != one.name.text && is_one_of(*near, kKnown)
                               ? fmt::format("did you mean '{}'?", *near)
                               : "it is ignored");
    } else if (one.is_block && one.name.text != "permissions") {
      diagnostics_.error(mistakes::wrong_type, one.name.place,
                         fmt::format("'{}' must be a value, not a block", one.name.text), "");
    }
  }
}

void PropertyCheck::model(const Property& property) {
  if (property.is_block || is_one_of(word_of(property.value), kModels)) return;
  diagnostics_.error(mistakes::prose_e008, property.value.place,
                     fmt::format("E008: unknown model {}", shown(property.value)),
                     hint_of(word_of(property.value), kModels));
}

void PropertyCheck::retry(const std::vector<Property>& properties) {
  const Property* const retry = find_property(properties, "retry");
  const Property* const backoff_given = find_property(properties, "backoff");
  if (retry != nullptr && !retry->is_block && whole_number(retry->value, "'retry'") &&
      *count_of(retry->value) > kManyRetries) {
    diagnostics_.warning(mistakes::unusual_value, retry->value.place,
                         fmt::format("'retry' of {} is unusually high", retry->value.text),
                         "it is the number of further attempts after the first one");
  }
  if (backoff_given == nullptr) return;
  backoff(*backoff_given);
  if (retry == nullptr) {
    diagnostics_.warning(mistakes::not_applicable, backoff_given->name.place,
                         "'backoff' has no effect without 'retry'", "add retry: N");
  }
}

void PropertyCheck::backoff(const Property& property) {
  if (property.is_block || is_one_of(word_of(property.value), kBackoffs)) return;
  diagnostics_.error(mistakes::bad_value, property.value.place,
                     fmt::format("unknown backoff {}", shown(property.value)),
                     hint_of(word_of(property.value), kBackoffs));
}

void PropertyCheck::skills(const Property& property) {
  if (property.value.kind != Expression::Kind::list) {
    diagnostics_.error(mistakes::prose_e013, property.name.place,
                       "E013: skills must be a list of names in quotes", "write [\"name\"]");
    return;
  }
  if (property.value.items.empty()) {
    diagnostics_.warning(mistakes::prose_w010, property.value.place,
                         "W010: the list of skills is empty", "");
  }
  for (const Expression& skill : property.value.items) {
    if (skill.kind != Expression::Kind::text) {
      diagnostics_.error(
          mistakes::prose_e014, skill.place,
          fmt::format("E014: a skill must be a text in quotes, not {}", shown(skill)), "");
    } else if (imported_.find(skill.words.plain()) == imported_.end()) {
      diagnostics_.warning(
          mistakes::prose_w007, skill.place,
          fmt::format("W007: the skill '{}' is not imported", printable(skill.words.plain())),
          fmt::format("add import \"{}\" from \"…\"", printable(skill.words.plain())));
    }
  }
}

void PropertyCheck::permissions(const Property& property) {
  if (!property.is_block) {
    diagnostics_.error(mistakes::prose_e015, property.name.place,
                       "E015: permissions must be a block of rules",
                       "write one rule a line below it, indented: bash: deny");
    return;
  }
  const std::size_t before = diagnostics_.items().size();
  for (const auto& [name, value] : property.rules) permission(name, value);
  if (diagnostics_.items().size() > before) return;
  once(property.name, "nothing here enforces permissions",
       "a session's tool profile finds them in WORKSTREAM_PERMISSIONS");
}

// What is only handed on is told once a program.
void PropertyCheck::once(const Name& name, std::string_view message, std::string_view hint) {
  if (!told_.insert(name.text).second) return;
  diagnostics_.warning(mistakes::not_applicable, name.place, std::string(message),
                       std::string(hint));
}

void PropertyCheck::permission(const Name& name, const Expression& value) {
  if (!is_one_of(name.text, kPermissions)) {
    diagnostics_.warning(mistakes::prose_w008, name.place,
                         fmt::format("W008: unknown permission '{}'", name.text),
                         hint_of(name.text, kPermissions));
  }
  if (value.kind == Expression::Kind::list) {
    for (const Expression& pattern : value.items) {
      if (pattern.kind == Expression::Kind::text || pattern.kind == Expression::Kind::name)
        continue;
      diagnostics_.error(
          mistakes::prose_e016, pattern.place,
          fmt::format("E016: a permission's pattern must be a text in quotes, not {}",
                      shown(pattern)),
          "");
    }
  } else if (!is_one_of(word_of(value), kPermissionValues)) {
    diagnostics_.warning(mistakes::prose_w009, value.place,
                         fmt::format("W009: unknown permission value {}", shown(value)),
                         hint_of(word_of(value), kPermissionValues));
  }
}

void PropertyCheck::prompt(const Text& text, Place place) {
  const std::string plain = text.plain();
  if (plain.empty() && !text.has_names()) {
    diagnostics_.warning(mistakes::prose_w001, place, "W001: the session's prompt is empty", "");
  } else if (trimmed(plain).empty() && !text.has_names()) {
    diagnostics_.warning(mistakes::prose_w002, place,
                         "W002: the session's prompt is nothing but blanks", "");
  } else if (plain.size() > kLongPrompt) {
    diagnostics_.warning(mistakes::prose_w003, place,
                         fmt::format("W003: the session's prompt has {} characters", plain.size()),
                         "more than 10000 are hard to follow: split it into smaller sessions");
  }
}

void PropertyCheck::session(const SessionBody& body) {
  common(body.properties);
  retry(body.properties);
  if (body.prompt) prompt(*body.prompt, body.prompt->place);
  const Property* const given = find_property(body.properties, "prompt");
  if (given == nullptr || given->is_block) return;
  if (given->value.kind == Expression::Kind::text) {
    prompt(given->value.words, given->value.place);
  } else if (given->value.kind != Expression::Kind::name) {
    diagnostics_.error(mistakes::wrong_type, given->value.place,
                       fmt::format("a prompt must be a text, not {}", shown(given->value)), "");
  }
}

void PropertyCheck::agent(const AgentBody& body) {
  common(body.properties);
  const Property* const given = find_property(body.properties, "prompt");
  if (given != nullptr && given->value.kind == Expression::Kind::text &&
      trimmed(given->value.words.plain()).empty() && !given->value.words.has_names()) {
    diagnostics_.warning(mistakes::prose_w004, given->value.place,
                         fmt::format("W004: the prompt of agent '{}' is empty", body.name.text),
                         "");
  }
  for (const std::string_view word : {"retry", "backoff"}) {
    const Property* const found = find_property(body.properties, word);
    if (found == nullptr) continue;
    diagnostics_.warning(mistakes::not_applicable, found->name.place,
                         fmt::format("'{}' has no effect in an agent", word),
                         "write it in the session");
  }
}

void PropertyCheck::strategy(const Property& modifier, std::string& word) {
  const std::string given = word_of(modifier.value);
  if (!word.empty()) {
    diagnostics_.error(
        mistakes::conflicting_keys, modifier.value.place,
        fmt::format("a second strategy {} of one parallel block", shown(modifier.value)),
        fmt::format("keep one of '{}' and '{}'", word, printable(given)));
    return;
  }
  word = given.empty() ? "?" : given;
  if (is_one_of(given, kStrategies)) return;
  diagnostics_.error(mistakes::bad_value, modifier.value.place,
                     fmt::format("unknown strategy {} of a parallel block", shown(modifier.value)),
                     hint_of(given, kStrategies));
}

void PropertyCheck::policy(const Property& modifier) {
  if (is_one_of(word_of(modifier.value), kPolicies)) return;
  diagnostics_.error(mistakes::bad_value, modifier.value.place,
                     fmt::format("unknown policy {} of 'on-fail'", shown(modifier.value)),
                     hint_of(word_of(modifier.value), kPolicies));
}

void PropertyCheck::count(const Property& modifier, std::string_view strategy,
                          std::size_t branches) {
  if (strategy != "any") {
    diagnostics_.error(mistakes::contradiction, modifier.name.place,
                       "'count' is only for the strategy 'any'",
                       fmt::format("write (any, count: {})", shown(modifier.value)));
  }
  if (!whole_number(modifier.value, "'count'")) return;
  if (branches > 0 && *count_of(modifier.value) > branches) {
    diagnostics_.error(mistakes::out_of_range, modifier.value.place,
                       fmt::format("'count' is {}, but there {} only {}", modifier.value.text,
                                   branches == 1 ? "is" : "are",
                                   branches == 1 ? "1 branch" : counted(branches, "branche")),
                       "");
  }
}

void PropertyCheck::parallel(const std::vector<Property>& modifiers, std::size_t branches) {
  std::string word;
  std::map<std::string_view, Place> seen;
  for (const Property& one : modifiers) {
    if (one.name.text.empty()) {
      strategy(one, word);
      continue;
    }
    const auto [first, is_new] = seen.emplace(one.name.text, one.name.place);
    if (!is_new) {
      Diagnostic& error =
          diagnostics_.error(mistakes::prose_e009, one.name.place,
                             fmt::format("E009: '{}' is already specified", one.name.text), "");
      error.notes.push_back({first->second, "first here"});
    } else if (one.name.text == "on-fail") {
      policy(one);
    } else if (one.name.text == "strategy") {
      strategy(one, word);
    } else if (one.name.text != "count") {
      diagnostics_.error(mistakes::unknown_key, one.name.place,
                         fmt::format("unknown modifier '{}' of a parallel block", one.name.text),
                         "there are a strategy, count: N and on-fail: POLICY");
    }
  }
  const Property* const given = find_property(modifiers, "count");
  if (given != nullptr) count(*given, word, branches);
}

void PropertyCheck::loop(const LoopBody& body, Place place) {
  for (const Property& one : body.modifiers) {
    if (one.name.text == "max") {
      whole_number(one.value, "'max'");
    } else {
      diagnostics_.error(mistakes::unknown_key, one.name.place,
                         fmt::format("unknown modifier '{}' of a loop", one.name.text),
                         "there is max: N");
    }
  }
  if (body.until == LoopBody::Until::none && find_property(body.modifiers, "max") == nullptr) {
    diagnostics_.warning(mistakes::unusual_value, place,
                         fmt::format("this loop has neither a condition nor a limit: it ends "
                                     "after {} rounds",
                                     kMostRounds),
                         "write loop (max: N):");
  }
}

void PropertyCheck::repeat(const RepeatBody& body) {
  if (body.count.kind == Expression::Kind::name) return;
  whole_number(body.count, "the number of rounds");
}

}  // namespace ws::prose
