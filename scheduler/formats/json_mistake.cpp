#include "formats/json_mistake.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "base/ascii.h"
#include "base/text.h"
#include "formats/json_text.h"

namespace ws {

namespace {

constexpr std::string_view kBlanks = " \t\r\n";

bool is_word(char c) {
  return is_name_character(c) || c == '-' || c == '+' || c == '.' || c == '$' ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}

bool starts_number(char c) { return c == '-' || is_digit(c); }

// What people write where JSON wants something else.
std::string hint_for_word(std::string_view word) {
  if (word == "True" || word == "TRUE" || word == "yes" || word == "on") return "write true";
  if (word == "False" || word == "FALSE" || word == "no" || word == "off") return "write false";
  if (word == "None" || word == "NULL" || word == "Null" || word == "nil" || word == "undefined")
    return "write null";
  if (word == "NaN" || word == "Infinity" || word == "-Infinity" || word == "inf" || word == "nan")
    return "JSON has only finite numbers: leave the key out, or write null";
  return fmt::format("a text needs double quotes: \"{}\"", truncate_to_width(printable(word), 40));
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::optional<JsonMistake> run() {
    Expect expect = Expect::value;
    while (!mistake_ && expect != Expect::nothing) {
      skip_blanks();
      switch (expect) {
        case Expect::value:
          expect = value();
          break;
        case Expect::key:
          expect = key();
          break;
        case Expect::separator:
          expect = separator();
          break;
        case Expect::nothing:
          break;
      }
    }
    return std::move(mistake_);
  }

 private:
  enum class Expect { value, key, separator, nothing };
  struct Open {
    char bracket;
    std::size_t offset;
  };

  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool is_at_end() const { return at_ >= text_.size(); }
  void skip_blanks() { at_ = std::min(text_.find_first_not_of(kBlanks, at_), text_.size()); }
  static char closer_of(char bracket) { return bracket == '{' ? '}' : ']'; }

  Expect fail(std::size_t offset, std::size_t length, std::string message, std::string hint) {
    if (!mistake_) {
      mistake_.emplace();
      mistake_->offset = offset;
      mistake_->length = length;
      mistake_->message = std::move(message);
      mistake_->hint = std::move(hint);
    }
    return Expect::nothing;
  }
  void note(std::size_t offset, std::string text) {
    mistake_->note_offset = offset;
    mistake_->note = std::move(text);
  }

  std::string_view word() const {
    std::size_t end = at_;
    while (end < text_.size() && is_word(text_[end])) ++end;
    return text_.substr(at_, end - at_);
  }

  std::string_view character() const {
    std::size_t length = 1;
    while (at_ + length < text_.size() &&
           (static_cast<unsigned char>(text_[at_ + length]) & 0xC0U) == 0x80U)
      ++length;
    return text_.substr(at_, length);
  }

  Expect value() {
    if (is_at_end()) return end_of_text();
    const char c = peek();
    if (c == '{' || c == '[') return open(c);
    if (c == '"') return string() ? Expect::separator : Expect::nothing;
    const std::string_view token = word();
    if (token == "true" || token == "false" || token == "null") {
      at_ += token.size();
      return Expect::separator;
    }
    if (starts_number(c) && is_json_number(token)) {
      if (!parse_json_number(token)) {
        return fail(at_, token.size(), "the number is too large",
                    "the largest number is about 1.8e308");
      }
      at_ += token.size();
      return Expect::separator;
    }
    return bad_value(token);
  }

  Expect open(char bracket) {
    if (const std::size_t length = template_length(); length > 0) return is_template(length);
    stack_.push_back({bracket, at_});
    ++at_;
    skip_blanks();
    if (peek() == closer_of(bracket) && !is_at_end()) {
      ++at_;
      stack_.pop_back();
      return Expect::separator;
    }
    return bracket == '{' ? Expect::key : Expect::value;
  }

  // "{{name}}", "{% if %}": 0 when there is none here.
  std::size_t template_length() const {
    const std::string_view two = text_.substr(at_, 2);
    if (two != "{{" && two != "{%") return 0;
    const std::size_t end = text_.find(two == "{{" ? "}}" : "%}", at_);
    const std::size_t line_end = std::min(text_.find('\n', at_), text_.size());
    return end < line_end ? end + 2 - at_ : 2;
  }

  Expect is_template(std::size_t length) {
    return fail(at_, length, "this looks like a template",
                "fill in the placeholders first: the file is read as it is");
  }

  Expect key() {
    if (is_at_end()) return end_of_text();
    if (const std::size_t length = template_length(); length > 0) return is_template(length);
    const char c = peek();
    if (c == ',') return fail(at_, 1, "a comma where a key should be", "remove the comma");
    if (c == '\'') return single_quotes();
    if (c == '/' || c == '#') return comment();
    if (c != '"') {
      const std::string_view token = word();
      if (token.empty()) {
        return fail(at_, character().size(),
                    fmt::format("a key was expected, not '{}'", character()),
                    "members look like \"key\": value");
      }
      return fail(at_, token.size(), "the key has no quotes",
                  fmt::format("write \"{}\"", truncate_to_width(printable(token), 40)));
    }
    const std::size_t start = at_;
    if (!string()) return Expect::nothing;
    const std::size_t end = at_;
    skip_blanks();
    if (is_at_end()) return end_of_text();
    if (peek() != ':') {
      fail(at_, 1, "a ':' was expected after the key",
           peek() == '=' ? "write ':' instead of '='" : "members look like \"key\": value");
      if (text_.substr(end, at_ - end).find('\n') != std::string_view::npos)
        note(start, "the key is here");
      return Expect::nothing;
    }
    ++at_;
    return Expect::value;
  }

  Expect separator() {
    last_end_ = std::min(text_.find_last_not_of(kBlanks, at_ == 0 ? 0 : at_ - 1) + 1, text_.size());
    if (stack_.empty()) return is_at_end() ? Expect::nothing : extra_text();
    if (is_at_end()) return end_of_text();
    const Open inner = stack_.back();
    const char closer = closer_of(inner.bracket);
    const char c = peek();
    if (c == closer) {
      stack_.pop_back();
      ++at_;
      return Expect::separator;
    }
    if (c == '}' || c == ']') {
      fail(at_, 1, fmt::format("'{}' closes nothing: '{}' was expected", c, closer), "");
      note(inner.offset, fmt::format("this '{}' is still open", inner.bracket));
      return Expect::nothing;
    }
    if (c != ',') return missing_comma();
    const std::size_t comma = at_++;
    skip_blanks();
    if (peek() == closer) {
      return fail(comma, 1, fmt::format("a comma before '{}'", closer),
                  "JSON has no comma after the last element: remove it");
    }
    return inner.bracket == '{' ? Expect::key : Expect::value;
  }

  Expect missing_comma() {
    const char c = peek();
    if (c == '/' || c == '#') return comment();
    if (c == ':' && stack_.back().bracket == '[') {
      return fail(at_, 1, "a ':' in a list",
                  "members with keys belong in braces: {\"key\": value}");
    }
    const std::size_t length = c == '"' || is_word(c) ? token_length() : character().size();
    fail(at_, length, fmt::format("a comma or '{}' was expected", closer_of(stack_.back().bracket)),
         c == ';' ? "write ',' instead of ';'" : "is a comma missing before it?");
    if (text_.substr(last_end_, at_ - last_end_).find('\n') != std::string_view::npos)
      note(last_end_ - 1, "the value before it ends here");
    return Expect::nothing;
  }

  std::size_t token_length() const {
    if (peek() != '"') return word().size();
    const std::size_t end = text_.find_first_of("\"\n", at_ + 1);
    if (end == std::string_view::npos || text_[end] == '\n') return 1;
    return end + 1 - at_;
  }

  Expect extra_text() {
    const char c = peek();
    if (c == '/' || c == '#') return comment();
    if (c == ']' || c == '}') {
      return fail(at_, 1, fmt::format("'{}' closes nothing", c),
                  "remove it, or look for one that closes too early");
    }
    const bool is_value = c == '{' || c == '[';
    return fail(at_, character().size(), "text after the end of the JSON value",
                is_value ? "several values in one file go into a list: [ …, … ]" : "remove it");
  }

  Expect single_quotes() {
    const std::size_t end = text_.find_first_of("'\n", at_ + 1);
    const bool is_closed = end != std::string_view::npos && text_[end] == '\'';
    return fail(at_, is_closed ? end + 1 - at_ : 1, "single quotes are not JSON",
                "use double quotes");
  }

  Expect comment() {
    if (text_.substr(at_, 2) == "/*" && text_.find("*/", at_ + 2) == std::string_view::npos)
      return fail(at_, 2, "the comment is never closed", "end it with */");
    if (peek() == '#') return fail(at_, 1, "'#' starts no comment in JSON", "write // or /* … */");
    if (peek(1) == '/' || peek(1) == '*')
      return fail(at_, 2, "comments are not allowed in strict JSON",
                  "read it without --strict-json");
    return fail(at_, 1, "a value was expected, not '/'", "a text needs double quotes");
  }

  Expect bad_value(std::string_view token) {
    const char c = peek();
    if (c == '\'') return single_quotes();
    if (c == '/' || c == '#') return comment();
    if (c == '<' && text_.find('>', at_) < text_.find('\n', at_)) {
      return fail(at_, text_.find('>', at_) + 1 - at_, "this looks like a template",
                  "fill in the placeholders first: the file is read as it is");
    }
    if (c == ',') return fail(at_, 1, "a comma where a value should be", "remove it");
    if (c == '}' || c == ']') {
      return fail(at_, 1, fmt::format("a value was expected, not '{}'", c), "");
    }
    if (c == '\0') return fail(at_, 1, "a zero byte", "is this a binary file?");
    if (token.empty()) {
      return fail(at_, character().size(),
                  fmt::format("a value was expected, not '{}'", character()),
                  "a text needs double quotes");
    }
    if (token != "-Infinity" && (starts_number(c) || c == '+' || c == '.'))
      return bad_number(token);
    if (stack_.empty() && text_.substr(at_ + token.size(), 1) == ":") {
      return fail(at_, token.size(), "a JSON file begins with '{' or '['",
                  "this looks like YAML: name the file .yaml");
    }
    return fail(at_, token.size(), "a word without quotes", hint_for_word(token));
  }

  Expect bad_number(std::string_view token) {
    std::string hint = fmt::format("if it is a text, it needs double quotes: \"{}\"",
                                   truncate_to_width(printable(token), 40));
    const std::string_view digits = token.substr(token[0] == '-' || token[0] == '+' ? 1 : 0);
    if (token[0] == '+')
      hint = "numbers have no '+'";
    else if (digits.starts_with('.'))
      hint = "write a 0 before the point";
    else if (digits.size() > 1 && digits[0] == '0' && is_digit(digits[1]))
      hint = "numbers have no leading zeros";
    else if (digits.ends_with('.'))
      hint = "write a digit after the point";
    return fail(at_, token.size(), "not a JSON number", std::move(hint));
  }

  Expect end_of_text() {
    const std::size_t last = text_.find_last_not_of(kBlanks);
    const std::size_t end = last == std::string_view::npos ? 0 : last + 1;
    if (stack_.empty()) return fail(end, 0, "a value is missing", "a JSON file holds one value");
    const Open inner = stack_.back();
    fail(end, 0, fmt::format("the file ends before '{}'", closer_of(inner.bracket)),
         "is it complete?");
    note(inner.offset, fmt::format("this '{}' is never closed", inner.bracket));
    return Expect::nothing;
  }

  bool string() {
    const std::size_t start = at_;
    std::size_t end = start + 1;
    while (end < text_.size() && text_[end] != '"') {
      const auto byte = static_cast<unsigned char>(text_[end]);
      if (byte < 0x20) {
        control_character(start, end);
        return false;
      }
      const bool is_escape = text_[end] == '\\' && end + 1 < text_.size() &&
                             static_cast<unsigned char>(text_[end + 1]) >= 0x20;
      end += is_escape ? 2U : 1U;
    }
    if (end >= text_.size()) {
      fail(start, text_.size() - start, "the string is never closed", "end it with '\"'");
      return false;
    }
    std::string unescaped;
    if (auto mistake = unescape_json(text_.substr(start + 1, end - start - 1), unescaped)) {
      fail(start + 1 + mistake->offset, mistake->length, std::move(mistake->message),
           std::move(mistake->hint));
      return false;
    }
    at_ = end + 1;
    return true;
  }

  void control_character(std::size_t start, std::size_t offset) {
    const char c = text_[offset];
    if (c == '\n' || c == '\r') {
      fail(start, offset - start, "the string is not closed on its line",
           "end it with '\"'; a line break inside a string is written \\n");
    } else if (c == '\t') {
      fail(offset, 1, "a tab inside a string", "write \\t");
    } else {
      fail(offset, 1,
           fmt::format("the control character U+{:04X} inside a string", static_cast<unsigned>(c)),
           fmt::format("write \\u{:04x}", static_cast<unsigned>(c)));
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t last_end_ = 0;  // after the value before the separator
  std::vector<Open> stack_;
  std::optional<JsonMistake> mistake_;
};

}  // namespace

std::optional<JsonMistake> find_json_mistake(std::string_view text) { return Scanner(text).run(); }

}  // namespace ws
