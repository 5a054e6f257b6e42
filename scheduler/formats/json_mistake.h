// find_json_mistake(): the first place where a text stops being JSON, with words for people. A
// strict reader of RFC 8259 that builds nothing; it runs only after the fast reader said no.
//
// Works on bytes and offsets; knows no Document and no diagnostics. Linear time, no recursion.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ws {

struct JsonMistake {
  std::size_t offset = 0;
  std::size_t length = 1;
  std::string message;
  std::string hint;
  std::optional<std::size_t> note_offset;  // one byte
  std::string note;
};

// The text has no byte-order mark; comments that are allowed are blanked. Nothing: the text is
// JSON.
[[nodiscard]] std::optional<JsonMistake> find_json_mistake(std::string_view text);

}  // namespace ws
