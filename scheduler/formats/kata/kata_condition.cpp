#include "formats/kata/kata_condition.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.h"
#include "base/text.h"
#include "formats/kata/kata_pieces.h"
#include "model/mistakes.h"

namespace ws {
namespace {

constexpr std::size_t kDeepest = 100;  // parentheses and lists

struct OperatorWord {
  std::string_view text;
  KataOperator op;
};
constexpr std::array kOperators = {
    OperatorWord{"==", KataOperator::equal},
    OperatorWord{"!=", KataOperator::not_equal},
    OperatorWord{">", KataOperator::greater},
    OperatorWord{">=", KataOperator::greater_or_equal},
    OperatorWord{"<", KataOperator::less},
    OperatorWord{"<=", KataOperator::less_or_equal},
    OperatorWord{"in", KataOperator::in},
    OperatorWord{"not_in", KataOperator::not_in},
    OperatorWord{"contains", KataOperator::contains},
    OperatorWord{"starts_with", KataOperator::starts_with},
    OperatorWord{"ends_with", KataOperator::ends_with},
};

std::optional<KataOperator> operator_of(std::string_view word) {
  for (const OperatorWord& known : kOperators) {
    if (known.text == word) return known.op;
  }
  return std::nullopt;
}

bool is_word(std::string_view word, std::string_view lower) {
  return std::equal(word.begin(), word.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return to_lower(a) == b; });
}

bool is_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t dot = std::min(text.find('.'), text.size());
  const auto digits = [](std::string_view part) {
    return !part.empty() && std::all_of(part.begin(), part.end(), is_digit);
  };
  return digits(text.substr(0, dot)) && (dot == text.size() || digits(text.substr(dot + 1)));
}

// A value that has no quotes: a number, true, false, null, or the text itself.
Datum bare_value(std::string_view text) {
  if (text == "true") return {true};
  if (text == "false") return {false};
  if (text == "null") return {};
  if (is_number(text)) {
    // JSON knows no leading zeros; here they are digits like others.
    const bool is_negative = text.starts_with('-');
    std::string_view digits = text.substr(is_negative ? 1 : 0);
    while (digits.size() > 1 && digits[0] == '0' && is_digit(digits[1])) digits.remove_prefix(1);
    if (auto number = parse_json((is_negative ? "-" : "") + std::string(digits))) return *number;
  }
  return {std::string(text)};
}

using Piece = KataPiece;

class ConditionReader {
 public:
  ConditionReader(std::vector<Piece> pieces, Place after, Diagnostics& diagnostics)
      : pieces_(std::move(pieces)), after_(after), diagnostics_(diagnostics) {}

  std::optional<KataCondition> run() {
    KataCondition top;
    if (!read_any(top, 0)) return std::nullopt;
    if (at_ == pieces_.size()) return top;
    const Piece& rest = pieces_[at_];
    if (rest.text == ")") {
      fail("this ')' closes nothing", "remove it");
    } else if (rest.text == "&&" || rest.text == "||") {
      fail(fmt::format("'{}' is no word of a condition", rest.text),
           rest.text == "&&" ? "write AND" : "write OR");
    } else {
      expected("AND, OR or `next`", "");
    }
    return std::nullopt;
  }

 private:
  using Kind = KataCondition::Kind;

  bool read_any(KataCondition& out, std::size_t depth) {
    return read_chain(out, depth, Kind::any_of, "or", &ConditionReader::read_all);
  }
  bool read_all(KataCondition& out, std::size_t depth) {
    return read_chain(out, depth, Kind::all_of, "and", &ConditionReader::read_one);
  }

  bool read_chain(KataCondition& out, std::size_t depth, Kind kind, std::string_view word,
                  bool (ConditionReader::*operand)(KataCondition&, std::size_t)) {
    KataCondition first;
    if (!(this->*operand)(first, depth)) return false;
    if (!is_at_word(word)) {
      out = std::move(first);
      return true;
    }
    out.kind = kind;
    out.parts.push_back(std::move(first));
    while (is_at_word(word)) {
      ++at_;
      if (!(this->*operand)(out.parts.emplace_back(), depth)) return false;
    }
    return true;
  }

  bool read_one(KataCondition& out, std::size_t depth) {
    if (!is_at_sign("(")) return read_comparison(out.comparison);
    if (depth == kDeepest) return too_deep();
    const std::size_t open = at_++;
    if (!read_any(out, depth + 1)) return false;
    if (is_at_sign(")")) {
      ++at_;
      return true;
    }
    if (at_ < pieces_.size()) return expected("AND, OR or ')'", "");
    at_ = open;
    return fail("this '(' is never closed", "");
  }

