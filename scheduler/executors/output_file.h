// What a step wrote to $WORKSTREAM_OUTPUT: lines `key=value`, `key<<END` with the value up to a
// line END, or one JSON object.
//
// Pure: text in, values or the first mistake out. Does not know which names the step declared. Used
// by step_outputs.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ws {

inline constexpr std::size_t kMostOutputs = 1000;
inline constexpr std::size_t kMostOutputNameBytes = 1024UL * 1024;  // of all names together

struct WrittenOutput {
  std::string name;
  std::string text;      // as written; any bytes
  bool is_json = false;  // the member of an object: `text` is its JSON
};

// Names: letters, digits, '_' and '-', beginning with a letter or '_'. The Error says the line and
// what is wrong with it: "line 3: 'a b' is no name: …".
[[nodiscard]] Result<std::vector<WrittenOutput>> parse_output_file(std::string_view text);

// A text that is a JSON value is that value; every other text is itself. A number counts as one
// only when it is printed as it was written: 1.10 stays a text.
[[nodiscard]] std::string json_of_output(std::string_view text);

}  // namespace ws
