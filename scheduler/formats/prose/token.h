// The tokens of a prose program, and its strings taken apart into text and the names they put in.
//
// Knows neither statements nor what a name stands for. Made by lexer.cpp, read by the parser.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/source.h"

namespace ws::prose {

// `{name}` or `{name.member}` in a text; without names: plain text.
struct TextPart {
  std::string text;                // of plain text, escapes resolved
  std::vector<std::string> names;  // of an interpolation
  Place place;
};

struct Text {
  std::vector<TextPart> parts;
  Place place;

  // The plain text alone; interpolations are left out.
  [[nodiscard]] std::string plain() const;
  [[nodiscard]] bool has_names() const;
};

enum class TokenKind : std::uint8_t {
  name,
  number,
  string,
  discretion,  // **…** or ***…***
  mark,        // one of : = ( ) [ ] { } , . | -> + - …
  other,       // a byte that begins nothing; only bare conditions may hold it
  newline,
  indent,
  dedent,
  end,
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::string word;  // of a name, number, mark or other: as written
  Text text;         // of a string or discretion text
  Place place;
  bool is_first = false;  // of its line

  [[nodiscard]] bool is(std::string_view mark) const {
    return kind == TokenKind::mark && word == mark;
  }
  [[nodiscard]] bool is_word(std::string_view name) const {
    return kind == TokenKind::name && word == name;
  }
};

}  // namespace ws::prose
