#include "formats/blok/blok_expression.h"

#include <array>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "base/text.h"

namespace ws {
namespace {

using Kind = BlokExpression::Kind;

constexpr std::size_t kDeepest = 100;

struct Sign {
  std::string_view text;
  Kind kind;
};
// Longer before shorter.
constexpr std::array kComparisons = {
    Sign{"===", Kind::equal},        Sign{"!==", Kind::not_equal},
    Sign{"==", Kind::equal},         Sign{"!=", Kind::not_equal},
    Sign{"<=", Kind::less_or_equal}, Sign{">=", Kind::greater_or_equal},
    Sign{"<", Kind::less},           Sign{">", Kind::greater},
};

bool is_identifier_start(char c) { return is_name_start(c) || c == '$'; }
bool is_identifier(char c) { return is_name_character(c) || c == '$'; }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::variant<BlokExpression, BlokBeyond> run() {
    BlokExpression out;
    if (parse_or(out)) {
      skip();
      if (at_ < text_.size()) beyond(what_is_here());
    }
    if (beyond_) return std::move(*beyond_);
    return out;
  }

 private:
  bool parse_or(BlokExpression& out) {
    return parse_chain(out, Kind::any_of, "||", &Parser::parse_and);
  }
  bool parse_and(BlokExpression& out) {
    return parse_chain(out, Kind::all_of, "&&", &Parser::parse_not);
  }

  bool parse_chain(BlokExpression& out, Kind kind, std::string_view sign,
                   bool (Parser::*operand)(BlokExpression&)) {
    if (!(this->*operand)(out)) return false;
    if (!take(sign)) return true;
    BlokExpression chain;
    chain.kind = kind;
    chain.parts.push_back(std::move(out));
    do {
      if (!(this->*operand)(chain.parts.emplace_back())) return false;
    } while (take(sign));
    out = std::move(chain);
    return true;
  }

  bool parse_not(BlokExpression& out) {
    skip();
    if (peek() != '!' || peek(1) == '=') return parse_comparison(out);
    if (!enter()) return false;
    ++at_;
    out.kind = Kind::negation;
    if (!parse_not(out.parts.emplace_back())) return false;
    --depth_;
    return true;
  }

  bool parse_comparison(BlokExpression& out) {
    if (!parse_value(out)) return false;
    const auto kind = take_comparison();
    if (!kind) return true;
    BlokExpression comparison;
    comparison.kind = *kind;
    comparison.parts.push_back(std::move(out));
    if (!parse_value(comparison.parts.emplace_back())) return false;
    out = std::move(comparison);
    return take_comparison() ? beyond("a chain of comparisons") : true;
  }

  std::optional<Kind> take_comparison() {
    skip();
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("=>") || rest.starts_with("<<") || rest.starts_with(">>"))
      return std::nullopt;
    for (const Sign& sign : kComparisons) {
      if (!rest.starts_with(sign.text)) continue;
      at_ += sign.text.size();
      return sign.kind;
    }
    return std::nullopt;
  }

  bool parse_value(BlokExpression& out) {
    skip();
    const char c = peek();
    if (c == '(') return parse_parentheses(out);
    if (c == '\'' || c == '"') {
      std::string text;
      if (!parse_text(text)) return false;
      out.literal.value = std::move(text);
      return true;
    }
    if (c == '`') return parse_template(out);
    if (is_digit(c) || (c == '-' && is_digit(peek(1)))) return parse_number(out);
    if (is_identifier_start(c)) return parse_path(out);
    return beyond(what_is_here());
  }

  bool parse_parentheses(BlokExpression& out) {
    if (!enter()) return false;
    ++at_;
    if (!parse_or(out)) return false;
    skip();
    if (peek() != ')') return beyond(what_is_here());
    ++at_;
    --depth_;
    // A value in parentheses may be followed by a member or a call.
    if (peek() == '.' || peek() == '[' || peek() == '(') return beyond(what_is_here());
    return true;
  }

  bool parse_number(BlokExpression& out) {
    const std::size_t start = at_;
    if (peek() == '-') ++at_;
    while (is_identifier(peek()) || peek() == '.') ++at_;
    auto number = parse_json(text_.substr(start, at_ - start));
    if (!number) {
      at_ = start;
      return beyond("");
    }
    out.literal = std::move(*number);
    return true;
  }

  bool parse_path(BlokExpression& out) {
    const std::size_t start = at_;
    std::string first = take_identifier();
    if (first == "true" || first == "false") {
      out.literal.value = first == "true";
      return true;
    }
    if (first == "null" || first == "undefined") return true;
    for (const std::string_view word : {"typeof", "new", "void", "delete", "await", "function"}) {
      if (first != word) continue;
      at_ = start;
      return beyond("'" + first + "'");
    }
    out.kind = Kind::path;
    out.path.push_back(std::move(first));
    while (parse_member(out)) {
    }
    if (beyond_) return false;
    return peek() == '(' ? beyond("a call") : true;
  }

