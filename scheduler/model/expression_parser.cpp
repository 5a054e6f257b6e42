#include "model/expression_parser.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "model/text_template.h"

namespace ws {
namespace {

using Kind = ExpressionNode::Kind;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name_character(char c) { return is_letter(c) || is_digit(c) || c == '-'; }

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

struct OperatorName {
  std::string_view text;
  ComparisonOperator op;
};
// Longer before shorter.
constexpr std::array kSigns = {
    OperatorName{"==", ComparisonOperator::equal},
    OperatorName{"!=", ComparisonOperator::not_equal},
    OperatorName{">=", ComparisonOperator::greater_or_equal},
    OperatorName{"<=", ComparisonOperator::less_or_equal},
    OperatorName{">", ComparisonOperator::greater},
    OperatorName{"<", ComparisonOperator::less},
};
constexpr std::array kWords = {
    OperatorName{"in", ComparisonOperator::in},
    OperatorName{"not_in", ComparisonOperator::not_in},
    OperatorName{"contains", ComparisonOperator::contains},
    OperatorName{"starts_with", ComparisonOperator::starts_with},
    OperatorName{"ends_with", ComparisonOperator::ends_with},
};

// What other languages write, and what it is here.
struct Foreign {
  std::string_view text;
  std::string_view hint;
};
constexpr std::array kForeign = {
    Foreign{"===", "write '=='"},
    Foreign{"!==", "write '!='"},
    Foreign{"<>", "write '!='"},
    Foreign{"=~",
            "there are no patterns here: 'contains', 'starts_with' and 'ends_with' look for "
            "text"},
    Foreign{"=", "did you mean '=='?"},
    Foreign{"&", "did you mean 'and'?"},
    Foreign{"|", "did you mean 'or'?"},
    Foreign{"?", "there is no choice of values here; ${path:-default} gives a default"},
    Foreign{"+", "there is no arithmetic here"},
    Foreign{"-", "there is no arithmetic here"},
    Foreign{"*", "there is no arithmetic here"},
    Foreign{"/", "there is no arithmetic here"},
    Foreign{"%", "there is no arithmetic here"},
    Foreign{"(", "there are no functions here"},
};

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::variant<ExpressionNode, ExpressionMistake> run() {
    skip_blanks();
    if (at_ == text_.size()) return ExpressionMistake{0, text_.size(), "it is empty", ""};
    ExpressionNode top;
    if (parse_or(top)) {
      skip_blanks();
      if (at_ < text_.size()) unexpected("the end, 'and', 'or' or a comparison");
    }
    if (mistake_) return std::move(*mistake_);
    return top;
  }

  std::variant<PathRead, ExpressionMistake> run_path(std::size_t at) {
    at_ = at;
    PathRead out;
    if (parse_path(out.path)) {
      out.end = at_;
      return out;
    }
    return std::move(*mistake_);
  }

 private:
  // levels of the grammar

  bool parse_or(ExpressionNode& out) {
    return parse_chain(out, Kind::any_of, "or", "||", &Parser::parse_and);
  }
  bool parse_and(ExpressionNode& out) {
    return parse_chain(out, Kind::all_of, "and", "&&", &Parser::parse_not);
  }

  bool parse_chain(ExpressionNode& out, Kind kind, std::string_view word, std::string_view sign,
                   bool (Parser::*operand)(ExpressionNode&)) {
    const std::size_t start = skip_blanks();
    ExpressionNode first;
    if (!(this->*operand)(first)) return false;
    if (!take_word(word) && !take_sign(sign)) {
      out = std::move(first);
      return true;
    }
    out.kind = kind;
    out.parts.push_back(std::move(first));
    do {
      if (!(this->*operand)(out.parts.emplace_back())) return false;
    } while (take_word(word) || take_sign(sign));
    finish(out, start);
    return true;
  }

  bool parse_not(ExpressionNode& out) {
    const std::size_t start = skip_blanks();
    const bool is_sign = peek() == '!' && peek(1) != '=';
    if (is_sign) ++at_;
    if (!is_sign && !take_word("not")) return parse_comparison(out);
    if (!enter()) return false;
    out.kind = Kind::negation;
    if (!parse_not(out.parts.emplace_back())) return false;
    --depth_;
    finish(out, start);
    return true;
  }

