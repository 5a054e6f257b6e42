#include "formats/prose.h"

#include <algorithm>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/prose_words.h"

namespace ws {
namespace {

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return is_lower(c) || is_upper(c); }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

struct Word {
  std::string_view text;
  bool is_quoted = false;  // holds a quote or a backslash: nothing is concluded from it
};

struct Line {
  std::vector<Word> words;    // of the first command
  bool has_operator = false;  // something follows it
};

bool ends_command(std::string_view text, std::size_t at) {
  const char c = text[at];
  if (c == ';' || c == '|' || c == '\n') return true;
  return c == '&' && at + 1 < text.size() && text[at + 1] == '&';
}

Line split(std::string_view text) {
  Line line;
  line.words.reserve(8);
  std::size_t start = 0;
  bool in_word = false;
  bool is_quoted = false;
  char quote = 0;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (quote != 0) {
      if (c == quote) quote = 0;
      continue;
    }
    const bool is_end = ends_command(text, at);
    if (is_blank(c) || is_end) {
      if (in_word) line.words.push_back({text.substr(start, at - start), is_quoted});
      in_word = false;
      is_quoted = false;
      if (is_end && !line.words.empty()) {
        line.has_operator = true;
        return line;
      }
      continue;
    }
    if (!in_word) start = at;
    in_word = true;
    // An apostrophe inside a word ("doesn't") opens no quotation.
    const bool is_apostrophe = c == '\'' && at > start && is_letter(text[at - 1]) &&
                               at + 1 < text.size() && is_letter(text[at + 1]);
    if ((c == '"' || c == '\'') && !is_apostrophe && text.find(c, at + 1) != std::string_view::npos)
      quote = c;
    if (c == '"' || quote != 0 || c == '\\' || c == '`' || c == '$') is_quoted = true;
  }
  if (in_word) line.words.push_back({text.substr(start), is_quoted});
  return line;
}

std::string lower(std::string_view text) {
  std::string out(text.substr(0, 40));
  for (char& c : out) c = is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  while (!out.empty() && std::string_view(".,:;!?)").find(out.back()) != std::string_view::npos)
    out.pop_back();
  if (out.ends_with("…")) out.resize(out.size() - std::string_view("…").size());
  return out;
}

bool is_option(const Word& word) {
  const std::string_view text = word.text;
  return text.size() > 1 && text[0] == '-' && (is_letter(text[1]) || text[1] == '-');
}

bool is_comparison(std::string_view word) {
  for (const std::string_view sign : {">=", "<=", "==", "=>", "->", "≥", "≤", "→"}) {
    if (word == sign) return true;
  }
  return false;
}

// `src/x`, `./x`, `*.md`, `a=b`, `2>&1`: no word of a language.
bool is_technical(const Word& word) {
  if (word.is_quoted || is_option(word)) return true;
  const std::string_view text = word.text;
  if (text == "." || text == "..") return true;
  if (text == ">" || text == "<" || text == ">>" || text.starts_with("2>") ||
      text.starts_with(">/"))
    return true;
  const std::size_t dot = text.find('.');
  const bool has_dot = dot != std::string_view::npos && dot + 1 < text.size();
  return !is_comparison(text) &&
         (has_dot || text.find_first_of("/=*@$_") != std::string_view::npos);
}

// Invoke-Pester, Test-Path.
bool is_verb_noun(std::string_view word) {
  const std::size_t dash = word.find('-');
  if (dash == std::string_view::npos || dash < 2 || dash + 2 >= word.size()) return false;
  return is_upper(word[0]) && is_lower(word[1]) && is_upper(word[dash + 1]) &&
         std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(dash), is_letter);
}

bool looks_like_program(std::string_view word) {
  if (is_verb_noun(word) || word.find('/') != std::string_view::npos) return true;
  for (const std::string_view ending :
       {".sh", ".py", ".ps1", ".bat", ".cmd", ".exe", ".pl", ".rb", ".js"}) {
    if (word.size() > ending.size() && word.ends_with(ending)) return true;
  }
  return false;
}

bool is_assignment(std::string_view word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos || equals == 0) return false;
  if (is_digit(word[0])) return false;
  return std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(equals),
                     [](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
}

std::string sentence(std::string_view words) {
  return fmt::format("it reads as a sentence ('{}')", words);
}

// The words of a statement about a program: "passes", "reports no", "is", "without", ">= 80%".
std::optional<std::string> statement_in(std::span<const Word> words) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i].is_quoted || is_option(words[i - 1]) || is_option(words[i])) continue;
    const std::string word = lower(words[i].text);
    if (is_linking_word(word) || is_comparison(words[i].text)) return sentence(words[i].text);
    if (!is_predicate(word)) continue;
    if (i + 1 == words.size()) {
      if (is_intransitive(word)) return sentence(word);
      continue;
    }
    const std::string next = lower(words[i + 1].text);
    // `tool runs list` is a command; "returns 200" and "exists: docs/x.md" are none.
    const bool is_stated = is_digit(words[i + 1].text.front()) || words[i].text.ends_with(':');
    if (is_stated || is_follower(next)) return sentence(word + " " + next);
  }
  return std::nullopt;
}

