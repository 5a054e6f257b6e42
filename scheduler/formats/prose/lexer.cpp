#include "formats/prose/lexer.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/ascii.h"
#include "base/text.h"
#include "formats/prose/text_reader.h"
#include "model/mistakes.h"

namespace ws::prose {
namespace {

constexpr std::size_t kColumnsOfTab = 2;  // what a forbidden tab most likely stood for
constexpr std::size_t kMostDiscretionLines = 40;

class Lexer {
 public:
  Lexer(const SourceSet& sources, SourceId source, Diagnostics& diagnostics)
      : text_(sources.text(source)), source_(source), diagnostics_(diagnostics) {}

  std::vector<Token> run() {
    while (at_ < text_.size()) line();
    while (columns_.size() > 1) {
      columns_.pop_back();
      add(TokenKind::dedent, at_, at_);
    }
    add(TokenKind::end, at_, at_);
    return std::move(tokens_);
  }

 private:
  [[nodiscard]] Place place(std::size_t begin, std::size_t end) const {
    return {source_, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin)};
  }
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] bool is_line_end() const {
    return at_ >= text_.size() || peek() == '\n' || (peek() == '\r' && peek(1) == '\n');
  }
  [[nodiscard]] bool starts(std::string_view word) const {
    return text_.substr(at_).starts_with(word);
  }

  Token& add(TokenKind kind, std::size_t begin, std::size_t end) {
    Token token;
    token.kind = kind;
    token.place = place(begin, end);
    if (kind == TokenKind::name || kind == TokenKind::number || kind == TokenKind::mark ||
        kind == TokenKind::other)
      token.word = text_.substr(begin, end - begin);
    token.is_first = is_first_;
    if (kind != TokenKind::indent && kind != TokenKind::dedent) is_first_ = false;
    tokens_.push_back(std::move(token));
    return tokens_.back();
  }

  void skip_line_end() {
    if (peek() == '\r') ++at_;
    if (at_ < text_.size()) ++at_;
  }
  void skip_comment() {
    while (!is_line_end()) ++at_;
  }

  // One line of the file, or the rest of one that brackets or a block of text went across.
  void line() {
    const std::size_t start = at_;
    std::size_t column = 0;
    std::size_t tab = std::string_view::npos;
    for (; peek() == ' ' || peek() == '\t'; ++at_) {
      if (peek() == '\t' && tab == std::string_view::npos) tab = at_;
      column += peek() == '\t' ? kColumnsOfTab : 1;
    }
    if (peek() == '#') skip_comment();
    if (is_line_end()) return skip_line_end();
    if (tab != std::string_view::npos && open_brackets_ == 0) {
      diagnostics_.error(mistakes::prose_e005, place(tab, tab + 1),
                         "E005: invalid syntax: a tab in the indentation",
                         "indent with spaces; a tab has no width that everybody agrees on");
    }
    // That bracket was never closed: the parser misses it.
    if (column == 0 && begins_statement()) open_brackets_ = 0;
    if (open_brackets_ == 0) {
      indent(column, start);
      is_first_ = true;
    }
    tokens_of_line();
    skip_line_end();
  }

  void indent(std::size_t column, std::size_t start) {
    // A pipe or an arrow at the front goes on with the statement before.
    if ((peek() == '|' || starts("->")) && !tokens_.empty()) return leave_blocks(column, start);
    newline(start);
    if (column > columns_.back()) {
      columns_.push_back(column);
      add(TokenKind::indent, start, at_);
      return;
    }
    leave_blocks(column, start);
    if (column == columns_.back()) return;
    diagnostics_.error(
        mistakes::prose_e005, place(at_, at_ + 1),
        fmt::format("E005: invalid syntax: this line is indented by {}, and no block around it is",
                    counted(column, "space")),
        "line it up with the statement it belongs to");
  }

