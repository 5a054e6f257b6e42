// The pieces of an expression: words, signs, quoted texts, paths; and the one mistake that ends the
// reading.
//
// Knows no grammar beyond a path's (expression_parser.h has it). A parse_… or fail() that is false
// has left a mistake. Internal to model/.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/ascii.h"
#include "model/expression.h"

namespace ws {

struct ExpressionScanner {
  explicit ExpressionScanner(std::string_view whole) : text(whole) {}

  [[nodiscard]] bool parse_path(Reference& out);
  // At a quote.
  [[nodiscard]] bool parse_text(std::string& out);

  // The character here or further on; '\0' behind the end.
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at + ahead < text.size() ? text[at + ahead] : '\0';
  }
  [[nodiscard]] std::string_view word_here() const;
  // True, and gone past, when it is the next thing behind blanks. Words in either case.
  bool take_word(std::string_view word);
  bool take_sign(std::string_view sign);
  // Gives where it ends up.
  std::size_t skip_blanks();

  // "')' was expected, not 'x'", with a hint where another language has that.
  bool unexpected(std::string_view wanted);
  bool fail(std::size_t offset, std::size_t length, std::string message, std::string hint);
  // An operator of another language stands here: says which is ours.
  bool is_foreign_operator();

  // Part of a message: printable and short.
  [[nodiscard]] static std::string shown(std::string_view text);

  std::string_view text;
  std::size_t at = 0;
  std::optional<ExpressionMistake> mistake;

 private:
  std::string_view take_name();
  [[nodiscard]] bool parse_index(Reference& out);
  [[nodiscard]] bool check_text(std::string_view read, std::size_t start);
  [[nodiscard]] std::size_t character_size() const;
};

// A name of a path: a hyphen is part of it.
[[nodiscard]] constexpr bool is_path_character(char c) { return is_name_character(c) || c == '-'; }
[[nodiscard]] std::string lower_case(std::string_view text);

}  // namespace ws