std::optional<std::string> judge_compound(std::string_view keyword, std::string_view text) {
  const auto has = [&](std::string_view word) { return text.find(word) != std::string_view::npos; };
  bool is_complete = false;
  if (keyword == "if") is_complete = has("then") && has("fi");
  if (keyword == "case") is_complete = has("esac");
  if (keyword == "for" || keyword == "while" || keyword == "until")
    is_complete = has("do") && has("done");
  if (is_complete) return std::nullopt;
  return sentence(keyword);
}

// `test` and `find` are English too; so is "make sure".
std::optional<std::string> judge_ambiguous(const Line& line, std::string_view program) {
  if (line.words.size() < 2) return std::nullopt;
  const std::string second = lower(line.words[1].text);
  const auto as_sentence = [&] { return sentence(fmt::format("{} {}", program, second)); };
  if (!line.words[1].is_quoted && is_introduction(second)) return as_sentence();
  if (program != "test") return std::nullopt;
  const bool is_expression =
      is_technical(line.words[1]) || second == "!" || second == "(" ||
      (line.words.size() > 2 &&
       (is_option(line.words[2]) || line.words[2].text == "=" || line.words[2].text == "!="));
  return is_expression ? std::nullopt : std::optional(as_sentence());
}

std::optional<std::string> judge_known(const Line& line, std::string_view program) {
  if (auto reason = judge_ambiguous(line, program)) return reason;
  // "grep finds no TODO" is a statement, `grep passes log.txt` is not.
  if (takes_free_text(program)) {
    const bool is_statement = line.words.size() > 2 && is_predicate(lower(line.words[1].text)) &&
                              is_follower(lower(line.words[2].text));
    return is_statement ? statement_in(line.words) : std::nullopt;
  }
  return statement_in(line.words);
}

bool ends_like_sentence(const Line& line) {
  const std::string_view last = line.words.back().text;
  return line.words.size() > 2 && last.size() > 2 && last.ends_with('.') &&
         is_letter(last[last.size() - 2]);
}

std::optional<std::string> judge_unknown(const Line& line) {
  if (line.words.size() == 1) return std::nullopt;
  if (auto reason = statement_in(line.words)) return reason;
  if (ends_like_sentence(line)) return std::string("it ends like a sentence");
  std::size_t plain = 0;
  bool is_technical_line = line.has_operator;
  for (std::size_t i = 1; i < line.words.size(); ++i) {
    const Word& word = line.words[i];
    if (is_technical(word)) {
      is_technical_line = true;
      continue;
    }
    ++plain;
    const std::string text = lower(word.text);
    if (is_grammar(text) || is_introduction(text))
      return sentence(fmt::format("{} {}", line.words[i - 1].text, word.text));
  }
  if (plain > 1 && !is_technical_line && is_state(lower(line.words.back().text)))
    return sentence(line.words.back().text);
  if (plain > 2 && !is_technical_line)
    return fmt::format("'{}' is no program we know, and words follow it",
                       printable(line.words[0].text));
  return std::nullopt;
}

// Words that begin an instruction or a statement, or anything with a capital.
std::optional<std::string> judge_english(const Line& line, std::string_view first) {
  const bool has_option = std::any_of(line.words.begin() + 1, line.words.end(), is_option);
  const bool is_called = line.words.size() > 1 && is_option(line.words[1]) && is_lower(first[0]);
  if (has_option && (is_called || !is_never_program(lower(first))) && !statement_in(line.words))
    return std::nullopt;
  return fmt::format("'{}' is a word, not a program", printable(first.substr(0, 40)));
}

}  // namespace

std::string_view placeholder_in(std::string_view text) {
  char quote = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (quote != 0) {
      if (c == quote) quote = 0;
      continue;
    }
    if ((c == '"' || c == '\'') && text.find(c, at + 1) != std::string_view::npos) quote = c;
    if (c != '<' || at + 2 >= text.size() || !is_letter(text[at + 1])) continue;
    std::size_t end = at + 1;
    while (end < text.size() && (is_letter(text[end]) || is_digit(text[end]) || text[end] == '_' ||
                                 text[end] == '-' || text[end] == ' '))
      ++end;
    if (end < text.size() && text[end] == '>' && text[end - 1] != ' ')
      return text.substr(at, end + 1 - at);
  }
  return {};
}

std::optional<std::string> why_prose(std::string_view text) {
  text = trimmed(text);
  if (text.empty()) return "it is empty";
  if (const std::string_view found = placeholder_in(text); !found.empty())
    return fmt::format("'{}' is a placeholder", printable(found));
  if (text.front() == '`') return "backquotes would run what the command prints";
  if (text.starts_with("- ") || text.starts_with("* ") || text.starts_with("• "))
    return "it is an item of a list";
  if (std::string_view("![({$~").find(text.front()) != std::string_view::npos) return std::nullopt;
  const Line line = split(text);
  if (line.words.empty()) return std::nullopt;
  const std::string_view first = line.words.front().text;
  if (line.words.front().is_quoted || is_assignment(first)) return std::nullopt;
  const std::string word = lower(first);
  const bool is_known = is_program(first);
  if (is_digit(first.front()) && !is_known && !looks_like_program(first))
    return "it begins with a number";
  if (first == "if" || first == "for" || first == "while" || first == "until" || first == "case")
    return judge_compound(first, text);
  if (is_known || looks_like_program(first)) return judge_known(line, first);
  const bool is_capital = is_upper(first.front());
  if (is_capital || is_never_program(word) || is_grammar(word) || is_introduction(word))
    return judge_english(line, first);
  return judge_unknown(line);
}

}  // namespace ws
