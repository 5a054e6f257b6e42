#include "base/shell_words.h"

#include <algorithm>
#include <array>

namespace ws {
namespace {

// Reserved words, and builtins that either have no program of that name or behave differently from
// it: those of POSIX, of dash and of bash, because either may be /bin/sh. Sorted.
constexpr std::array<std::string_view, 78> kShellOnly = {
    "!",        ".",        ":",      "[",       "[[",       "alias",   "bg",        "bind",
    "break",    "builtin",  "caller", "case",    "cd",       "chdir",   "command",   "compgen",
    "complete", "continue", "coproc", "declare", "dirs",     "disown",  "do",        "done",
    "elif",     "else",     "enable", "esac",    "eval",     "exec",    "exit",      "export",
    "fc",       "fg",       "fi",     "for",     "function", "getopts", "hash",      "help",
    "history",  "if",       "in",     "jobs",    "kill",     "let",     "local",     "logout",
    "mapfile",  "popd",     "printf", "pushd",   "pwd",      "read",    "readarray", "readonly",
    "return",   "select",   "set",    "shift",   "shopt",    "source",  "suspend",   "then",
    "time",     "times",    "trap",   "type",    "typeset",  "ulimit",  "umask",     "unalias",
    "unset",    "until",    "wait",   "while",   "{",        "}"};

bool is_shell_only(std::string_view word) {
  return std::binary_search(kShellOnly.begin(), kShellOnly.end(), word);
}

// dash's echo takes options and backslashes by its own rules, /bin/echo by others.
bool is_ambiguous_echo(const std::vector<std::string>& words) {
  if (words.front() != "echo") return false;
  if (words.size() > 1 && words[1].starts_with('-')) return true;
  return std::any_of(words.begin(), words.end(),
                     [](const std::string& word) { return word.find('\\') != std::string::npos; });
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
  // Quotes are gone by now: a quoted builtin is still a builtin, and `A="b c" make` an assignment.
  // That a quoted reserved word would be a program is not worth telling apart.
  if (is_shell_only(words.front()) || is_assignment(words.front())) return std::nullopt;
  if (is_ambiguous_echo(words)) return std::nullopt;
  return words;
}

}  // namespace ws
