// Option values that CLI11 has no type for: durations, worker counts, key=value pairs. A wrong one
// is an error of the command line that shows what would have been right.
//
// Knows CLI11 and nothing of what the options are for.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/duration.h"

namespace ws::cli {

// `--timeout 90s`, `5m`, `1h30m`, `250ms`, or a number of seconds. Zero and negative values are
// refused.
CLI::Option* add_duration(CLI::App& app, const std::string& name, std::optional<Duration>& target,
                          const std::string& help);

// A duration that may be zero; throws CLI::ValidationError for anything else.
[[nodiscard]] Duration parse_delay(const std::string& option, const std::string& text);

// `--max-workers 4`, or `auto`, which is kept as kAutoWorkers; empty: not given.
inline constexpr std::uint32_t kAutoWorkers = 0;
inline constexpr std::uint32_t kMostWorkers = 65536;  // above the usual number of processes
CLI::Option* add_workers(CLI::App& app, const std::string& name,
                         std::optional<std::uint32_t>& target, const std::string& help);

// A whole number between two bounds, both allowed.
struct CountBounds {
  std::size_t least = 0;
  std::size_t most = 0;
};
inline constexpr std::size_t kMostCounted = 1'000'000'000;  // nobody has as many of anything
CLI::Option* add_count(CLI::App& app, const std::string& name, std::optional<std::size_t>& target,
                       CountBounds bounds, const std::string& help);

// For the check() of an option that is a name: an empty one is mostly a variable that is not set,
// and must not mean "all" or "the newest".
[[nodiscard]] std::string complaint_if_empty(const std::string& name);

// Repeatable `NAME=VALUE`; the value may be empty and may hold '='.
CLI::Option* add_pairs(CLI::App& app, const std::string& name,
                       std::map<std::string, std::string, std::less<>>& target,
                       const std::string& help);

// One of a few words; a wrong one is told the right ones, and the nearest of them.
CLI::Option* add_choice(CLI::App& app, const std::string& name, std::string& target,
                        const std::vector<std::string>& choices, const std::string& help);

}  // namespace ws::cli
