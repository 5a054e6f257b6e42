#include "formats/for_each_reader.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/group_rule_reader.h"
#include "formats/shapes.h"
#include "formats/value_text.h"
#include "model/for_each.h"
#include "model/mistakes.h"

namespace ws {
namespace {

class ProductReader {
 public:
  ProductReader(Value value, ForEach& out, Reading& reading)
      : value_(value), fields_(value, kProductObject), out_(out), reading_(reading) {}

  void read() {
    for (const Member& member : value_.members()) {
      if (find_key(kProductObject, member.key).spec != nullptr || is_annotation(member.key))
        continue;
      auto& [name, values] =
          out_.dimensions.emplace_back(std::string(member.key), std::vector<std::string>{});
      names_.push_back(out_.dimensions.back().first);
      std::unordered_set<std::string>& known = known_.emplace_back();
      for (const Value element : member.value.items()) {
        std::string text = json_text(element, reading_.sources);
        if (!known.insert(text).second) warn_of_repetition(element, name, text);
        values.push_back(std::move(text));
      }
    }
    if (out_.dimensions.empty() && !fields_.has(Key::include)) {
      reading_.diagnostics.error(mistakes::empty_group, value_.place(),
                                 "'for_each' has no list to make items of",
                                 "for example {os: [linux, mac], version: [1, 2]}");
    }
    read_rows(fields_.find(Key::include), out_.include, &ProductReader::check_included);
    read_rows(fields_.find(Key::exclude), out_.exclude, &ProductReader::check_excluded);
  }

 private:
  using Check = void (ProductReader::*)(Value row);

  void read_rows(const Field* rows, std::vector<std::string>& out, Check check) {
    if (rows == nullptr) return;
    for (const Value row : rows->value.items()) {
      if (!row.is_object()) continue;
      (this->*check)(row);
      out.push_back(json_text(row, reading_.sources));
    }
  }

  [[nodiscard]] std::size_t dimension_of(std::string_view name) const {
    const auto found = std::find(names_.begin(), names_.end(), name);
    return static_cast<std::size_t>(found - names_.begin());
  }

  bool check_names(Value row, std::string_view kind) {
    bool is_right = true;
    for (const Member& member : row.members()) {
      if (dimension_of(member.key) < names_.size()) continue;
      is_right = false;
      const std::vector<std::string_view> known(names_.begin(), names_.end());
      const auto near = nearest(member.key, known);
      reading_.diagnostics.error(
          mistakes::contradiction, member.key_place,
          fmt::format("a row of '{}' names '{}', which is no list of this 'for_each'", kind,
                      printable(member.key)),
          near ? fmt::format("did you mean '{}'?", *near)
               : fmt::format("the lists are {}", listed(names_)));
    }
    return is_right;
  }

  // `{item.os}` must have a value in every item.
  void check_included(Value row) {
    if (names_.empty() || !check_names(row, "include")) return;
    for (const std::string& name : names_) {
      if (row.find(name)) continue;
      reading_.diagnostics.error(mistakes::contradiction, row.place(),
                                 fmt::format("a row of 'include' has no '{}'", name),
                                 "every item has the same names");
      return;
    }
  }

  void check_excluded(Value row) {
    if (row.size() == 0) {
      reading_.diagnostics.error(mistakes::contradiction, row.place(),
                                 "an empty row of 'exclude' leaves out every item",
                                 "name a value: {os: linux}");
      return;
    }
    if (!check_names(row, "exclude")) return;
    for (const Member& member : row.members()) {
      const std::string text = json_text(member.value, reading_.sources);
      const std::size_t at = dimension_of(member.key);
      if (known_[at].contains(text)) continue;
      reading_.diagnostics.warning(
          mistakes::unusual_value, member.value.place(),
          fmt::format("this row of 'exclude' leaves nothing out: '{}' is never {}", member.key,
                      truncate_to_width(printable(text), 40)),
          fmt::format("its values are {}", listed(out_.dimensions[at].second, 5)));
      return;
    }
  }

  void warn_of_repetition(Value element, std::string_view name, std::string_view text) {
    reading_.diagnostics.warning(
        mistakes::unusual_value, element.place(),
        fmt::format("'{}' lists {} twice", name, truncate_to_width(printable(text), 40)),
        "each of the two makes items of its own");
  }

  Value value_;
  Fields fields_;
  ForEach& out_;
  Reading& reading_;
  std::vector<std::string> names_;                      // of the lists
  std::vector<std::unordered_set<std::string>> known_;  // the values of each as JSON text
};

void read_object(Value value, ForEach& out, Reading& reading) {
  using Kind = ForEach::Kind;
  if (value.find(name_of(Key::glob))) {
    out.kind = Kind::glob;
    out.source = read_text(Fields(value, kGlobItemsObject).find(Key::glob));
  } else if (value.find(name_of(Key::lines))) {
    out.kind = Kind::lines;
    out.source = read_text(Fields(value, kLinesItemsObject).find(Key::lines));
  } else if (value.find(name_of(Key::from))) {
    out.kind = Kind::from;
    out.source = read_text(Fields(value, kFromItemsObject).find(Key::from));
  } else {
    out.kind = Kind::product;
    ProductReader(value, out, reading).read();
  }
}

// 0: unknown. What `exclude` leaves out is not counted.
std::size_t most_items(const ForEach& each) {
  constexpr std::size_t kMany = std::size_t{1} << 32U;
  if (each.kind == ForEach::Kind::list) return each.items.size();
  if (each.kind != ForEach::Kind::product) return 0;
  std::size_t count = each.dimensions.empty() ? 0 : 1;
  for (const auto& [name, values] : each.dimensions) count = std::min(kMany, count * values.size());
  return count + each.include.size();
}

}  // namespace

Boxed<ForEach> read_for_each(const Fields& step, Reading& reading) {
  const Field* field = step.find(Key::for_each);
  Boxed<ForEach> out;
  if (field == nullptr) return out;
  const Value value = field->value;
  if (!value.is_array() && !value.is_object() && !value.is_string()) return out;
  ForEach& each = out.emplace();
  each.place = field->key_place;
  each.text = json_text(value, reading.sources);
  each.rule = read_item_rule(step, reading);
  if (value.is_object()) {
    read_object(value, each, reading);
  } else if (value.is_string()) {
    each.kind = ForEach::Kind::from;
    each.source = read_text(field);
  } else {
    each.kind = ForEach::Kind::list;
    each.items.reserve(value.size());
    for (const Value element : value.items())
      each.items.push_back(json_text(element, reading.sources));
  }
  if (most_items(each) > kMostItems) {
    reading.diagnostics.error(mistakes::limit_exceeded, field->key_place,
                              fmt::format("'for_each' makes more than {} items", kMostItems),
                              "make fewer, larger items");
    each.dimensions.clear();
  }
  check_join_count(step.find(Key::join), each.rule, most_items(each), "item", reading);
  return out;
}

}  // namespace ws
