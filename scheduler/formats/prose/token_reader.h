// A walk over tokens for the parser: looking ahead, expecting, complaining, and finding the next
// line after a mistake.
//
// Knows no statements. Internal to the parser.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "formats/prose/program.h"
#include "formats/prose/token.h"

namespace ws::prose {

class TokenReader {
 public:
  TokenReader(std::vector<Token> tokens, std::string_view text, Diagnostics& diagnostics)
      : tokens_(std::move(tokens)), text_(text), diagnostics_(diagnostics) {}

  [[nodiscard]] const Token& peek(std::size_t ahead = 0) const;
  [[nodiscard]] bool is_at(TokenKind kind) const { return peek().kind == kind; }
  [[nodiscard]] bool is_at_mark(std::string_view mark) const { return peek().is(mark); }
  [[nodiscard]] bool is_at_word(std::string_view word) const { return peek().is_word(word); }
  // Nothing more of this statement on this line.
  [[nodiscard]] bool is_at_line_end() const;
  // Or a block has just ended.
  [[nodiscard]] bool is_statement_over() const;
  const Token& take();
  bool take_mark(std::string_view mark);
  bool take_word(std::string_view word);

  // E004 with what was expected; false when the token is another one.
  bool expect_mark(std::string_view mark, std::string_view where);
  // Empty and E004 when there is none.
  Name expect_name(std::string_view what);
  [[nodiscard]] static Name name_of(const Token& token) { return {token.word, token.place}; }

  void unexpected(std::string_view expected);
  void invalid(Place place, std::string message, std::string hint = {});

  // The rest of the line is not read; its names are kept.
  void skip_line();
  // The block that may follow is not read either.
  void skip_block();
  // The text from the next token up to the one at `ahead`, without the blanks at its end.
  [[nodiscard]] Place raw_until(std::size_t ahead) const;
  [[nodiscard]] std::string_view text_at(Place place) const {
    return text_.substr(place.offset, place.length);
  }

  [[nodiscard]] Diagnostics& diagnostics() { return diagnostics_; }
  [[nodiscard]] std::vector<std::string>& skipped_names() { return skipped_names_; }
  [[nodiscard]] std::size_t position() const { return at_; }

 private:
  void note(const Token& token);

  std::vector<Token> tokens_;
  std::string_view text_;
  Diagnostics& diagnostics_;
  std::size_t at_ = 0;
  std::vector<std::string> skipped_names_;
};

// What stands there, for a message: "'foo'", "the end of the line".
[[nodiscard]] std::string describe(const Token& token);

}  // namespace ws::prose
