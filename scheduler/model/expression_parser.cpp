#include "model/expression_parser.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.h"
#include "base/text.h"
#include "model/expression_scanner.h"

namespace ws {
namespace {

using Kind = ExpressionNode::Kind;

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

class Parser {
 public:
  explicit Parser(std::string_view text) : in_(text) {}

  std::variant<ExpressionNode, ExpressionMistake> run() {
    in_.skip_blanks();
    if (in_.at == in_.text.size()) return ExpressionMistake{0, in_.text.size(), "it is empty", ""};
    ExpressionNode top;
    if (parse_or(top)) {
      in_.skip_blanks();
      if (in_.at < in_.text.size()) in_.unexpected("the end, 'and', 'or' or a comparison");
    }
    if (in_.mistake) return std::move(*in_.mistake);
    return top;
  }

  std::variant<PathRead, ExpressionMistake> run_path(std::size_t at) {
    in_.at = at;
    PathRead out;
    if (in_.parse_path(out.path)) {
      out.end = in_.at;
      return out;
    }
    return std::move(*in_.mistake);
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
    const std::size_t start = in_.skip_blanks();
    ExpressionNode first;
    if (!(this->*operand)(first)) return false;
    if (!in_.take_word(word) && !in_.take_sign(sign)) {
      out = std::move(first);
      return true;
    }
    out.kind = kind;
    out.parts.push_back(std::move(first));
    do {
      if (!(this->*operand)(out.parts.emplace_back())) return false;
    } while (in_.take_word(word) || in_.take_sign(sign));
    finish(out, start);
    return true;
  }

  bool parse_not(ExpressionNode& out) {
    const std::size_t start = in_.skip_blanks();
    const bool is_sign = in_.peek() == '!' && in_.peek(1) != '=';
    if (is_sign) ++in_.at;
    if (!is_sign && !in_.take_word("not")) return parse_comparison(out);
    if (!enter(start)) return false;
    out.kind = Kind::negation;
    if (!parse_not(out.parts.emplace_back())) return false;
    --depth_;
    finish(out, start);
    return true;
  }

  bool parse_comparison(ExpressionNode& out) {
    const std::size_t start = in_.skip_blanks();
    ExpressionNode left;
    if (!parse_value(left)) return false;
    const auto op = take_operator();
    if (in_.mistake) return false;
    if (!op) {
      out = std::move(left);
      return true;
    }
    out.kind = Kind::comparison;
    out.op = *op;
    out.parts.push_back(std::move(left));
    if (!parse_value(out.parts.emplace_back())) return false;
    finish(out, start);
    const std::size_t before = in_.skip_blanks();
    if (take_operator()) {
      return in_.fail(before, in_.at - before, "comparisons do not chain",
                      "write 'a < b and b < c', or parentheses");
    }
    return !in_.mistake;
  }

  bool parse_value(ExpressionNode& out) {
    const std::size_t start = in_.skip_blanks();
    const char c = in_.peek();
    if (c == '(') return parse_parentheses(out);
    if (c == '[') return parse_list(out);
    if (c == '\'' || c == '"') {
      std::string text;
      if (!in_.parse_text(text)) return false;
      out.literal.value = std::move(text);
      finish(out, start);
      return true;
    }
    if (is_digit(c) || (c == '-' && is_digit(in_.peek(1)))) return parse_number(out);
    if (c == '$' && in_.peek(1) == '{') return parse_braces(out);
    if (c == '$') {
      return in_.fail(start, 1, "a variable of the shell has no value here",
                      "paths are written as they are, or as ${path}");
    }
    if (is_name_start(c)) return parse_word(out);
    return in_.unexpected("a value");
  }

  bool parse_parentheses(ExpressionNode& out) {
    const std::size_t start = in_.at++;
    if (!enter(start) || !parse_or(out)) return false;
    --depth_;
    in_.skip_blanks();
    if (in_.peek() != ')') {
      if (in_.at < in_.text.size()) return in_.unexpected("')'");
      return in_.fail(start, 1, "this '(' is never closed", "");
    }
    ++in_.at;
    return true;
  }

  bool parse_list(ExpressionNode& out) {
    const std::size_t start = in_.at++;
    if (!enter(start)) return false;
    out.kind = Kind::list;
    in_.skip_blanks();
    while (in_.peek() != ']') {
      if (!parse_value(out.parts.emplace_back())) return false;
      in_.skip_blanks();
      if (in_.peek() == ',') {
        ++in_.at;
        in_.skip_blanks();
      } else if (in_.at == in_.text.size()) {
        return in_.fail(start, 1, "this '[' is never closed", "");
      } else if (in_.peek() != ']') {
        return in_.unexpected("',' or ']'");
      }
    }
    ++in_.at;
    --depth_;
    finish(out, start);
    return true;
  }

