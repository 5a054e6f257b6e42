// What the screen and the log say about going on with earlier runs.
//
// Knows the rows of the store and decides nothing. Called by cli/resumption.
#pragma once

#include <span>
#include <string>

#include "engine/resume.h"
#include "report/style.h"
#include "store/rows.h"

namespace ws::cli {

// "↻ Resuming run X (interrupted): 12 kept, 1 changed, 3 to run", and why changed steps run again.
[[nodiscard]] std::string resume_lines(const Style& style, const Plan& plan, const Resume& resume,
                                       std::span<const RunRow> runs);
// --resume, and there is nothing to go on with.
[[nodiscard]] std::string nothing_to_resume_line(const Style& style);
// The latest run failed, and this one runs everything.
[[nodiscard]] std::string could_resume_line(const Style& style, const RunRow& run);
// The latest run could be gone on with, but it was made in another directory.
[[nodiscard]] std::string elsewhere_line(const Style& style, const RunRow& run);

}  // namespace ws::cli
