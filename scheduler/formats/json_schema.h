// The JSON Schema of the workstream format, for editors and other programs, printed from the same
// description the loader checks with.
//
// Says what one key can say: kinds, ranges, words, required and conflicting keys. Not what a schema
// cannot: misspelt keys (the loader refuses them, the schema lets unknown keys pass), ids used
// twice, unknown dependencies, cycles, regular expressions, tests that are prose.
#pragma once

#include <cstdint>
#include <string>

namespace ws {

enum class JsonSchemaDraft : std::uint8_t { draft_2020_12, draft_07 };

// A document of its own, indented, ending with a newline.
[[nodiscard]] std::string json_schema(JsonSchemaDraft draft);

}  // namespace ws
