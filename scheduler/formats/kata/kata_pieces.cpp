#include "formats/kata/kata_pieces.h"

#include <string_view>

#include "base/ascii.h"

namespace ws {

std::vector<KataPiece> kata_pieces(std::span<const KataSegment> segments) {
  constexpr std::string_view kSigns = "()[],";
  std::vector<KataPiece> out;
  for (const KataSegment& segment : segments) {
    const std::string_view text = segment.text;
    const auto add = [&](KataPiece::Kind kind, std::size_t from, std::size_t to) -> KataPiece& {
      return out.emplace_back(KataPiece{kind, text.substr(from, to - from),
                                        segment.offset + static_cast<std::uint32_t>(from)});
    };
    for (std::size_t at = 0; at < text.size();) {
      const char c = text[at];
      if (is_space(c)) {
        ++at;
      } else if (kSigns.find(c) != std::string_view::npos) {
        add(KataPiece::Kind::sign, at, at + 1);
        ++at;
      } else if (c == '"' || c == '\'') {
        const std::size_t closing = text.find(c, at + 1);
        const std::size_t end = closing == std::string_view::npos ? text.size() : closing + 1;
        add(KataPiece::Kind::text, at, end).is_open = closing == std::string_view::npos;
        at = end;
      } else {
        std::size_t end = at;
        while (end < text.size() && !is_space(text[end]) &&
               kSigns.find(text[end]) == std::string_view::npos)
          ++end;
        add(KataPiece::Kind::word, at, end);
        at = end;
      }
    }
  }
  return out;
}

}  // namespace ws
