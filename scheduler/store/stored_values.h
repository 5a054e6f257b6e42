// The values of facts as JSON, both ways: texts that may be no UTF-8, numbers that must fit, ids,
// lists, results, enum names.
//
// Knows single values; which members a fact has stands in fact_members.h. read_value answers false,
// and never throws, for JSON of another type or a number out of range. Used only inside store/.
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/event.h"

namespace ws::stored {

using Json = nlohmann::json;

[[nodiscard]] Json from_text(std::string_view text);
[[nodiscard]] Json from_texts(const std::vector<std::string>& texts);
[[nodiscard]] Json from_values(const std::vector<NamedValue>& values);

// The column `file` of a result: of one that is masked there is neither value nor file.
inline constexpr std::string_view kNoFile = "***";
[[nodiscard]] std::string file_column(const NamedValue& value);
[[nodiscard]] NamedValue value_of_columns(std::string_view name, std::string_view json,
                                          std::string_view file);

[[nodiscard]] bool read_value(const Json& json, std::string& value);
[[nodiscard]] bool read_value(const Json& json, bool& value);
[[nodiscard]] bool read_value(const Json& json, Duration& value);
[[nodiscard]] bool read_value(const Json& json, std::vector<std::string>& values);
[[nodiscard]] bool read_value(const Json& json, std::vector<NamedValue>& values);
[[nodiscard]] bool read_value(const Json& json, StopWhy& value);
[[nodiscard]] bool read_value(const Json& json, StepState& value);
[[nodiscard]] bool read_value(const Json& json, RunStatus& value);

template <std::integral Number>
[[nodiscard]] bool read_value(const Json& json, Number& value) {
  if (json.is_number_unsigned()) {
    const auto number = json.get<std::uint64_t>();
    if (std::in_range<Number>(number)) value = static_cast<Number>(number);
    return std::in_range<Number>(number);
  }
  if (!json.is_number_integer()) return false;
  const auto number = json.get<std::int64_t>();
  if (std::in_range<Number>(number)) value = static_cast<Number>(number);
  return std::in_range<Number>(number);
}

template <class Tag>
[[nodiscard]] bool read_value(const Json& json, Id<Tag>& value) {
  return read_value(json, value.value);
}

}  // namespace ws::stored
