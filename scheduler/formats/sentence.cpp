#include "formats/sentence.h"

#include <algorithm>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "base/ascii.h"
#include "base/text.h"
#include "formats/sentence_line.h"
#include "formats/sentence_words.h"

namespace ws {
namespace {

std::string lower(std::string_view text) {
  std::string out(text.substr(0, 40));
  for (char& c : out) c = is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  while (!out.empty() && std::string_view(".,:;!?)").find(out.back()) != std::string_view::npos)
    out.pop_back();
  if (out.ends_with("…")) out.resize(out.size() - std::string_view("…").size());
  return out;
}

bool is_option(const ProseWord& word) {
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
bool is_technical(const ProseWord& word) {
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

bool has_script_ending(std::string_view word) {
  for (const std::string_view ending :
       {".sh", ".py", ".ps1", ".bat", ".cmd", ".exe", ".pl", ".rb", ".js"}) {
    if (word.size() > ending.size() && word.ends_with(ending)) return true;
  }
  return false;
}

bool looks_like_program(std::string_view word) {
  return is_verb_noun(word) || word.find('/') != std::string_view::npos || has_script_ending(word);
}

// No directory and no document: `docs/` and `docs/x.md` are spoken about, never started.
bool can_be_run(std::string_view path) {
  if (path.ends_with('/')) return false;
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 || has_script_ending(name);
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

// "> 80%", "< 5 %".
bool compares_percent(std::span<const ProseWord> words, std::size_t i) {
  const std::string_view sign = words[i].text;
  if ((sign != ">" && sign != "<") || i + 1 >= words.size()) return false;
  const std::string_view number = words[i + 1].text;
  const std::size_t end = number.find_first_not_of("0123456789.");
  if (end == 0) return false;
  if (end != std::string_view::npos) return number[end] == '%';
  return i + 2 < words.size() && words[i + 2].text.starts_with('%');
}

bool says_nothing(std::span<const ProseWord> words, std::size_t i) {
  return words[i].is_quoted || is_option(words[i - 1]) || is_option(words[i]);
}

// "passes", "reports no", "returns 200", at word `i`.
std::optional<std::string> predicate_at(std::span<const ProseWord> words, std::size_t i) {
  if (says_nothing(words, i)) return std::nullopt;
  const std::string word = lower(words[i].text);
  if (!is_predicate(word)) return std::nullopt;
  if (i + 1 == words.size())
    return is_intransitive(word) ? std::optional(sentence(word)) : std::nullopt;
  const std::string next = lower(words[i + 1].text);
  // `tool runs list` is a command; "returns 200" and "exists: docs/x.md" are none.
  const bool is_stated = is_digit(words[i + 1].text.front()) || words[i].text.ends_with(':');
  if (is_stated || is_follower(next)) return sentence(word + " " + next);
  return std::nullopt;
}

// The words of a statement about a program, beginning at word `i`: also "is", "without", ">= 80%".
std::optional<std::string> statement_at(std::span<const ProseWord> words, std::size_t i) {
  if (says_nothing(words, i)) return std::nullopt;
  if (is_linking_word(lower(words[i].text)) || is_comparison(words[i].text) ||
      compares_percent(words, i))
    return sentence(words[i].text);
  return predicate_at(words, i);
}

std::optional<std::string> statement_in(std::span<const ProseWord> words) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (auto found = statement_at(words, i)) return found;
  }
  return std::nullopt;
}

// `> out`, `2>&1`, `<in`.
bool is_redirection(std::span<const ProseWord> words, std::size_t i) {
  if (is_comparison(words[i].text) || compares_percent(words, i)) return false;
  std::string_view text = words[i].text;
  if (is_digit(text.front())) text.remove_prefix(1);
  const std::size_t target = text.find_first_not_of("<>");
  if (target == std::string_view::npos) return !text.empty() && i + 1 < words.size();
  return target > 0 && text[target] != '=';
}

bool has_shell_operator(const ProseLine& line) {
  if (line.has_operator || line.has_background) return true;
  for (std::size_t i = 1; i < line.words.size(); ++i) {
    if (is_redirection(line.words, i)) return true;
  }
  return false;
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

// "make sure …" and a `test` without an expression could not run whatever follows them.
std::optional<std::string> judge_never_command(const ProseLine& line, std::string_view program) {
  if (line.words.size() < 2 || (program != "make" && program != "test")) return std::nullopt;
  const std::string second = lower(line.words[1].text);
  const auto as_sentence = [&] { return sentence(fmt::format("{} {}", program, second)); };
  if (program == "make")
    return second == "sure" || second == "certain" ? std::optional(as_sentence()) : std::nullopt;
  if (!line.words[1].is_quoted && is_introduction(second)) return as_sentence();
  const bool is_expression =
      is_technical(line.words[1]) || second == "!" || second == "(" ||
      (line.words.size() > 2 &&
       (is_option(line.words[2]) || line.words[2].text == "=" || line.words[2].text == "!="));
  return is_expression ? std::nullopt : std::optional(as_sentence());
}

std::optional<std::string> judge_known(const ProseLine& line, std::string_view program) {
  if (auto reason = judge_never_command(line, program)) return reason;
  if (program == "echo" || program == "printf" || has_shell_operator(line)) return std::nullopt;
  const std::span<const ProseWord> arguments = std::span(line.words).subspan(1);
  const bool is_plain = std::none_of(arguments.begin(), arguments.end(), is_technical);
  if (is_plain && !arguments.empty()) {
    const std::string second = lower(arguments.front().text);
    if (is_introduction(second)) return sentence(fmt::format("{} {}", program, second));
  }
  // "grep finds no TODO" is a statement, `grep passes log.txt` is not.
  if (takes_free_text(program)) {
    const bool is_statement = line.words.size() > 2 && is_predicate(lower(line.words[1].text)) &&
                              is_follower(lower(line.words[2].text));
    return is_statement ? statement_in(line.words) : std::nullopt;
  }
  return statement_in(line.words);
}

// A script or another program named by its path. What follows are its arguments, unless a statement
// follows at once ("tests/test_x.py passes").
std::optional<std::string> judge_path(const ProseLine& line, std::string_view path) {
  if (!can_be_run(path)) return statement_in(line.words);
  if (line.words.size() < 2 || has_shell_operator(line)) return std::nullopt;
  const bool is_called = path.starts_with("./") || path.starts_with("../") || path.front() == '/';
  return is_called ? predicate_at(line.words, 1) : statement_at(line.words, 1);
}

// `sh check.sh …`: the word of the script, or 0.
std::size_t script_of(const ProseLine& line, std::string_view program) {
  if (!is_interpreter(program)) return 0;
  std::size_t i = 1;
  while (i < line.words.size() && is_option(line.words[i])) ++i;
  if (i >= line.words.size() || line.words[i].is_quoted) return 0;
  const std::string_view text = line.words[i].text;
  const bool is_file = text.find('/') != std::string_view::npos || has_script_ending(text);
  return is_file && can_be_run(text) ? i : 0;
}

std::optional<std::string> judge_program(const ProseLine& line, std::string_view program) {
  if (!is_program(program) && !is_verb_noun(program)) return judge_path(line, program);
  const std::size_t script = script_of(line, program);
  if (script == 0) return judge_known(line, program);
  const bool has_more = script + 1 < line.words.size() && !has_shell_operator(line);
  return has_more ? predicate_at(line.words, script + 1) : std::nullopt;
}

bool ends_like_sentence(const ProseLine& line) {
  const std::string_view last = line.words.back().text;
  return line.words.size() > 2 && last.size() > 2 && last.ends_with('.') &&
         is_letter(last[last.size() - 2]);
}

std::optional<std::string> judge_unknown(const ProseLine& line) {
  if (line.words.size() == 1) return std::nullopt;
  if (auto reason = statement_in(line.words)) return reason;
  if (ends_like_sentence(line)) return std::string("it ends like a sentence");
  std::size_t plain = 0;
  bool is_technical_line = line.has_operator;
  for (std::size_t i = 1; i < line.words.size(); ++i) {
    const ProseWord& word = line.words[i];
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
std::optional<std::string> judge_english(const ProseLine& line, std::string_view first) {
  const bool has_option = std::any_of(line.words.begin() + 1, line.words.end(), is_option);
  const bool is_called = line.words.size() > 1 && is_option(line.words[1]) && is_lower(first[0]);
  if (has_option && (is_called || !is_never_program(lower(first))) && !statement_in(line.words))
    return std::nullopt;
  return fmt::format("'{}' is a word, not a program", printable(first.substr(0, 40)));
}

}  // namespace

std::string_view placeholder_in(std::string_view text) {
  Quotation quotation(text);
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (quotation.covers(at)) continue;
    if (text[at] != '<' || at + 2 >= text.size() || !is_letter(text[at + 1])) continue;
    std::size_t end = at + 1;
    while (end < text.size() && (is_letter(text[end]) || is_digit(text[end]) || text[end] == '_' ||
                                 text[end] == '-' || text[end] == ' '))
      ++end;
    if (end < text.size() && text[end] == '>' && text[end - 1] != ' ')
      return text.substr(at, end + 1 - at);
  }
  return {};
}

std::optional<std::string> why_prose(std::string_view written) {
  written = trimmed(written);
  if (written.empty()) return "it is empty";
  const std::string uncommented = without_comments(written);
  const std::string_view text = trimmed(uncommented);
  if (text.empty()) return "it is only a comment";
  if (const std::string_view found = placeholder_in(text); !found.empty())
    return fmt::format("'{}' is a placeholder", printable(found));
  if (text.front() == '`') return "backquotes would run what the command prints";
  if (text.starts_with("- ") || text.starts_with("* ") || text.starts_with("• "))
    return "it is an item of a list";
  if (std::string_view("![({$~").find(text.front()) != std::string_view::npos) return std::nullopt;
  const ProseLine line = split_prose(text);
  if (line.words.empty()) return std::nullopt;
  const std::string_view first = line.words.front().text;
  if (line.words.front().is_quoted || is_assignment(first)) return std::nullopt;
  const std::string word = lower(first);
  const bool is_known = is_program(first);
  if (is_digit(first.front()) && !is_known && !looks_like_program(first))
    return "it begins with a number";
  if (first == "if" || first == "for" || first == "while" || first == "until" || first == "case")
    return judge_compound(first, text);
  if (is_known || looks_like_program(first)) return judge_program(line, first);
  const bool is_capital = is_upper(first.front());
  if (is_capital || is_never_program(word) || is_grammar(word) || is_introduction(word))
    return judge_english(line, first);
  return judge_unknown(line);
}

}  // namespace ws
