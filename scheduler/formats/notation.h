// Which notation a text is written in: by its extension, then by its shape (FEATURES.md F01).
//
// Looks at the first words only and reads nothing else: whether a JSON or YAML file is a
// workstream, a plan or something else is for shape_of_file.h to say. Called by loader.cpp.
#pragma once

#include <string>
#include <string_view>

#include "formats/loader.h"

namespace ws {

// In lower case, without the dot: "json"; empty when there is none.
[[nodiscard]] std::string extension_of(std::string_view name);

// An extension that says what it is, and that is not read: what it is called, and what to do
// instead. Null for any other.
struct Unsupported {
  std::string_view extension;
  std::string_view what;
  std::string_view hint;
};
[[nodiscard]] const Unsupported* unsupported(std::string_view extension);

struct Notation {
  Format format = Format::yaml;  // never automatic
  bool is_guess = false;         // nothing tells: YAML is what any text could be
};
[[nodiscard]] Notation notation_of(std::string_view extension, std::string_view text);

// What was looked for, for a file that is nothing of it.
inline constexpr std::string_view kLookedFor =
    "looked for JSON or YAML with 'id' and 'steps' (or 'tasks' and a 'tool'), a plan ('plan_id'), "
    "a phase plan ('phase_identity', 'execution_steps'), blok ('name' and 'steps' with 'node' or "
    "'use'), a kata ('kata NAME v1') and prose ('session \"…\"')";

}  // namespace ws
