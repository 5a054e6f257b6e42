// A kata file as words: lines are trimmed, empty and comment lines fall away, the rest is split at
// blanks. What stands in quotes stays together, because conditions have texts.
//
// Knows no keyword. A comment behind something is a mistake that is reported here; the words before
// it stay. Called by kata_parser.cpp.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/source.h"

namespace ws {

struct KataWord {
  std::string_view text;
  std::uint32_t offset = 0;  // in the source
  std::uint32_t column = 0;  // in bytes, counted from 0
  bool is_first = false;     // of its line
};

// `start`: where the text begins in the source.
[[nodiscard]] std::vector<KataWord> split_kata(std::string_view text, Place start,
                                               Diagnostics& diagnostics);

}  // namespace ws
