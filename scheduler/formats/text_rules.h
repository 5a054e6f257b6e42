// The rules a text must obey beyond being text: ids, paths, patterns, priorities, variable names.
//
// Knows no Documents: it judges strings. Called by schema_check.cpp; priority_of() also by the
// readers, and has_step_id_form() by whoever takes ids from elsewhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/diagnostic.h"
#include "formats/schema.h"

namespace ws {

struct TextMistake {
  const DiagnosticKind* kind = nullptr;
  Severity severity = Severity::error;
  std::string message;  // follows the name of the key: "cannot hold '/'"
  std::string hint;
};

// Nothing when the text obeys. At most one mistake: the gravest.
[[nodiscard]] std::optional<TextMistake> check_text(TextRule rule, std::string_view text);

// critical 20, high 10, medium and foreground 0, low and background -10; P0 20, P1 10, … with or
// without a word behind it ("P0-CRITICAL").
[[nodiscard]] std::optional<std::int32_t> priority_of(std::string_view word);

}  // namespace ws
