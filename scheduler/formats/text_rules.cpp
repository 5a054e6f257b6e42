#include "formats/text_rules.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <re2/re2.h>

#include "base/ascii.h"
#include "base/text.h"
#include "model/mistakes.h"

namespace ws {
namespace {

constexpr std::string_view kDatabase = "workstream.db";  // store/layout.h
constexpr std::size_t kLongestId = 200;                  // bytes; a file name has room for 255

TextMistake mistake(const DiagnosticKind& kind, std::string message, std::string hint) {
  return {&kind, Severity::error, std::move(message), std::move(hint)};
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7F;
  });
}

// An id names a directory of the run and a part of `ws/step`.
std::optional<TextMistake> check_id(std::string_view id) {
  const auto bad = [](std::string message, std::string hint) {
    return mistake(mistakes::bad_id, std::move(message), std::move(hint));
  };
  constexpr std::string_view kUse = "use letters, digits, '-', '_' and '.'";
  if (id.empty()) return bad("is empty", std::string(kUse));
  if (id == "." || id == "..")
    return bad(fmt::format("cannot be '{}'", id), "it is used as the name of a directory");
  if (id.size() > kLongestId)
    return bad(fmt::format("is {} bytes long; the limit is {}", id.size(), kLongestId),
               "it is used as the name of a directory");
  if (has_control(id)) return bad("holds a control character", std::string(kUse));
  const std::size_t slash = id.find_first_of("/\\");
  if (slash != std::string_view::npos)
    return bad(fmt::format("cannot hold '{}'", id[slash]), std::string(kUse));
  if (is_blank(id.front()) || is_blank(id.back()))
    return bad("has blanks at its end", fmt::format("write '{}'", trimmed(id)));
  return std::nullopt;
}

// It also names a directory beside the files of the state directory, which a new lock or run
// directory would replace.
std::optional<TextMistake> check_plan_id(std::string_view id) {
  if (auto bad = check_id(id)) return bad;
  if (id.front() == '.')
    return mistake(mistakes::bad_id, "cannot begin with '.'",
                   "it is used as the name of a directory, which would be hidden");
  if (id.starts_with(kDatabase))
    return mistake(mistakes::bad_id, fmt::format("cannot begin with '{}'", kDatabase),
                   "a file of the state directory has that name; write it with 'ws-' in front");
  return std::nullopt;
}

std::optional<TextMistake> check_workstream_id(std::string_view id) {
  if (auto bad = check_plan_id(id)) return bad;
  const bool is_usual = id.starts_with("ws-") && id.size() > 3 &&
                        std::all_of(id.begin(), id.end(),
                                    [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
  if (is_usual) return std::nullopt;
  return TextMistake{&mistakes::unusual_id, Severity::warning,
                     fmt::format("is '{}', which is unusual", id),
                     "ids of workstreams are 'ws-' and lower-case letters, digits and '-'"};
}

std::optional<TextMistake> check_pattern(std::string_view pattern) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  const re2::RE2 compiled(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (compiled.ok()) return std::nullopt;
  return mistake(
      mistakes::bad_pattern, fmt::format("is no regular expression: {}", compiled.error()),
      "the syntax is RE2's; a literal '(', '[', '*', '+', '?' or '.' is written with '\\'");
}

std::optional<TextMistake> check_path(std::string_view path) {
  if (path.empty()) return mistake(mistakes::bad_value, "is empty", "write a path");
  const bool is_drive = path.size() > 2 && path[1] == ':' && (path[2] == '\\' || path[2] == '/');
  const bool leaves = path == ".." || path.starts_with("../") || path.ends_with("/..") ||
                      path.find("/../") != std::string_view::npos;
  if (path.front() != '/' && !is_drive && !leaves) return std::nullopt;
  return TextMistake{
      &mistakes::unusual_value, Severity::warning,
      fmt::format("holds '{}', which {}", path, leaves ? "leaves the tree" : "is not relative"),
      "paths are relative"};
}

std::optional<TextMistake> check_priority(std::string_view word) {
  if (priority_of(word)) return std::nullopt;
  return mistake(mistakes::bad_value, fmt::format("cannot be '{}'", word),
                 "write a whole number, critical, high, medium, low, foreground, background, or "
                 "P0, P1, P2, …");
}

std::optional<TextMistake> check_env_name(std::string_view name) {
  if (!name.empty() && name.find('=') == std::string_view::npos) return std::nullopt;
  return mistake(mistakes::bad_value,
                 name.empty() ? std::string("has a variable without a name")
                              : fmt::format("cannot name a variable '{}'", name),
                 "the name of a variable is not empty and holds no '='");
}

}  // namespace

std::optional<TextMistake> check_text(TextRule rule, std::string_view text) {
  const bool is_id =
      rule == TextRule::step_id || rule == TextRule::workstream_id || rule == TextRule::plan_id;
  if (!is_id && text.find('\0') != std::string_view::npos)
    return mistake(mistakes::bad_value, "holds a NUL character", "no program can be given one");
  switch (rule) {
    case TextRule::any:
      return std::nullopt;
    case TextRule::not_empty:
      if (!trimmed(text).empty()) return std::nullopt;
      return mistake(mistakes::bad_value, "is empty", "write something, or leave the key out");
    case TextRule::step_id:
      return check_id(text);
    case TextRule::workstream_id:
      return check_workstream_id(text);
    case TextRule::plan_id:
      return check_plan_id(text);
    case TextRule::pattern:
      return check_pattern(text);
    case TextRule::path:
      return check_path(text);
    case TextRule::env_name:
      return check_env_name(text);
    case TextRule::priority:
      return check_priority(text);
  }
  return std::nullopt;
}

std::optional<std::int32_t> priority_of(std::string_view word) {
  struct Word {
    std::string_view name;
    std::int32_t priority;
  };
  constexpr std::array kWords = {Word{"critical", 20},   Word{"high", 10}, Word{"medium", 0},
                                 Word{"normal", 0},      Word{"low", -10}, Word{"foreground", 0},
                                 Word{"background", -10}};
  std::string lower(word);
  for (char& c : lower) c = to_lower(c);
  for (const Word& known : kWords) {
    if (lower == known.name) return known.priority;
  }
  if (lower.size() < 2 || lower[0] != 'p' || lower[1] < '0' || lower[1] > '9') return std::nullopt;
  if (lower.size() > 2 && lower[2] != '-' && lower[2] != '_' && lower[2] != ' ')
    return std::nullopt;
  return 20 - 10 * (lower[1] - '0');
}

}  // namespace ws
