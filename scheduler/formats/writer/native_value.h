// NativeValue: a value that is to be written as JSON or YAML: what a Document is to reading.
//
// Members keep their order, numbers their spelling (1.10 stays 1.10). Knows no keys of the format,
// no workstreams and no places. Filled by the writers of this folder; native_json.cpp and
// native_yaml.cpp make text of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "formats/keys.h"

namespace ws {

struct NativeValue {
  struct Number {
    std::string text;  // as JSON writes it
    friend bool operator==(const Number&, const Number&) = default;
  };
  using List = std::vector<NativeValue>;
  struct Member;  // no std::pair: clang 14 cannot make one of a type that holds it
  using Map = std::vector<Member>;
  std::variant<std::monostate, bool, Number, std::string, List, Map> value;

  [[nodiscard]] static NativeValue text(std::string_view text);
  [[nodiscard]] static NativeValue number(std::string text);
  [[nodiscard]] static NativeValue texts(const std::vector<std::string>& texts);

  [[nodiscard]] bool is_scalar() const {
    return !std::holds_alternative<List>(value) && !std::holds_alternative<Map>(value);
  }
};
[[nodiscard]] bool operator==(const NativeValue& a, const NativeValue& b);

struct NativeValue::Member {
  std::string first;
  NativeValue second;

  Member(std::string name, NativeValue value) : first(std::move(name)), second(std::move(value)) {}
};
[[nodiscard]] bool operator==(const NativeValue::Member& a, const NativeValue::Member& b);

// One JSON value (RFC 8259) with nothing behind it; nullopt when it is none, or nested deeper than
// 200.
[[nodiscard]] std::optional<NativeValue> parse_native(std::string_view json);

// Both end with a line break.
[[nodiscard]] std::string to_json_text(const NativeValue& value);
// Block style; lists of short words in brackets, texts of several lines as literal blocks.
[[nodiscard]] std::string to_yaml_text(const NativeValue& value);

// Builds an object; what is empty is left out.
class NativeObject {
 public:
  void put(std::string_view key, NativeValue value);
  void put(Key key, NativeValue value) { put(name_of(key), std::move(value)); }
  void text(Key key, std::string_view text) {
    if (!text.empty()) put(key, NativeValue::text(text));
  }
  void flag(Key key, bool flag);
  void count(Key key, std::uint64_t count) { put(key, NativeValue::number(std::to_string(count))); }
  void texts(Key key, const std::vector<std::string>& texts) {
    if (!texts.empty()) put(key, NativeValue::texts(texts));
  }
  // A list of one is written without brackets.
  void one_or_more(Key key, const std::vector<std::string>& texts) {
    if (texts.size() == 1)
      put(key, NativeValue::text(texts.front()));
    else
      this->texts(key, texts);
  }
  void object(Key key, NativeObject inner) {
    if (!inner.map_.empty()) put(key, std::move(inner).take());
  }

  [[nodiscard]] bool is_empty() const { return map_.empty(); }
  [[nodiscard]] bool has(std::string_view key) const;
  [[nodiscard]] NativeValue take() &&;

 private:
  NativeValue::Map map_;
};

}  // namespace ws
