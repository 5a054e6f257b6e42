// The id of a new run: as wished, made from the time, or counted on when the same command goes on
// after an interruption.
//
// Asks the store which ids are taken; starts nothing and takes none. Called by cli/run.cpp.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "cli/run_flags.h"

namespace ws::cli {

// A free run id, or why the wished one cannot be. `random`: for one that is made.
[[nodiscard]] Result<std::string> choose_run_id(const RunFlags& flags, std::uint64_t random);

}  // namespace ws::cli
