// explain_yaml(): yaml-cpp's words for a mistake, turned into words for people, with the place
// where a person would look.
//
// Works on bytes and offsets; knows no Document and no diagnostics. Called by yaml_reader.cpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ws {

struct YamlMistake {
  std::size_t offset = 0;
  std::size_t length = 1;
  std::string message;
  std::string hint;
};

// `at`: the offset yaml-cpp gave. `last`: the offset of the last value that was read before it.
[[nodiscard]] YamlMistake explain_yaml(std::string_view text, std::size_t at, std::size_t last,
                                       std::string_view words);

}  // namespace ws
