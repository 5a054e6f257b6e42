// Where the references of a template stand in its text. What belongs to the shell is no part.
//
// Knows which first names are ours and nothing of values or quoting. Internal to model/.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/expression.h"

namespace ws {

struct TemplatePart {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool is_escape = false;               // `$${…}`: all but its first character is text
  Reference path;                       // offsets into the whole text
  std::optional<std::string> fallback;  // what stands behind `:-`, a template itself
  std::size_t fallback_offset = 0;      // in the whole text
};

struct TemplateParts {
  std::vector<TemplatePart> parts;  // in the order of the text
  std::vector<ExpressionMistake> mistakes;
};

[[nodiscard]] TemplateParts find_parts(std::string_view text, bool has_item);

// Cheap: false for almost every text.
[[nodiscard]] inline bool may_hold_parts(std::string_view text, bool has_item) {
  return text.find("${") != std::string_view::npos ||
         (has_item && text.find("{i") != std::string_view::npos);
}

}  // namespace ws
