#include "base/shell_words.h"

#include <algorithm>
#include <array>

namespace ws {
namespace {

// Reserved words, and builtins that either have no program of that name or behave differently from
// it.
constexpr std::array<std::string_view, 46> kShellOnly = {
    "!",     "{",     "}",     "case",     "do",     "done",    "elif",    "else",
    "esac",  "fi",    "for",   "if",       "in",     "then",    "until",   "while",
    ".",     ":",     "alias", "bg",       "break",  "cd",      "command", "continue",
    "eval",  "exec",  "exit",  "export",   "fg",     "getopts", "hash",    "jobs",
    "kill",  "local", "read",  "readonly", "return", "set",     "shift",   "source",
    "times", "trap",  "type",  "ulimit",   "umask",  "unset"};

bool is_shell_only(std::string_view word) {
  return std::find(kShellOnly.begin(), kShellOnly.end(), word) != kShellOnly.end() ||
         word == "wait" || word == "unalias" || word == "function" || word == "[[";
}

bool is_assignment(std::string_view word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos || equals == 0) return false;
  return std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(equals), [](char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
}

}  // namespace

std::optional<std::vector<std::string>> split_without_shell(std::string_view line) {
  constexpr std::string_view kSpecial = "|&;<>()$`\\*?[]#~{}!\n\r";
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  bool first_word_quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '\0') return std::nullopt;
    if (c == ' ' || c == '\t') {
      if (in_word) words.push_back(std::move(word));
      word.clear();
      in_word = false;
      continue;
    }
    if (c == '\'' || c == '"') {
      const std::size_t close = line.find(c, i + 1);
      if (close == std::string_view::npos) return std::nullopt;
      const std::string_view inner = line.substr(i + 1, close - i - 1);
      // Inside double quotes these keep their meaning; a line break in either is legal but rare:
      // leave it to the shell.
      if (c == '"' && inner.find_first_of("$`\\\n") != std::string_view::npos) return std::nullopt;
      if (inner.find('\n') != std::string_view::npos || inner.find('\0') != std::string_view::npos)
        return std::nullopt;
      if (words.empty()) first_word_quoted = true;
      word += inner;
      in_word = true;
      i = close;
      continue;
    }
    if (kSpecial.find(c) != std::string_view::npos) {
      // '#' starts a comment only at the start of a word; braces, '!' and '~' inside one are
      // literal in POSIX sh.
      const bool is_literal_inside = in_word && (c == '#' || c == '!' || c == '}' || c == ']');
      if (!is_literal_inside) return std::nullopt;
    }
    word += c;
    in_word = true;
  }
  if (in_word) words.push_back(std::move(word));
  if (words.empty() || words.front().empty()) return std::nullopt;
  if (!first_word_quoted && (is_shell_only(words.front()) || is_assignment(words.front())))
    return std::nullopt;
  // /bin/sh has its own echo: with options or nothing special they agree, with a leading dash they
  // do not.
  if (words.front() == "echo" && words.size() > 1 && words[1].starts_with('-')) return std::nullopt;
  return words;
}

}  // namespace ws
