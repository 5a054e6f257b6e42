// explain_yaml(): yaml-cpp's words for a mistake, turned into words for people, with the place
// where a person would look.
//
// Works on bytes and offsets; knows no Document and no diagnostics. Called by yaml_reader.cpp.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ws {

struct YamlMistake {
  std::size_t offset = 0;
  std::size_t length = 1;
  std::string message;
  std::string hint;
};

// Where the reader was when yaml-cpp gave up.
struct YamlPosition {
  std::size_t given = 0;                    // the offset in its message
  std::size_t last = 0;                     // where the last value began
  std::optional<std::size_t> open_bracket;  // the innermost '[' or '{' that is still open
};

[[nodiscard]] YamlMistake explain_yaml(std::string_view text, const YamlPosition& position,
                                       std::string_view words);

}  // namespace ws