  bool parse_comparison(ExpressionNode& out) {
    const std::size_t start = skip_blanks();
    ExpressionNode left;
    if (!parse_value(left)) return false;
    const auto op = take_operator();
    if (mistake_) return false;
    if (!op) {
      out = std::move(left);
      return true;
    }
    out.kind = Kind::comparison;
    out.op = *op;
    out.parts.push_back(std::move(left));
    if (!parse_value(out.parts.emplace_back())) return false;
    finish(out, start);
    const std::size_t before = skip_blanks();
    if (take_operator()) {
      return fail(before, at_ - before, "comparisons do not chain",
                  "write 'a < b and b < c', or parentheses");
    }
    return !mistake_;
  }

  bool parse_value(ExpressionNode& out) {
    const std::size_t start = skip_blanks();
    const char c = peek();
    if (c == '(') return parse_parentheses(out);
    if (c == '[') return parse_list(out);
    if (c == '\'' || c == '"') {
      std::string text;
      if (!parse_text(text)) return false;
      out.literal.value = std::move(text);
      finish(out, start);
      return true;
    }
    if (is_digit(c) || (c == '-' && is_digit(peek(1)))) return parse_number(out);
    if (c == '$' && peek(1) == '{') return parse_braces(out);
    if (c == '$') {
      return fail(start, 1, "a variable of the shell has no value here",
                  "paths are written as they are, or as ${path}");
    }
    if (is_letter(c)) return parse_word(out);
    return unexpected("a value");
  }

  bool parse_parentheses(ExpressionNode& out) {
    const std::size_t start = at_++;
    if (!enter() || !parse_or(out)) return false;
    --depth_;
    skip_blanks();
    if (peek() != ')') {
      if (at_ < text_.size()) return unexpected("')'");
      return fail(start, 1, "this '(' is never closed", "");
    }
    ++at_;
    return true;
  }

  bool parse_list(ExpressionNode& out) {
    const std::size_t start = at_++;
    if (!enter()) return false;
    out.kind = Kind::list;
    skip_blanks();
    while (peek() != ']') {
      if (!parse_value(out.parts.emplace_back())) return false;
      skip_blanks();
      if (peek() == ',') {
        ++at_;
        skip_blanks();
      } else if (at_ == text_.size()) {
        return fail(start, 1, "this '[' is never closed", "");
      } else if (peek() != ']') {
        return unexpected("',' or ']'");
      }
    }
    ++at_;
    --depth_;
    finish(out, start);
    return true;
  }

  bool parse_number(ExpressionNode& out) {
    const std::size_t start = at_;
    if (peek() == '-') ++at_;
    // Greedy, so that 1.2.3 is one bad number and not two words.
    while (is_name_character(peek()) || peek() == '.' ||
           (peek() == '+' && (text_[at_ - 1] == 'e' || text_[at_ - 1] == 'E'))) {
      ++at_;
    }
    const std::string_view written = text_.substr(start, at_ - start);
    std::optional<Datum> number = parse_json(written);
    if (!number) {
      return fail(start, written.size(), fmt::format("'{}' is no number", shown(written)),
                  "text stands in quotes");
    }
    out.literal = std::move(*number);
    finish(out, start);
    return true;
  }

  bool parse_word(ExpressionNode& out) {
    const std::size_t start = at_;
    const std::string word = lower_case(word_here());
    const bool is_path =
        std::string_view(".[").find(text_[std::min(start + word.size(), text_.size() - 1)]) !=
        std::string_view::npos;
    if (!is_path && (word == "true" || word == "false" || word == "null")) {
      at_ += word.size();
      if (word != "null") out.literal.value = word == "true";
      finish(out, start);
      return true;
    }
    const bool is_operator = std::any_of(kWords.begin(), kWords.end(),
                                         [&](const auto& known) { return known.text == word; });
    if (!is_path && (is_operator || word == "and" || word == "or" || word == "not"))
      return unexpected("a value");
    out.kind = Kind::path;
    if (!parse_path(out.path)) return false;
    finish(out, start);
    return true;
  }

