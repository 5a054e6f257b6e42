// The small pieces of YAML text: what a plain scalar means in the core schema of YAML 1.2, and how
// far a token reaches in the file.
//
// Works on bytes and offsets; knows no Document and no yaml-cpp. Called by yaml_reader.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

namespace ws {

struct YamlNull {};
// A string when none of the others fits.
using YamlPlain = std::variant<std::string_view, YamlNull, bool, std::int64_t, double>;

// YAML 1.2.2, section 10.3.2. Whole numbers that do not fit into 64 bits become doubles.
[[nodiscard]] YamlPlain resolve_plain(std::string_view text);

// Where a scalar's or container's own text begins when `at` may point to its anchor or tag.
[[nodiscard]] std::size_t skip_yaml_properties(std::string_view text, std::size_t at);

struct YamlToken {
  std::size_t offset = 0;
  std::size_t length = 0;
  std::optional<std::size_t> value_offset;  // where the value stands as it is meant, if anywhere
  bool is_closed = true;                    // false: a quoted text without its closing quote
};

// The scalar that begins at `at` and means `value`.
[[nodiscard]] YamlToken yaml_scalar_token(std::string_view text, std::size_t at,
                                          std::string_view value);

// Whether the bracket at `at` has its partner; quoted texts are passed over.
[[nodiscard]] bool is_yaml_bracket_closed(std::string_view text, std::size_t at);

// The bracket with which a line holds more than `limit` open ones. yaml-cpp (0.7) looks ahead over
// all of them, with hundreds of bytes for each, before it tells anything.
[[nodiscard]] std::optional<std::size_t> first_bracket_beyond(std::string_view text,
                                                              std::size_t limit);

// The first byte that YAML does not allow (control characters).
[[nodiscard]] std::optional<std::size_t> first_yaml_control_character(std::string_view text);

}  // namespace ws
