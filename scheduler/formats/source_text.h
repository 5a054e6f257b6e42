// source_text(): the part of a source that a reader parses, after the checks every notation needs:
// size, byte-order mark, UTF-16 by mistake, emptiness.
//
// Knows no notation. Called by json_reader.cpp, yaml_reader.cpp, and by who adds
// sources: loader.cpp and tool_profiles.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/diagnostic.h"

namespace ws {

struct SourceText {
  std::string_view text;    // without the byte-order mark
  std::uint32_t start = 0;  // where it begins in the source
};

// Nothing when the source cannot be read as text; the diagnostic is added. `max_bytes`: what the
// reader's library can take. The text may still hold invalid UTF-8: see is_utf8().
[[nodiscard]] std::optional<SourceText> source_text(const SourceSet& sources, SourceId source,
                                                    std::uint64_t max_bytes,
                                                    Diagnostics& diagnostics);

// The text without a UTF-8 byte-order mark, which is no column of the first line. To be called
// before the text becomes a source.
[[nodiscard]] std::string without_mark(std::string text);

// False when a byte of the source is not UTF-8; the diagnostic is added.
bool is_utf8(const SourceSet& sources, SourceId source, Diagnostics& diagnostics);

}  // namespace ws
