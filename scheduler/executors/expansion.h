// The items of a fan-out that only the file system knows: what a glob matches, or a file's lines.
//
// Reads and starts nothing. Does not make items of lists and results: lowering and the engine do.
// Shared by the executors, which do not know each other.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/event.h"
#include "model/plan.h"

namespace ws {

class RunValues;

inline constexpr std::size_t kMostItems = 1'000'000;

// As JSON texts. The sources are relative to the workstream file, and so to `start_dir`, where the
// run was started. Paths that a glob matches are given as the step's own working directory sees
// them. Errors: a file that is missing or cannot be read, too many items, no UTF-8.
[[nodiscard]] Result<std::vector<std::string>> read_items(const Plan& plan, AttemptKey key,
                                                          const RunValues& values,
                                                          const std::string& start_dir);

// As a person would say it: "for each of src/*.c".
[[nodiscard]] std::string expansion_text(const Plan& plan, AttemptKey key);

}  // namespace ws
