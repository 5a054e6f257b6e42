#include "formats/prose/token_reader.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "model/mistakes.h"

namespace ws::prose {

std::string describe(const Token& token) {
  switch (token.kind) {
    case TokenKind::name:
    case TokenKind::number:
    case TokenKind::mark:
    case TokenKind::other:
      return fmt::format("'{}'", printable(capped(token.word, 60)));
    case TokenKind::string:
      return "a string";
    case TokenKind::discretion:
      return "a '**' text";
    case TokenKind::newline:
      return "the end of the line";
    case TokenKind::indent:
      return "a deeper indentation";
    case TokenKind::dedent:
      return "the end of the block";
    case TokenKind::end:
      return "the end of the file";
  }
  return "";
}

const Token& TokenReader::peek(std::size_t ahead) const {
  return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
}

bool TokenReader::is_at_line_end() const {
  switch (peek().kind) {
    case TokenKind::newline:
    case TokenKind::indent:
    case TokenKind::dedent:
    case TokenKind::end:
      return true;
    case TokenKind::name:
    case TokenKind::number:
    case TokenKind::string:
    case TokenKind::discretion:
    case TokenKind::mark:
    case TokenKind::other:
      return false;
  }
  return true;
}

bool TokenReader::is_statement_over() const {
  return is_at_line_end() || (at_ > 0 && tokens_[at_ - 1].kind == TokenKind::dedent);
}

const Token& TokenReader::take() {
  const Token& token = peek();
  if (at_ + 1 < tokens_.size()) ++at_;
  return token;
}

bool TokenReader::take_mark(std::string_view mark) {
  if (!is_at_mark(mark)) return false;
  take();
  return true;
}

bool TokenReader::take_word(std::string_view word) {
  if (!is_at_word(word)) return false;
  take();
  return true;
}

void TokenReader::unexpected(std::string_view expected) {
  const Token& token = peek();
  Place place = token.place;
  if (is_at_line_end()) {
    // Behind the last word, not on the next line.
    if (at_ > 0 && token.kind == TokenKind::end) {
      place = tokens_[at_ - 1].place;
      place.offset += place.length;
    }
    place.length = 0;
  }
  diagnostics_.error(mistakes::prose_e004, place,
                     fmt::format("E004: unexpected {}: expected {}", describe(token), expected),
                     "");
}

void TokenReader::invalid(Place place, std::string message, std::string hint) {
  diagnostics_.error(mistakes::prose_e005, place, "E005: invalid syntax: " + std::move(message),
                     std::move(hint));
}

bool TokenReader::expect_mark(std::string_view mark, std::string_view where) {
  if (take_mark(mark)) return true;
  unexpected(fmt::format("'{}' {}", mark, where));
  return false;
}

Name TokenReader::expect_name(std::string_view what) {
  if (is_at(TokenKind::name)) return name_of(take());
  unexpected(what);
  return {};
}

void TokenReader::note(const Token& token) {
  if (token.kind == TokenKind::name) skipped_names_.push_back(token.word);
}

void TokenReader::skip_line() {
  // What was read of the line already may have been a definition too.
  for (std::size_t at = at_;
       at > 0 && tokens_[at - 1].kind != TokenKind::newline &&
       tokens_[at - 1].kind != TokenKind::indent && tokens_[at - 1].kind != TokenKind::dedent;
       --at)
    note(tokens_[at - 1]);
  while (!is_at_line_end()) note(take());
}

void TokenReader::skip_block() {
  if (is_at(TokenKind::newline) && peek(1).kind == TokenKind::indent) take();
  if (!is_at(TokenKind::indent)) return;
  std::size_t depth = 0;
  do {
    const Token& token = take();
    if (token.kind == TokenKind::indent) ++depth;
    if (token.kind == TokenKind::dedent) --depth;
    note(token);
  } while (depth > 0 && !is_at(TokenKind::end));
}

Place TokenReader::raw_until(std::size_t ahead) const {
  Place place = peek().place;
  if (ahead == 0) {
    place.length = 0;
    return place;
  }
  const Place last = peek(ahead - 1).place;
  place.length = last.offset + last.length - place.offset;
  return place;
}

}  // namespace ws::prose
