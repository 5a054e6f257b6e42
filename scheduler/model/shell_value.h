// How a value is written inside a shell's quotes and here-documents so that it stays the value.
//
// Knows nothing of where it stands (model/shell_context.h does). Internal to model/.
#pragma once

#include <string>
#include <string_view>

namespace ws {

// A backslash before each of the special characters.
[[nodiscard]] std::string escaped(std::string_view value, std::string_view special);
// Each ' as '\'': the quotes end, give one, and begin again.
[[nodiscard]] std::string inside_single_quotes(std::string_view value);
// Whether the text ends with `$name`, so that a letter behind it would be more of the name.
[[nodiscard]] bool is_after_name(std::string_view text);
// Digits, with or without a minus, that any shell can count with.
[[nodiscard]] bool is_integer(std::string_view value);
[[nodiscard]] std::string_view without_tabs(std::string_view line);
// Whether a line of a here-document that begins like this may be its delimiter. Not complete: more
// of the line follows.
enum class LinePart { complete, beginning };
[[nodiscard]] bool may_end_document(std::string_view line, std::string_view delimiter,
                                    LinePart part);

}  // namespace ws
