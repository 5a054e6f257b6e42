#include "model/comparison.h"

#include <algorithm>
#include <compare>
#include <vector>

#include <fmt/format.h>

namespace ws {
namespace {

std::partial_ordering order(const Datum& left, const Datum& right) {
  const auto* left_integer = std::get_if<std::int64_t>(&left.value);
  const auto* right_integer = std::get_if<std::int64_t>(&right.value);
  if (left_integer != nullptr && right_integer != nullptr) return *left_integer <=> *right_integer;
  // 64 bits of an integer fit where long double has them; elsewhere the nearest value counts.
  const auto wide = [](const Datum& datum) {
    if (const auto* integer = std::get_if<std::int64_t>(&datum.value))
      return static_cast<long double>(*integer);
    return static_cast<long double>(std::get<double>(datum.value));
  };
  return wide(left) <=> wide(right);
}

using Members = std::vector<const Datum::Member*>;

Members by_name(const Datum::Map& map) {
  Members members;
  members.reserve(map.size());
  for (const auto& member : map) members.push_back(&member);
  std::stable_sort(members.begin(), members.end(),
                   [](const auto* a, const auto* b) { return a->first < b->first; });
  return members;
}

bool is_equal_map(const Datum::Map& left, const Datum::Map& right) {
  if (left.size() != right.size()) return false;
  const Members a = by_name(left);
  const Members b = by_name(right);
  return std::equal(a.begin(), a.end(), b.begin(), [](const auto* x, const auto* y) {
    return x->first == y->first && is_equal(x->second, y->second);
  });
}

bool holds(const Datum& whole, const Datum& part) {
  if (const auto* list = std::get_if<Datum::List>(&whole.value)) {
    return std::any_of(list->begin(), list->end(),
                       [&](const Datum& item) { return is_equal(item, part); });
  }
  const auto& text = std::get<std::string>(part.value);
  if (whole.value.index() == part.value.index())
    return std::get<std::string>(whole.value).find(text) != std::string::npos;
  return whole.find(text) != nullptr;
}

bool is_ordered(ComparisonOperator op, std::partial_ordering order) {
  switch (op) {
    case ComparisonOperator::greater:
      return order > 0;
    case ComparisonOperator::greater_or_equal:
      return order >= 0;
    case ComparisonOperator::less:
      return order < 0;
    case ComparisonOperator::less_or_equal:
      return order <= 0;
    case ComparisonOperator::equal:
    case ComparisonOperator::not_equal:
    case ComparisonOperator::in:
    case ComparisonOperator::not_in:
    case ComparisonOperator::contains:
    case ComparisonOperator::starts_with:
    case ComparisonOperator::ends_with:
      break;
  }
  return false;
}

bool may_hold(StaticKind whole, StaticKind part) {
  if (whole == StaticKind::unknown || whole == StaticKind::list) return true;
  if (whole != StaticKind::text && whole != StaticKind::object) return false;
  return part == StaticKind::text || part == StaticKind::unknown;
}

bool is_comparable(ComparisonOperator op, StaticKind left, StaticKind right) {
  const bool is_unknown = left == StaticKind::unknown || right == StaticKind::unknown;
  const auto both_may_be = [&](StaticKind kind) {
    return (left == kind || left == StaticKind::unknown) &&
           (right == kind || right == StaticKind::unknown);
  };
  switch (op) {
    case ComparisonOperator::equal:
    case ComparisonOperator::not_equal:
      return is_unknown || left == right || left == StaticKind::null || right == StaticKind::null;
    case ComparisonOperator::greater:
    case ComparisonOperator::greater_or_equal:
    case ComparisonOperator::less:
    case ComparisonOperator::less_or_equal:
      return both_may_be(StaticKind::number) || both_may_be(StaticKind::text);
    case ComparisonOperator::in:
    case ComparisonOperator::not_in:
      return may_hold(right, left);
    case ComparisonOperator::contains:
      return may_hold(left, right);
    case ComparisonOperator::starts_with:
    case ComparisonOperator::ends_with:
      return both_may_be(StaticKind::text);
  }
  return false;
}

}  // namespace

bool is_equal(const Datum& left, const Datum& right) {
  const StaticKind kind = kind_of(left);
  if (kind != kind_of(right)) return false;
  if (kind == StaticKind::number) return order(left, right) == 0;
  if (const auto* list = std::get_if<Datum::List>(&left.value)) {
    const auto& other = std::get<Datum::List>(right.value);
    return std::equal(list->begin(), list->end(), other.begin(), other.end(), is_equal);
  }
  if (const auto* map = std::get_if<Datum::Map>(&left.value))
    return is_equal_map(*map, std::get<Datum::Map>(right.value));
  return left.value == right.value;
}

StaticKind kind_of(const Datum& datum) {
  struct Kinds {
    StaticKind operator()(std::monostate /*null*/) const { return StaticKind::null; }
    StaticKind operator()(bool /*value*/) const { return StaticKind::boolean; }
    StaticKind operator()(std::int64_t /*value*/) const { return StaticKind::number; }
    StaticKind operator()(double /*value*/) const { return StaticKind::number; }
    StaticKind operator()(const std::string& /*value*/) const { return StaticKind::text; }
    StaticKind operator()(const Datum::List& /*value*/) const { return StaticKind::list; }
    StaticKind operator()(const Datum::Map& /*value*/) const { return StaticKind::object; }
  };
  return std::visit(Kinds{}, datum.value);
}

std::string_view describe(StaticKind kind) {
  switch (kind) {
    case StaticKind::unknown:
      return "a value";
    case StaticKind::null:
      return "null";
    case StaticKind::boolean:
      return "a boolean";
    case StaticKind::number:
      return "a number";
    case StaticKind::text:
      return "text";
    case StaticKind::list:
      return "a list";
    case StaticKind::object:
      return "an object";
  }
  return "";
}

std::string comparison_mistake(ComparisonOperator op, StaticKind left, StaticKind right) {
  if (is_comparable(op, left, right)) return "";
  return fmt::format("'{}' cannot compare {} with {}", spelling(op), describe(left),
                     describe(right));
}

std::variant<bool, std::string> compare(ComparisonOperator op, const Datum& left,
                                        const Datum& right) {
  std::string mistake = comparison_mistake(op, kind_of(left), kind_of(right));
  if (!mistake.empty()) return mistake;
  switch (op) {
    case ComparisonOperator::equal:
      return is_equal(left, right);
    case ComparisonOperator::not_equal:
      return !is_equal(left, right);
    case ComparisonOperator::in:
      return holds(right, left);
    case ComparisonOperator::not_in:
      return !holds(right, left);
    case ComparisonOperator::contains:
      return holds(left, right);
    case ComparisonOperator::starts_with:
      return std::get<std::string>(left.value).starts_with(std::get<std::string>(right.value));
    case ComparisonOperator::ends_with:
      return std::get<std::string>(left.value).ends_with(std::get<std::string>(right.value));
    case ComparisonOperator::greater:
    case ComparisonOperator::greater_or_equal:
    case ComparisonOperator::less:
    case ComparisonOperator::less_or_equal:
      break;
  }
  if (const auto* text = std::get_if<std::string>(&left.value))
    return is_ordered(op, *text <=> std::get<std::string>(right.value));
  return is_ordered(op, order(left, right));
}

}  // namespace ws
