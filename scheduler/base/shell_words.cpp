#include "base/shell_words.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

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
  return std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(equals),
                     [](char c) { return is_name_character(c); });
}

// Takes a line apart; gives up as soon as a shell would do more than split and remove quotes.
class Splitter {
 public:
  explicit Splitter(std::string_view line) : line_(line) {}

  std::optional<std::vector<std::string>> split() {
    for (at_ = 0; at_ < line_.size(); ++at_) {
      if (!take(line_[at_])) return std::nullopt;
    }
    end_word();
    return std::move(words_);
  }

 private:
  bool take(char c) {
    if (c == ' ' || c == '\t') {
      end_word();
      return true;
    }
    if (c == '\'' || c == '"') return take_quoted(c);
    if (is_special(c)) return false;
    word_ += c;
    in_word_ = true;
    return true;
  }

  bool take_quoted(char quote) {
    const std::size_t close = line_.find(quote, at_ + 1);
    if (close == std::string_view::npos) return false;
    const std::string_view inner = line_.substr(at_ + 1, close - at_ - 1);
    // Inside double quotes these keep their meaning. A line break in either is legal but rare: it
    // is left to the shell.
    constexpr std::string_view kAliveInDouble = "$`\\";
    if (quote == '"' && inner.find_first_of(kAliveInDouble) != std::string_view::npos) return false;
    if (inner.find_first_of(std::string_view("\n\0", 2)) != std::string_view::npos) return false;
    word_ += inner;
    in_word_ = true;
    at_ = close;
    return true;
  }

  [[nodiscard]] bool is_special(char c) const {
    constexpr std::string_view kSpecial("|&;<>()$`\\*?[]#~{}!\n\r\0", 22);
    if (kSpecial.find(c) == std::string_view::npos) return false;
    // '#' starts a comment only at the start of a word; these are literal inside one in POSIX sh.
    return !in_word_ || std::string_view("#!}]").find(c) == std::string_view::npos;
  }

  void end_word() {
    if (in_word_) words_.push_back(std::move(word_));
    word_.clear();
    in_word_ = false;
  }

  std::string_view line_;
  std::size_t at_ = 0;
  std::vector<std::string> words_;
  std::string word_;
  bool in_word_ = false;
};

}  // namespace

std::optional<std::vector<std::string>> split_without_shell(std::string_view line) {
  auto words = Splitter(line).split();
  if (!words || words->empty() || words->front().empty()) return std::nullopt;
  // Quotes are gone by now: a quoted builtin is still a builtin, and `A="b c" make` an assignment.
  // That a quoted reserved word would be a program is not worth telling apart.
  if (is_shell_only(words->front()) || is_assignment(words->front())) return std::nullopt;
  if (is_ambiguous_echo(*words)) return std::nullopt;
  return words;
}

}  // namespace ws
