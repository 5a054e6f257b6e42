#include "model/expression_scanner.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.h"
#include "base/text.h"
#include "model/run_names.h"

namespace ws {
namespace {

// What other languages write, and what it is here.
struct Foreign {
  std::string_view text;
  std::string_view hint;
};
constexpr std::array kForeign = {
    Foreign{"===", "write '=='"},
    Foreign{"!==", "write '!='"},
    Foreign{"<>", "write '!='"},
    Foreign{"=~",
            "there are no patterns here: 'contains', 'starts_with' and 'ends_with' look for "
            "text"},
    Foreign{"=", "did you mean '=='?"},
    Foreign{"&", "did you mean 'and'?"},
    Foreign{"|", "did you mean 'or'?"},
    Foreign{"?", "there is no choice of values here; ${path:-default} gives a default"},
    Foreign{"+", "there is no arithmetic here"},
    Foreign{"-", "there is no arithmetic here"},
    Foreign{"*", "there is no arithmetic here"},
    Foreign{"/", "there is no arithmetic here"},
    Foreign{"%", "there is no arithmetic here"},
    Foreign{"(", "there are no functions here"},
};

std::string_view leading_name(std::string_view text) {
  const auto end = std::find_if(text.begin(), text.end(), [](char c) { return !is_name_start(c); });
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

}  // namespace

bool ExpressionScanner::parse_path(Reference& out) {
  out.offset = at;
  if (!is_name_start(peek())) return unexpected("a name");
  out.names.emplace_back(take_name());
  while (true) {
    if (peek() == '.') {
      ++at;
      if (!is_path_character(peek())) return unexpected("a name after '.'");
      out.names.emplace_back(take_name());
    } else if (peek() == '[') {
      if (!parse_index(out)) return false;
    } else {
      break;
    }
  }
  out.length = at - out.offset;
  return true;
}

bool ExpressionScanner::parse_index(Reference& out) {
  const std::size_t start = at++;
  skip_blanks();
  std::string name;
  if (peek() == '\'' || peek() == '"') {
    if (!parse_text(name)) return false;
  } else if (is_digit(peek())) {
    while (is_digit(peek())) name += text[at++];
  } else {
    return unexpected("a number or a quoted name");
  }
  skip_blanks();
  if (peek() != ']') {
    if (at < text.size()) return unexpected("']'");
    return fail(start, 1, "this '[' is never closed", "");
  }
  ++at;
  out.names.push_back(std::move(name));
  return true;
}

bool ExpressionScanner::parse_text(std::string& out) {
  const std::size_t start = at;
  const char quote = text[at++];
  for (; at < text.size() && text[at] != quote; ++at) {
    if (text[at] != '\\') {
      out += text[at];
      continue;
    }
    const char escaped = peek(1);
    constexpr std::string_view kFrom = "\\'\"nt";
    constexpr std::string_view kTo = "\\'\"\n\t";
    const std::size_t which = at + 1 < text.size() ? kFrom.find(escaped) : kFrom.npos;
    if (which == std::string_view::npos && at + 1 < text.size()) {
      return fail(at, 2, fmt::format("'\\{}' means nothing in a text", shown({&escaped, 1})),
                  "a backslash is written '\\\\'");
    }
    if (which != std::string_view::npos) out += kTo[which];
    ++at;
  }
  if (at >= text.size()) return fail(start, 1, "this quote is never closed", "");
  ++at;
  return check_text(out, start);
}

// A text is taken as it is: a path of ours in it would silently be compared as text.
bool ExpressionScanner::check_text(std::string_view read, std::size_t start) {
  const std::size_t open = read.find("${");
  if (open == std::string_view::npos ||
      find_run_name(leading_name(read.substr(open + 2))) == nullptr)
    return true;
  return fail(start, at - start, "a path inside a quoted text has no value",
              "write the path without the quotes");
}

std::string_view ExpressionScanner::take_name() {
  const std::size_t start = at;
  while (is_path_character(peek())) ++at;
  return text.substr(start, at - start);
}

std::string_view ExpressionScanner::word_here() const {
  std::size_t end = at;
  while (end < text.size() && is_path_character(text[end])) ++end;
  return text.substr(at, end - at);
}

bool ExpressionScanner::take_word(std::string_view word) {
  const std::size_t start = skip_blanks();
  const std::string_view here = word_here();
  if (here.size() != word.size() || lower_case(here) != word) {
    at = start;
    return false;
  }
  at += word.size();
  return true;
}

bool ExpressionScanner::take_sign(std::string_view sign) {
  skip_blanks();
  if (!text.substr(at).starts_with(sign)) return false;
  at += sign.size();
  return true;
}

std::size_t ExpressionScanner::skip_blanks() {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

bool ExpressionScanner::unexpected(std::string_view wanted) {
  if (at >= text.size()) {
    return fail(text.size(), 0, fmt::format("{} was expected at its end", wanted), "");
  }
  for (const Foreign& foreign : kForeign) {
    if (!text.substr(at).starts_with(foreign.text)) continue;
    return fail(at, foreign.text.size(), fmt::format("'{}' means nothing here", foreign.text),
                std::string(foreign.hint));
  }
  const std::string_view word = word_here();
  const std::string_view what = word.empty() ? text.substr(at, character_size()) : word;
  return fail(at, what.size(), fmt::format("{} was expected, not '{}'", wanted, shown(what)), "");
}

// Of the (UTF-8) character here, so that a message never holds half of one.
std::size_t ExpressionScanner::character_size() const {
  std::size_t size = 1;
  while (at + size < text.size() &&
         (static_cast<unsigned char>(text[at + size]) & 0xC0U) == 0x80U) {
    ++size;
  }
  return size;
}

std::string ExpressionScanner::shown(std::string_view text) {
  return truncate_to_width(printable(text.substr(0, 200)), 40);
}

bool ExpressionScanner::fail(std::size_t offset, std::size_t length, std::string message,
                             std::string hint) {
  if (!mistake) mistake = ExpressionMistake{offset, length, std::move(message), std::move(hint)};
  return false;
}

bool ExpressionScanner::is_foreign_operator() {
  for (const Foreign& foreign : kForeign) {
    if (foreign.text.size() == 1 || !text.substr(at).starts_with(foreign.text)) continue;
    fail(at, foreign.text.size(), fmt::format("'{}' is no operator here", foreign.text),
         std::string(foreign.hint));
    return true;
  }
  return false;
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    c = to_lower(c);
  }
  return out;
}

}  // namespace ws