  bool read_comparison(KataComparison& out) {
    if (at_ == pieces_.size()) return expected("a condition such as status == \"done\"", "");
    const Piece& piece = pieces_[at_];
    if (piece.kind != Piece::Kind::word || operator_of(piece.text) || is_joint(piece.text))
      return expected("a variable", "the variable stands on the left, the value on the right");
    if (is_word(piece.text, "not") || piece.text == "!")
      return fail("a condition knows no NOT", "write != or not_in, or exchange the branches");
    if (!read_path(piece, out)) return false;
    ++at_;
    const bool is_end = at_ == pieces_.size() || pieces_[at_].kind != Piece::Kind::word ||
                        is_joint(pieces_[at_].text);
    const auto op = is_end ? std::nullopt : operator_of(pieces_[at_].text);
    if (!op) return no_operator(piece, is_end);
    out.op = *op;
    const Piece& written = pieces_[at_++];
    if (!read_value(out.value, 0)) return false;
    return check_value(out, written);
  }

  bool no_operator(const Piece& path, bool is_end) {
    if (is_end) {
      --at_;
      return fail(fmt::format("'{}' is compared with nothing", printable(path.text)),
                  fmt::format("write {} == true", printable(path.text)));
    }
    std::vector<std::string> names;
    for (const OperatorWord& known : kOperators) names.emplace_back(known.text);
    return expected("an operator", fmt::format("there are {}", listed(names, names.size())));
  }

