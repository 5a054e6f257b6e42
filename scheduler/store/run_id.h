// Names of runs: "20250131-235959-k3xv", sorted by time when sorted as text.
//
// Pure: the wall time and the random bits are given. Two runs of one second that draw the same bits
// meet at the store's unique key, never silently. Called by cli/run.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/event.h"

namespace ws {

// `YYYYMMDD-HHMMSS-xxxx` in UTC (no time zone makes two machines disagree about the order); the
// last four characters are the lowest 20 of `random_bits`, in an alphabet without i, l, o and u.
[[nodiscard]] std::string make_run_id(WallTime wall, std::uint32_t random_bits);

// May be a run's id, hence a directory name: 1 to 64 of letters, digits, '-', '_' and '.', the
// first a letter or digit. For `--run-id`.
[[nodiscard]] bool is_run_id(std::string_view text);

}  // namespace ws
