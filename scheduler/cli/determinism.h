// `--seed` and `--deterministic`: a run that can be compared with another one byte for byte.
//
// Knows which id and which seed such a run has; does not know what its outputs leave out: that is
// report/fixed_times.
// Used by cli/run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "cli/subcommand.h"
#include "store/layout.h"

namespace ws::cli {

struct DeterminismFlags {
  std::optional<std::uint64_t> seed;
  bool is_deterministic = false;
};

void add_determinism_flags(CLI::App& app, DeterminismFlags& flags);

// The seed that was given; else 0 of a deterministic run, and chance.
[[nodiscard]] std::uint64_t seed_of(const DeterminismFlags& flags);

// "run-1", or the first such id that no run of the project has. Errors: the store cannot be read.
[[nodiscard]] Result<std::string> numbered_run_id(const StateLayout& layout);

}  // namespace ws::cli
