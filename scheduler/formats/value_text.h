// The JSON text of a value, on one line: for metadata that is shown and blocks that are kept as
// they are.
//
// Knows no keys. The depth is bounded by the Document's (ReadLimits::max_depth).
#pragma once

#include <string>
#include <string_view>

#include "base/source.h"
#include "formats/document.h"

namespace ws {

// Numbers as they are written in the file, strings escaped as RFC 8259 wants.
[[nodiscard]] std::string json_text(Value value, const SourceSet& sources);

// In quotes, escaped as RFC 8259 wants.
void append_json_string(std::string& out, std::string_view text);

// Text as it is, anything else as json_text(): what a person is shown.
[[nodiscard]] std::string plain_text(Value value, const SourceSet& sources);

}  // namespace ws