  bool read_path(const Piece& piece, KataComparison& out) {
    const std::string_view text = piece.text;
    const std::size_t sign = text.find_first_of("=!<>");
    if (sign != std::string_view::npos)
      return fail("there must be blanks around an operator",
                  fmt::format("write '{} {} …'", printable(text.substr(0, sign)),
                              text.substr(sign).starts_with("==") ? "==" : text.substr(sign, 1)));
    out.place = place_of(piece);
    for (std::size_t at = 0; at <= text.size();) {
      const std::size_t dot = std::min(text.find('.', at), text.size());
      const std::string_view name = text.substr(at, dot - at);
      const bool is_good = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return is_name_character(c) || c == '-';
      }) && (at > 0 || is_name_start(name[0]));
      if (!is_good)
        return fail(fmt::format("'{}' is no variable", printable(text)),
                    "names of letters, digits, '_' and '-', with dots between them");
      out.path.push_back(name);
      at = dot + 1;
    }
    return true;
  }

  bool read_value(Datum& out, std::size_t depth) {
    if (at_ == pieces_.size()) return expected("a value", "text may stand in quotes");
    const Piece& piece = pieces_[at_];
    if (piece.kind == Piece::Kind::sign) {
      if (piece.text == "[") return read_list(out, depth);
      return expected("a value", "text with signs in it stands in quotes");
    }
    if (piece.kind == Piece::Kind::text) {
      if (piece.is_open) return fail("this quote is never closed on its line", "");
      out.value = std::string(piece.text.substr(1, piece.text.size() - 2));
      ++at_;
      return true;
    }
    if (is_joint(piece.text)) return expected("a value", "text may stand in quotes");
    return read_bare(out);
  }

  // Words up to AND, OR, a sign or the end are one text with single blanks in it.
  bool read_bare(Datum& out) {
    const std::size_t first = at_++;
    const auto is_more = [&] {
      return at_ < pieces_.size() && pieces_[at_].kind == Piece::Kind::word &&
             !is_joint(pieces_[at_].text);
    };
    std::string text(pieces_[first].text);
    for (; is_more(); ++at_) {
      if (operator_of(pieces_[at_].text))
        return fail("comparisons do not chain", "join two of them with AND");
      const Piece& before = pieces_[at_ - 1];
      const std::size_t gap = pieces_[at_].offset - before.offset - before.text.size();
      if (gap > 0) text += ' ';
      text += pieces_[at_].text;
    }
    out = at_ == first + 1 ? bare_value(text) : Datum{std::move(text)};
    return true;
  }

  bool read_list(Datum& out, std::size_t depth) {
    if (depth == kDeepest) return too_deep();
    const std::size_t open = at_++;
    Datum::List items;
    while (!is_at_sign("]")) {
      if (at_ == pieces_.size()) {
        at_ = open;
        return fail("this '[' is never closed", "");
      }
      if (!read_value(items.emplace_back(), depth + 1)) return false;
      if (is_at_sign(",")) {
        ++at_;
      } else if (at_ < pieces_.size() && !is_at_sign("]")) {
        return expected("',' or ']'", "");
      }
    }
    ++at_;
    out.value = std::move(items);
    return true;
  }

  // What could never hold, or means something else than it looks like.
  bool check_value(KataComparison& comparison, const Piece& written) {
    const bool is_list = std::holds_alternative<Datum::List>(comparison.value.value);
    const auto bad = [&](std::string message, std::string hint) {
      diagnostics_.error(mistakes::bad_condition, place_of(written), std::move(message),
                         std::move(hint));
      return false;
    };
    switch (comparison.op) {
      case KataOperator::in:
      case KataOperator::not_in:
        if (!is_list)
          return bad(fmt::format("'{}' needs a list, not {}", spelling(comparison.op),
                                 describe_kind(comparison.value)),
                     "write [\"a\", \"b\"]");
        return true;
      case KataOperator::greater:
      case KataOperator::greater_or_equal:
      case KataOperator::less:
      case KataOperator::less_or_equal: {
        const StaticText kind = text_or_number(comparison.value);
        if (kind == StaticText::neither)
          return bad(fmt::format("'{}' compares numbers, or texts, not {}", spelling(comparison.op),
                                 describe_kind(comparison.value)),
                     "");
        return true;
      }
      case KataOperator::starts_with:
      case KataOperator::ends_with:
        if (is_list || comparison.value.is_null())
          return bad(fmt::format("'{}' needs a text, not {}", spelling(comparison.op),
                                 describe_kind(comparison.value)),
                     "");
        // The only kind there can be: 2 is the text "2".
        comparison.value = Datum{to_plain_text(comparison.value)};
        return true;
      case KataOperator::equal:
      case KataOperator::not_equal:
      case KataOperator::contains:
        return true;
    }
    return true;
  }

  enum class StaticText { text, number, neither };
  static StaticText text_or_number(const Datum& value) {
    if (std::holds_alternative<std::string>(value.value)) return StaticText::text;
    const bool is_numeric = std::holds_alternative<std::int64_t>(value.value) ||
                            std::holds_alternative<double>(value.value);
    return is_numeric ? StaticText::number : StaticText::neither;
  }

  static bool is_joint(std::string_view word) {
    return is_word(word, "and") || is_word(word, "or") || word == "&&" || word == "||";
  }
  [[nodiscard]] bool is_at_word(std::string_view lower) const {
    return at_ < pieces_.size() && pieces_[at_].kind == Piece::Kind::word &&
           is_word(pieces_[at_].text, lower);
  }
  [[nodiscard]] bool is_at_sign(std::string_view sign) const {
    return at_ < pieces_.size() && pieces_[at_].kind == Piece::Kind::sign &&
           pieces_[at_].text == sign;
  }
  [[nodiscard]] Place place_of(const Piece& piece) const {
    return {after_.source, piece.offset, static_cast<std::uint32_t>(piece.text.size())};
  }
  [[nodiscard]] Place end() const {
    if (pieces_.empty()) return after_;
    Place place = place_of(pieces_.back());
    place.offset += place.length;
    place.length = 0;
    return place;
  }

  bool too_deep() {
    diagnostics_.error(mistakes::limit_exceeded, place_of(pieces_[at_]),
                       fmt::format("the condition nests deeper than {} levels", kDeepest));
    return false;
  }
  bool expected(std::string_view wanted, std::string hint) {
    const bool is_end = at_ >= pieces_.size();
    const std::string found =
        is_end ? "the end of the condition"
               : fmt::format("'{}'", truncate_to_width(printable(pieces_[at_].text), 40));
    diagnostics_.error(mistakes::bad_condition, is_end ? end() : place_of(pieces_[at_]),
                       fmt::format("expected {}, found {}", wanted, found), std::move(hint));
    return false;
  }
  bool fail(std::string message, std::string hint) {
    diagnostics_.error(mistakes::bad_condition,
                       at_ < pieces_.size() ? place_of(pieces_[at_]) : end(), std::move(message),
                       std::move(hint));
    return false;
  }

  std::vector<Piece> pieces_;
  Place after_;
  Diagnostics& diagnostics_;
  std::size_t at_ = 0;
};

}  // namespace

std::string_view spelling(KataOperator op) {
  for (const OperatorWord& known : kOperators) {
    if (known.op == op) return known.text;
  }
  return "";
}

std::optional<KataCondition> read_kata_condition(std::span<const KataSegment> segments, Place after,
                                                 Diagnostics& diagnostics) {
  return ConditionReader(kata_pieces(segments), after, diagnostics).run();
}

}  // namespace ws
