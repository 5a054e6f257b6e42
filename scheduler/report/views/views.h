// The result of a run in the form of another system: its field names, its words, its texts
// (FORMATS.md 2.3, 4.3, 5.3, 6.3).
//
// A view reads the native result and nothing else, so a stored one gives what the run printed. It
// knows no plan, no fold and no notation. Adding one is one file and one line in the table of
// views.cpp. Called by cli (`run --json --view`, `status --json --view`).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ws {

inline constexpr std::string_view kNativeView = "native";

// "native", "kata", "go", "blok", "workstream".
[[nodiscard]] std::vector<std::string> view_names();

// `result` is the text of result_json(); "native" gives it back. Error: no such view, or the text
// is no result of this program.
[[nodiscard]] Result<std::string> view_of(std::string_view view, const std::string& result);

}  // namespace ws