  bool parse_braces(ExpressionNode& out) {
    const std::size_t start = at_;
    at_ += 2;
    skip_blanks();
    out.kind = Kind::path;
    if (!parse_path(out.path)) return false;
    skip_blanks();
    if (text_.substr(at_).starts_with(":-")) {
      at_ += 2;
      out.path.has_default = true;
      if (!parse_default(out.parts.emplace_back(), start)) return false;
      skip_blanks();
    }
    if (peek() != '}') {
      if (at_ < text_.size()) return unexpected("'}' or ':-'");
      return fail(start, 2, "this '${' is never closed", "end it with '}'");
    }
    ++at_;
    finish(out, start);
    return true;
  }

  // What stands before the '}' is a value of the grammar when it looks like one, else just text.
  bool parse_default(ExpressionNode& out, std::size_t braces) {
    if (!enter()) return false;
    const std::size_t start = skip_blanks();
    const bool is_value = std::string_view("'\"[").find(peek()) != std::string_view::npos ||
                          text_.substr(at_).starts_with("${");
    if (at_ < text_.size() && is_value) {
      if (!parse_value(out)) return false;
    } else {
      const std::size_t end = find_closing_brace(text_, at_);
      if (end == std::string_view::npos)
        return fail(braces, 2, "this '${' is never closed", "end it with '}'");
      std::string text;
      for (; at_ < end; ++at_) {
        if (text_[at_] == '\\' && peek(1) == '}') ++at_;
        text += text_[at_];
      }
      const std::string_view bare = trimmed(text);
      if (bare != "null") out.literal = from_plain_text(bare);
      finish(out, start);
    }
    --depth_;
    return true;
  }

  // pieces

  bool parse_path(Reference& out) {
    out.offset = at_;
    if (!is_letter(peek())) return unexpected("a name");
    out.names.emplace_back(take_name());
    while (true) {
      if (peek() == '.') {
        ++at_;
        if (!is_name_character(peek())) return unexpected("a name after '.'");
        out.names.emplace_back(take_name());
      } else if (peek() == '[') {
        if (!parse_index(out)) return false;
      } else {
        break;
      }
    }
    out.length = at_ - out.offset;
    return true;
  }

  bool parse_index(Reference& out) {
    const std::size_t start = at_++;
    skip_blanks();
    std::string name;
    if (peek() == '\'' || peek() == '"') {
      if (!parse_text(name)) return false;
    } else if (is_digit(peek())) {
      while (is_digit(peek())) name += text_[at_++];
    } else {
      return unexpected("a number or a quoted name");
    }
    skip_blanks();
    if (peek() != ']') {
      if (at_ < text_.size()) return unexpected("']'");
      return fail(start, 1, "this '[' is never closed", "");
    }
    ++at_;
    out.names.push_back(std::move(name));
    return true;
  }

  bool parse_text(std::string& out) {
    const std::size_t start = at_;
    const char quote = text_[at_++];
    for (; at_ < text_.size() && text_[at_] != quote; ++at_) {
      if (text_[at_] != '\\') {
        out += text_[at_];
        continue;
      }
      const char escaped = peek(1);
      constexpr std::string_view kFrom = "\\'\"nt";
      constexpr std::string_view kTo = "\\'\"\n\t";
      const std::size_t which = at_ + 1 < text_.size() ? kFrom.find(escaped) : kFrom.npos;
      if (which == std::string_view::npos && at_ + 1 < text_.size()) {
        return fail(at_, 2, fmt::format("'\\{}' means nothing in a text", shown({&escaped, 1})),
                    "a backslash is written '\\\\'");
      }
      if (which != std::string_view::npos) out += kTo[which];
      ++at_;
    }
    if (at_ >= text_.size()) return fail(start, 1, "this quote is never closed", "");
    ++at_;
    return check_text(out, start);
  }

  // A text is taken as it is: a path of ours in it would silently be compared as text.
  bool check_text(std::string_view text, std::size_t start) {
    const std::size_t open = text.find("${");
    if (open == std::string_view::npos || !is_run_name(leading_name(text.substr(open + 2))))
      return true;
    return fail(start, at_ - start, "a path inside a quoted text has no value",
                "write the path without the quotes");
  }

  static std::string_view leading_name(std::string_view text) {
    const auto end = std::find_if(text.begin(), text.end(), [](char c) { return !is_letter(c); });
    return text.substr(0, static_cast<std::size_t>(end - text.begin()));
  }

