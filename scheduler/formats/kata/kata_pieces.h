// The pieces of a condition: words, quoted texts and the signs ( ) [ ] and comma.
//
// Knows no grammar and reports nothing; offsets are those of the source. Internal to
// kata_condition.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "formats/kata/kata_condition.h"

namespace ws {

struct KataPiece {
  enum class Kind { word, text, sign };
  Kind kind = Kind::word;
  std::string_view text;  // quotes included
  std::uint32_t offset = 0;
  bool is_open = false;  // a text whose quote never ends
};

[[nodiscard]] std::vector<KataPiece> kata_pieces(std::span<const KataSegment> segments);

}  // namespace ws