  void leave_blocks(std::size_t column, std::size_t start) {
    if (column < columns_.back()) newline(start);
    while (column < columns_.back()) {
      columns_.pop_back();
      add(TokenKind::dedent, start, at_);
    }
  }

  void newline(std::size_t at) {
    const bool is_needed = !tokens_.empty() && tokens_.back().kind != TokenKind::newline &&
                           tokens_.back().kind != TokenKind::indent &&
                           tokens_.back().kind != TokenKind::dedent;
    if (!is_needed) return;
    const Place last = tokens_.back().place;
    const std::size_t end = std::min<std::size_t>(last.offset + last.length, at);
    add(TokenKind::newline, end, end);
  }

  // A word that only begins statements stands at the front: the bracket was never closed.
  [[nodiscard]] bool begins_statement() const {
    constexpr std::array kWords = {"session", "parallel", "agent", "let",  "const",
                                   "output",  "input",    "block", "loop", "repeat"};
    return std::any_of(kWords.begin(), kWords.end(), [this](std::string_view word) {
      if (!starts(word)) return false;
      const char next = peek(word.size());
      return next == ' ' || next == ':';
    });
  }

  void tokens_of_line() {
    while (!is_line_end()) {
      const char c = peek();
      if (c == ' ' || c == '\t' || c == '\r') {
        ++at_;
      } else if (c == '#') {
        skip_comment();
      } else {
        token();
      }
    }
  }

  void token() {
    const char c = peek();
    if (starts("\"\"\"")) return block_string();
    if (c == '"') return string();
    if (starts("**")) return discretion();
    if (is_name_start(c)) return name();
    if (is_digit(c)) return number();
    mark();
  }

  void name() {
    const std::size_t start = at_;
    while (is_name_character(peek()) || (peek() == '-' && is_name_character(peek(1)))) ++at_;
    add(TokenKind::name, start, at_);
  }

  void number() {
    const std::size_t start = at_;
    while (is_digit(peek()) || (peek() == '.' && is_digit(peek(1)))) ++at_;
    if (is_name_character(peek())) {
      while (is_name_character(peek())) ++at_;
      add(TokenKind::other, start, at_);
      return;
    }
    add(TokenKind::number, start, at_);
  }

  void mark() {
    constexpr std::array<std::string_view, 23> kMarks = {
        "->", "==", "!=", "<=", ">=", ":", "=", "(", ")", "[", "]", "{",
        "}",  ",",  ".",  "|",  "+",  "-", "<", ">", "*", "/", "&"};
    for (const std::string_view mark : kMarks) {
      if (!starts(mark)) continue;
      const std::size_t start = at_;
      at_ += mark.size();
      add(TokenKind::mark, start, at_);
      if (mark == "(" || mark == "[" || mark == "{") {
        ++open_brackets_;
      } else if ((mark == ")" || mark == "]" || mark == "}") && open_brackets_ > 0) {
        --open_brackets_;
      }
      return;
    }
    const std::size_t start = at_++;
    while (at_ < text_.size() && (static_cast<unsigned char>(peek()) & 0xC0U) == 0x80) ++at_;
    add(TokenKind::other, start, at_);
  }

  void unterminated(std::size_t start, std::string_view what, std::string hint) {
    diagnostics_.error(mistakes::prose_e001, place(start, start + 1),
                       fmt::format("E001: unterminated {}", what), std::move(hint));
  }

  void string() {
    const std::size_t start = at_++;
    while (!is_line_end() && peek() != '"')
      at_ += peek() == '\\' && at_ + 1 < text_.size() ? 2U : 1U;
    at_ = std::min(at_, text_.size());
    const std::size_t end = at_;
    if (is_line_end()) {
      unterminated(start, "string literal",
                   "close it with a quote on the same line, or use \"\"\" for several lines");
    } else {
      ++at_;
    }
    text_token(start, {text_.substr(start + 1, end - start - 1), place(start + 1, end)});
  }