  std::optional<ComparisonOperator> take_operator() {
    const std::size_t start = skip_blanks();
    for (const Foreign& foreign : kForeign) {
      if (foreign.text.size() > 1 && text_.substr(at_).starts_with(foreign.text)) {
        fail(start, foreign.text.size(), fmt::format("'{}' is no operator here", foreign.text),
             std::string(foreign.hint));
        return std::nullopt;
      }
    }
    for (const OperatorName& sign : kSigns) {
      if (take_sign(sign.text)) return sign.op;
    }
    for (const OperatorName& word : kWords) {
      if (take_word(word.text)) return word.op;
    }
    if (take_word("not")) {
      if (take_word("in")) return ComparisonOperator::not_in;
      at_ = start;
    }
    return std::nullopt;
  }

  std::string_view take_name() {
    const std::size_t start = at_;
    while (is_name_character(peek())) ++at_;
    return text_.substr(start, at_ - start);
  }

  std::string_view word_here() const {
    std::size_t end = at_;
    while (end < text_.size() && is_name_character(text_[end])) ++end;
    return text_.substr(at_, end - at_);
  }

  bool take_word(std::string_view word) {
    const std::size_t start = skip_blanks();
    const std::string_view here = word_here();
    if (here.size() != word.size() || lower_case(here) != word) {
      at_ = start;
      return false;
    }
    at_ += word.size();
    return true;
  }

  bool take_sign(std::string_view sign) {
    skip_blanks();
    if (!text_.substr(at_).starts_with(sign)) return false;
    at_ += sign.size();
    return true;
  }

  std::size_t skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    return at_;
  }

  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  // outcomes

  bool enter() {
    if (++depth_ <= kDeepestExpression) return true;
    return fail(at_, 1, fmt::format("it nests deeper than {} levels", kDeepestExpression), "");
  }

  void finish(ExpressionNode& node, std::size_t start) const {
    node.offset = start;
    node.length = at_ - start;
  }

  bool unexpected(std::string_view wanted) {
    if (at_ >= text_.size()) {
      return fail(text_.size(), 0, fmt::format("{} was expected at its end", wanted), "");
    }
    for (const Foreign& foreign : kForeign) {
      if (!text_.substr(at_).starts_with(foreign.text)) continue;
      return fail(at_, foreign.text.size(), fmt::format("'{}' means nothing here", foreign.text),
                  std::string(foreign.hint));
    }
    const std::string_view word = word_here();
    const std::string_view what = word.empty() ? text_.substr(at_, character_size()) : word;
    return fail(at_, what.size(), fmt::format("{} was expected, not '{}'", wanted, shown(what)),
                "");
  }

  // Of the (UTF-8) character here, so that a message never holds half of one.
  [[nodiscard]] std::size_t character_size() const {
    std::size_t size = 1;
    while (at_ + size < text_.size() &&
           (static_cast<unsigned char>(text_[at_ + size]) & 0xC0U) == 0x80U) {
      ++size;
    }
    return size;
  }

  static std::string shown(std::string_view text) {
    return truncate_to_width(printable(text.substr(0, 200)), 40);
  }

  bool fail(std::size_t offset, std::size_t length, std::string message, std::string hint) {
    if (!mistake_)
      mistake_ = ExpressionMistake{offset, length, std::move(message), std::move(hint)};
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::optional<ExpressionMistake> mistake_;
};

}  // namespace

std::string_view spelling(ComparisonOperator op) {
  for (const auto& known : kSigns) {
    if (known.op == op) return known.text;
  }
  for (const auto& known : kWords) {
    if (known.op == op) return known.text;
  }
  return "";
}

std::variant<ExpressionNode, ExpressionMistake> parse_expression(std::string_view text) {
  return Parser(text).run();
}

std::variant<PathRead, ExpressionMistake> read_path(std::string_view text, std::size_t at) {
  return Parser(text).run_path(at);
}

std::size_t find_closing_brace(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  for (std::size_t i = at; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '}') {
      ++i;
    } else if (text[i] == '$' && i + 1 < text.size() && text[i + 1] == '{') {
      ++depth;
      ++i;
    } else if (text[i] == '}' && depth-- == 0) {
      return i;
    }
  }
  return std::string_view::npos;
}

}  // namespace ws