  bool parse_number(ExpressionNode& out) {
    const std::size_t start = in_.at;
    if (in_.peek() == '-') ++in_.at;
    // Greedy, so that 1.2.3 is one bad number and not two words.
    while (is_path_character(in_.peek()) || in_.peek() == '.' ||
           (in_.peek() == '+' && (in_.text[in_.at - 1] == 'e' || in_.text[in_.at - 1] == 'E'))) {
      ++in_.at;
    }
    const std::string_view written = in_.text.substr(start, in_.at - start);
    std::optional<Datum> number = parse_json(written);
    if (!number) {
      return in_.fail(start, written.size(),
                      fmt::format("'{}' is no number", ExpressionScanner::shown(written)),
                      "text stands in quotes");
    }
    out.literal = std::move(*number);
    finish(out, start);
    return true;
  }

  bool parse_word(ExpressionNode& out) {
    const std::size_t start = in_.at;
    const std::string word = lower_case(in_.word_here());
    const bool is_path =
        std::string_view(".[").find(in_.text[std::min(start + word.size(), in_.text.size() - 1)]) !=
        std::string_view::npos;
    if (!is_path && (word == "true" || word == "false" || word == "null")) {
      in_.at += word.size();
      if (word != "null") out.literal.value = word == "true";
      finish(out, start);
      return true;
    }
    const bool is_operator = std::any_of(kWords.begin(), kWords.end(),
                                         [&](const auto& known) { return known.text == word; });
    if (!is_path && (is_operator || word == "and" || word == "or" || word == "not"))
      return in_.unexpected("a value");
    out.kind = Kind::path;
    if (!in_.parse_path(out.path)) return false;
    finish(out, start);
    return true;
  }

  bool parse_braces(ExpressionNode& out) {
    const std::size_t start = in_.at;
    in_.at += 2;
    in_.skip_blanks();
    out.kind = Kind::path;
    if (!in_.parse_path(out.path)) return false;
    in_.skip_blanks();
    if (in_.text.substr(in_.at).starts_with(":-")) {
      in_.at += 2;
      out.path.has_default = true;
      if (!parse_default(out.parts.emplace_back(), start)) return false;
      in_.skip_blanks();
    }
    if (in_.peek() != '}') {
      if (in_.at < in_.text.size()) return in_.unexpected("'}' or ':-'");
      return in_.fail(start, 2, "this '${' is never closed", "end it with '}'");
    }
    ++in_.at;
    finish(out, start);
    return true;
  }

  // What stands before the '}' is a value of the grammar when it looks like one, else just text.
  bool parse_default(ExpressionNode& out, std::size_t braces) {
    if (!enter(in_.at)) return false;
    const std::size_t start = in_.skip_blanks();
    const bool is_value = std::string_view("'\"[").find(in_.peek()) != std::string_view::npos ||
                          in_.text.substr(in_.at).starts_with("${");
    if (in_.at < in_.text.size() && is_value) {
      if (!parse_value(out)) return false;
    } else {
      const std::size_t end = find_closing_brace(in_.text, in_.at);
      if (end == std::string_view::npos)
        return in_.fail(braces, 2, "this '${' is never closed", "end it with '}'");
      std::string text;
      for (; in_.at < end; ++in_.at) {
        if (in_.text[in_.at] == '\\' && in_.peek(1) == '}') ++in_.at;
        text += in_.text[in_.at];
      }
      const std::string_view bare = trimmed(text);
      if (bare != "null") out.literal = from_plain_text(bare);
      finish(out, start);
    }
    --depth_;
    return true;
  }

  // pieces

  std::optional<ComparisonOperator> take_operator() {
    const std::size_t start = in_.skip_blanks();
    if (in_.is_foreign_operator()) return std::nullopt;
    for (const OperatorName& sign : kSigns) {
      if (in_.take_sign(sign.text)) return sign.op;
    }
    for (const OperatorName& word : kWords) {
      if (in_.take_word(word.text)) return word.op;
    }
    if (in_.take_word("not")) {
      if (in_.take_word("in")) return ComparisonOperator::not_in;
      in_.at = start;
    }
    return std::nullopt;
  }

  bool enter(std::size_t start) {
    if (++depth_ <= kDeepestExpression) return true;
    return in_.fail(start, 1, fmt::format("it nests deeper than {} levels", kDeepestExpression),
                    "");
  }

  void finish(ExpressionNode& node, std::size_t start) const {
    node.offset = start;
    node.length = in_.at - start;
  }

  ExpressionScanner in_;
  std::size_t depth_ = 0;
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
