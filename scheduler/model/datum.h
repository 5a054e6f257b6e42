// Datum: a value of JSON's kinds: a step's result, an item of a fan-out, what an expression gives.
//
// A plain value; members of an object keep their order. Knows nothing of where it comes from. Its
// text form is JSON (datum.cpp holds the only JSON library of model/).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace ws {

struct Datum {
  using List = std::vector<Datum>;
  struct Member;  // no std::pair: clang 14 cannot make one of a type that holds it
  using Map = std::vector<Member>;
  std::variant<std::monostate, bool, std::int64_t, double, std::string, List, Map> value;

  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(value); }
  // The member or (for a number in digits) the element of that name; null when there is none.
  [[nodiscard]] const Datum* find(std::string_view key) const;
};
[[nodiscard]] bool operator==(const Datum& a, const Datum& b);

struct Datum::Member {
  std::string first;
  Datum second;

  Member(std::string name, Datum value) : first(std::move(name)), second(std::move(value)) {}
};
[[nodiscard]] bool operator==(const Datum::Member& a, const Datum::Member& b);

// "null", "a boolean", "a number", "text", "a list", "an object": for messages.
[[nodiscard]] std::string_view describe_kind(const Datum& datum);

// RFC 8259, one value with nothing behind it; nullopt when it is none, or nested deeper than 200.
[[nodiscard]] std::optional<Datum> parse_json(std::string_view text);
// On one line. Text that is not UTF-8 is written with U+FFFD.
[[nodiscard]] std::string to_json(const Datum& datum);
// As a command or a person gets it: text as it is, null as nothing, everything else as JSON.
[[nodiscard]] std::string to_plain_text(const Datum& datum);
// The other way, for values that have no quotes (`key=value`, `--var`): true, false, a list and an
// object are read as JSON, and a number when it would be written the same way again (1.10 and 007
// stay text). Everything else is text.
[[nodiscard]] Datum from_plain_text(std::string_view text);

}  // namespace ws