  void text_token(std::size_t start, const TextSource& inner) {
    Text text = read_text_parts(inner, diagnostics_);
    Token& token = add(TokenKind::string, start, at_);
    text.place = token.place;
    token.text = std::move(text);
  }

  void block_string() {
    const std::size_t start = at_;
    at_ += 3;
    std::size_t blank = at_;
    while (blank < text_.size() && (text_[blank] == ' ' || text_[blank] == '\t')) ++blank;
    const bool opens_line = text_.substr(blank).starts_with("\n") ||
                            text_.substr(blank).starts_with("\r\n") || blank >= text_.size();
    const std::size_t inner = opens_line ? text_.find('\n', blank) + 1 : at_;
    std::size_t end = at_;
    while (end < text_.size() && !text_.substr(end).starts_with("\"\"\"")) {
      end += text_[end] == '\\' && end + 1 < text_.size() ? 2U : 1U;
    }
    if (end >= text_.size()) {
      unterminated(start, "string literal: its closing \"\"\" is missing", "");
      // A line that begins like a statement is most likely the program again.
      do {
        while (!is_line_end()) ++at_;
        if (at_ < text_.size()) skip_line_end();
      } while (at_ < text_.size() && !begins_statement());
      if (at_ > 0 && at_ < text_.size()) --at_;
      text_token(start, {"", place(start, start)});
      return;
    }
    if (!opens_line) {
      diagnostics_.error(mistakes::prose_e005, place(start, start + 3),
                         "E005: invalid syntax: a block of text must open with a line end",
                         "put the text on the line after \"\"\"");
    }
    at_ = end + 3;
    std::string_view body = text_.substr(std::min(inner, end), end - std::min(inner, end));
    // The line of the closing quotes is no text.
    const std::size_t last = body.find_last_not_of(" \t");
    if (last != std::string_view::npos && body[last] == '\n') body = body.substr(0, last);
    if (body.ends_with('\r')) body.remove_suffix(1);
    text_token(start, {body, place(std::min(inner, end), end)});
  }

  // `**` is closed on its line, or on one of the next before an empty one; `***` anywhere.
  void discretion() {
    const std::size_t start = at_;
    const std::string_view mark = starts("***") ? "***" : "**";
    const std::size_t inner = at_ + mark.size();
    const std::size_t end = text_.find(mark, inner);
    const std::string_view body =
        end == std::string_view::npos ? std::string_view() : text_.substr(inner, end - inner);
    const bool is_closed = end != std::string_view::npos && (mark == "***" || is_one_text(body));
    if (!is_closed) {
      diagnostics_.error(mistakes::prose_e005, place(start, inner),
                         fmt::format("E005: invalid syntax: this '{}' is never closed", mark),
                         fmt::format("write the condition as {0}text{0}", mark));
      while (!is_line_end() && peek() != ':') ++at_;
    } else {
      at_ = end + mark.size();
    }
    const std::size_t to = is_closed ? end : at_;
    Text text = read_text_parts(
        {text_.substr(inner, std::max(inner, to) - inner), place(inner, to), false}, diagnostics_);
    Token& token = add(TokenKind::discretion, start, at_);
    text.place = token.place;
    token.text = std::move(text);
  }

  static bool is_one_text(std::string_view body) {
    return body.find("\n\n") == std::string_view::npos &&
           static_cast<std::size_t>(std::count(body.begin(), body.end(), '\n')) <
               kMostDiscretionLines;
  }

  std::string_view text_;
  SourceId source_;
  Diagnostics& diagnostics_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
  std::vector<std::size_t> columns_ = {0};
  std::size_t open_brackets_ = 0;
  bool is_first_ = true;
};

}  // namespace

std::vector<Token> lex(const SourceSet& sources, SourceId source, Diagnostics& diagnostics) {
  return Lexer(sources, source, diagnostics).run();
}

}  // namespace ws::prose
