// The lines before the first step starts: loading, validating, scope check, graph, pool.
//
// Pure text in the source document's wording; cli prints each when the thing has really been done.
// Does not know whether anything was done: it only words it. Each returned text ends with a
// newline.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "model/plan.h"
#include "report/style.h"

namespace ws {

// "✓ Loading workstream: ws-id", or "✓ Loading 3 workstreams: a, b and c".
[[nodiscard]] std::string loading_line(const Style& style, std::span<const std::string> ids);
// "✓ Validating schema", with the number of warnings if there were any.
[[nodiscard]] std::string validating_line(const Style& style, std::size_t warnings);
// "✓ Checking file scope conflicts", with the number of pairs that run one after the other.
[[nodiscard]] std::string scope_line(const Style& style, const Plan& plan);
// "✓ Building dependency graph (3 steps, 0 dependencies)".
[[nodiscard]] std::string graph_line(const Style& style, const Plan& plan);

enum class HowRun : std::uint8_t { parallel, sequential, dry_run };
// "✓ Initializing worker pool (max_workers=3)".
[[nodiscard]] std::string pool_line(const Style& style, std::uint32_t max_workers);
// "", then "⟳ Executing steps in parallel:".
[[nodiscard]] std::string executing_lines(const Style& style, HowRun how);

// Pairs of steps made to run one after the other because their files overlap.
[[nodiscard]] std::size_t serialised_pairs(const Plan& plan);

}  // namespace ws
