// The words of a kata file one after another, and what is said when another one was expected.
//
// Knows the keywords and what a name, a version and a number look like, but not in which order they
// stand: kata_parser.cpp does.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "formats/kata/kata_file.h"
#include "formats/kata/kata_lexer.h"

namespace ws {

// First words of a statement.
[[nodiscard]] bool is_kata_keyword(std::string_view word);
// What a mistyped first word was meant to be: "did you mean 'next'?"; may be empty.
[[nodiscard]] std::string kata_keyword_hint(std::string_view word);

class KataWords {
 public:
  KataWords(std::vector<KataWord> words, std::string_view text, Place start,
            Diagnostics& diagnostics)
      : words_(std::move(words)), text_(text), start_(start), diagnostics_(diagnostics) {}

  [[nodiscard]] bool is_at_end() const { return at_ == words_.size(); }
  // Requires !is_at_end().
  [[nodiscard]] const KataWord& here() const { return words_[at_]; }
  [[nodiscard]] bool is_at(std::string_view word) const {
    return !is_at_end() && here().text == word;
  }
  [[nodiscard]] bool is_next(std::string_view word) const {
    return at_ + 1 < words_.size() && words_[at_ + 1].text == word;
  }
  // Still on the line of the word before it.
  [[nodiscard]] bool is_on_line() const { return !is_at_end() && !here().is_first; }
  [[nodiscard]] Place place() const { return place_of(here()); }
  [[nodiscard]] Place place_of(const KataWord& word) const;
  // The point behind the word before.
  [[nodiscard]] Place behind() const;
  void take() { ++at_; }
  bool take(std::string_view word);
  void skip_line();
  // A first word, and all that belongs to it.
  void skip_statement();

  // Nothing: a mistake has been reported, with what was expected ("the name of a phase").
  [[nodiscard]] KataName take_name(std::string_view what);
  [[nodiscard]] KataName take_version(std::string_view whose);
  [[nodiscard]] std::optional<KataName> take_version_if_any();
  // Zero: a mistake has been reported. `unit`: 1 s or 1 ms.
  enum class Unit { seconds, milliseconds };
  [[nodiscard]] Duration take_timeout(Unit unit);

  // Behind `if`: all up to `next` or the next statement, line by line.
  [[nodiscard]] std::vector<KataSegment> take_condition();

  // "expected WHAT, found 'x'"; at the end of a line that it was missing there.
  void expected(std::string_view what, std::string hint = {});
  // What is left on the line of a statement and begins no other one.
  void refuse_rest(std::string_view statement);

 private:
  // A missing word: the line or the file ends, and no keyword can stand for it.
  [[nodiscard]] bool is_missing() const;

  std::vector<KataWord> words_;
  std::string_view text_;
  Place start_;
  Diagnostics& diagnostics_;
  std::size_t at_ = 0;
};

}  // namespace ws