  // One `.name` or `[…]`; false at the end of the path.
  bool parse_member(BlokExpression& out) {
    const std::size_t start = at_;
    skip();
    const bool is_optional = peek() == '?' && peek(1) == '.' && !is_digit(peek(2));
    if (is_optional) at_ += 2;
    if (peek() == '[') {
      ++at_;
      return parse_index(out);
    }
    if (!is_optional && peek() == '.')
      ++at_;
    else if (!is_optional) {
      at_ = start;
      return false;
    }
    skip();
    if (!is_identifier_start(peek())) return beyond(what_is_here());
    out.path.push_back(take_identifier());
    return true;
  }

  bool parse_index(BlokExpression& out) {
    skip();
    std::string name;
    if (peek() == '\'' || peek() == '"') {
      if (!parse_text(name)) return false;
    } else {
      while (is_digit(peek())) name += text_[at_++];
      if (name.empty()) return beyond("a computed member");
    }
    skip();
    if (peek() != ']') return beyond("a computed member");
    ++at_;
    out.path.push_back(std::move(name));
    return true;
  }

  bool parse_text(std::string& out) {
    const std::size_t start = at_;
    const char quote = text_[at_++];
    for (; at_ < text_.size() && text_[at_] != quote; ++at_) {
      if (text_[at_] != '\\') {
        out += text_[at_];
      } else if (!parse_escape(out)) {
        return false;
      }
    }
    if (at_ >= text_.size()) {
      at_ = start;
      return beyond("");
    }
    ++at_;
    return true;
  }

  bool parse_escape(std::string& out) {
    constexpr std::string_view kFrom = "\\'\"`ntr$/";
    constexpr std::string_view kTo = "\\'\"`\n\t\r$/";
    const std::size_t which = at_ + 1 < text_.size() ? kFrom.find(peek(1)) : kFrom.npos;
    if (which == std::string_view::npos) return beyond("an escape");
    out += kTo[which];
    ++at_;
    return true;
  }

  bool parse_template(BlokExpression& out) {
    if (!enter()) return false;
    const std::size_t start = at_++;
    out.kind = Kind::text;
    std::string plain;
    const auto keep_plain = [&] {
      if (plain.empty()) return;
      out.parts.emplace_back().literal.value = std::exchange(plain, {});
    };
    while (at_ < text_.size() && peek() != '`') {
      if (peek() == '\\') {
        if (!parse_escape(plain)) return false;
        ++at_;
      } else if (peek() == '$' && peek(1) == '{') {
        keep_plain();
        at_ += 2;
        BlokExpression& part = out.parts.emplace_back();
        if (!parse_value(part)) return false;
        skip();
        if (peek() != '}') return beyond(what_is_here());
        if (part.kind != Kind::path && part.kind != Kind::literal) return beyond("a choice");
        ++at_;
      } else {
        plain += text_[at_++];
      }
    }
    keep_plain();
    if (peek() == '`') {
      ++at_;
      --depth_;
      return true;
    }
    at_ = start;
    return beyond("");
  }

  std::string take_identifier() {
    const std::size_t start = at_;
    while (is_identifier(peek())) ++at_;
    return std::string(text_.substr(start, at_ - start));
  }

  bool take(std::string_view sign) {
    skip();
    if (!text_.substr(at_).starts_with(sign)) return false;
    at_ += sign.size();
    return true;
  }

  bool enter() { return ++depth_ > kDeepest ? beyond("deeper nesting") : true; }

  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  void skip() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  [[nodiscard]] std::string what_is_here() const {
    const std::string_view rest = text_.substr(at_);
    if (rest.empty()) return "";
    if (rest.starts_with("??")) return "a default (?\?)";
    if (rest.starts_with("||") || rest.starts_with("&&")) return "a condition";
    if (rest.starts_with("=>")) return "a function";
    if (rest.starts_with("...")) return "'...'";
    switch (rest.front()) {
      case '+':
      case '-':
      case '*':
      case '/':
      case '%':
      case '&':
      case '|':
      case '^':
      case '~':
        return "arithmetic";
      case '?':
        return "a choice (?:)";
      case '(':
        return "a call";
      case '[':
      case '{':
        return "a list or an object";
      case '.':
        return "a member of a value";
      default:
        return "";
    }
  }

  bool beyond(std::string why) {
    if (!beyond_) beyond_ = BlokBeyond{at_, std::move(why)};
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::optional<BlokBeyond> beyond_;
};

}  // namespace

std::variant<BlokExpression, BlokBeyond> parse_blok_expression(std::string_view text) {
  const std::string_view inside = trimmed(text);
  // A list or an object that is JSON is the same in JavaScript.
  if (inside.starts_with('[') || inside.starts_with('{')) {
    if (auto value = parse_json(inside)) {
      BlokExpression out;
      out.literal = std::move(*value);
      return out;
    }
  }
  return Parser(text).run();
}

}  // namespace ws
