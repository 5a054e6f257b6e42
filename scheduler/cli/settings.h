// The limits of a run: what the command line says, else what the files say, else what the machine
// offers.
//
// Decides numbers only; starts nothing. Shared by `run` and `plan`, so that the plan shows exactly
// what run does.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/diagnostic.h"
#include "model/analysis.h"
#include "model/plan.h"

namespace ws::cli {

// Bytes kept of what one attempt writes.
inline constexpr std::uint64_t kDefaultLogLimit = 1ULL << 30;
inline constexpr std::uint64_t kNoLogLimit = std::numeric_limits<std::uint64_t>::max();

struct LimitFlags {
  std::optional<std::uint32_t> max_workers;  // kAutoWorkers: auto
  std::optional<Duration> timeout_per_step;
  std::optional<Duration> timeout;
  std::optional<Duration> rate_limit_delay;
  std::uint64_t log_limit = kDefaultLogLimit;
  bool is_sequential = false;
  bool is_fail_fast = false;
};
void add_limit_flags(CLI::App& app, LimitFlags& flags);
// --log-limit, of `run` alone.
void add_log_limit(CLI::App& app, std::uint64_t& limit);
// For the runs that a run starts; nothing when it is the default.
void hand_on_log_limit(std::uint64_t limit, std::vector<std::string>& options);

struct Settings {
  std::uint32_t max_workers = 1;  // effective, at least 1
  bool is_auto = false;           // decided by the machine and the plan's width
  bool is_sequential = false;
  bool is_fail_fast = false;
  Duration default_timeout{};  // of the command line only: the engine knows the files' own
  Duration run_timeout{};
  Duration start_gap{};
  std::uint64_t log_limit = kDefaultLogLimit;
};

// What the machine lets us use.
struct MachineLimits {
  std::uint32_t processors = 1;
  std::uint64_t open_files = 0;  // the hard limit
};

// Steps at once for which that many descriptors suffice, at least 1.
[[nodiscard]] std::uint32_t most_workers(std::uint64_t open_files, std::size_t workstreams);

// A wish of a file or of the command line that cannot be kept in this run is warned about.
[[nodiscard]] Settings settle(const Plan& plan, const PlanAnalysis& analysis,
                              const LimitFlags& flags, const MachineLimits& machine,
                              Diagnostics& diagnostics);

}  // namespace ws::cli
