#include "cli/settings.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "base/byte_size.h"
#include "base/text.h"
#include "cli/options.h"
#include "model/mistakes.h"

namespace ws::cli {
namespace {

// What the workstreams of the plan ask for, taken together.
struct FileWishes {
  std::optional<std::uint32_t> max_workers;
  std::optional<std::uint32_t> worker_cap;
  Duration start_gap{};
  Duration run_timeout{};
  bool is_sequential = false;
};

FileWishes wishes_of(const Plan& plan, const LimitFlags& flags, Diagnostics& diagnostics) {
  FileWishes wishes;
  const bool is_alone = plan.workstreams().size() == 1;
  for (const std::uint32_t index : plan.workstreams()) {
    const Workstream& workstream = plan.workset().workstreams[index];
    const Execution& execution = workstream.execution;
    if (execution.max_workers)
      wishes.max_workers = std::max(wishes.max_workers.value_or(0), *execution.max_workers);
    if (execution.worker_cap)
      wishes.worker_cap = std::max(wishes.worker_cap.value_or(0), *execution.worker_cap);
    wishes.start_gap = std::max(wishes.start_gap, execution.rate_limit_delay);
    if (is_alone) {
      wishes.run_timeout = execution.timeout;
      wishes.is_sequential = !execution.parallel.value_or(true);
    } else if (execution.timeout > Duration::zero() && !flags.timeout) {
      diagnostics.warning(
          mistakes::not_applicable, workstream.place,
          fmt::format("the time limit of '{}' is for a run of it alone: it has no effect here",
                      workstream.id),
          "--timeout limits this run");
    }
  }
  return wishes;
}

// A running step holds its pipe, two descriptors of its process and its log; one that is being
// launched both ends of its pipe, its input and one reserved. A workstream holds its lock and its
// log. The rest is the store's and the loop's.
constexpr std::uint64_t kFilesPerStep = 4;
constexpr std::uint64_t kFilesPerWorkstream = 2;
constexpr std::uint64_t kFilesOfOurs = 64;

}  // namespace

std::uint32_t most_workers(std::uint64_t open_files, std::size_t workstreams) {
  const std::uint64_t ours = kFilesOfOurs + kFilesPerWorkstream * workstreams;
  const std::uint64_t free = open_files - std::min(open_files, ours);
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(
      free / kFilesPerStep, 1, std::numeric_limits<std::uint32_t>::max()));
}

void add_limit_flags(CLI::App& app, LimitFlags& flags) {
  add_workers(app, "--max-workers", flags.max_workers,
              "Most steps at once; auto: processors, but no more than can run");
  app.add_flag("--sequential", flags.is_sequential,
               "One step at a time, in file order (for debugging)");
  add_duration(app, "--timeout-per-step", flags.timeout_per_step,
               "Time limit of steps without their own");
  add_duration(app, "--timeout", flags.timeout, "Time limit of the whole run");
  app.add_option_function<std::string>(
         "--rate-limit-delay",
         [&flags](const std::string& text) {
           flags.rate_limit_delay = parse_delay("--rate-limit-delay", text);
         },
         "Least time between any two starts; 0: none")
      ->type_name("DURATION");
  app.add_flag("--fail-fast", flags.is_fail_fast, "The first failure stops everything");
}

void add_log_limit(CLI::App& app, std::uint64_t& limit) {
  app.add_option_function<std::string>(
         "--log-limit",
         [&limit](const std::string& text) {
           const std::optional<std::uint64_t> size =
               text == "none" ? kNoLogLimit : parse_byte_size(text);
           if (!size || *size == 0)
             throw CLI::ValidationError(
                 "--log-limit",
                 fmt::format("'{}' is not a size above zero: write 64KiB, 10M, 2G, a number of "
                             "bytes, or none",
                             printable(text)));
           limit = *size;
         },
         "Keep at most so much of what each attempt writes; the step goes on (default: 1GiB)")
      ->type_name("SIZE|none");
}

void hand_on_log_limit(std::uint64_t limit, std::vector<std::string>& options) {
  if (limit == kDefaultLogLimit) return;
  options.emplace_back("--log-limit");
  options.push_back(limit == kNoLogLimit ? "none" : std::to_string(limit));
}

Settings settle(const Plan& plan, const PlanAnalysis& analysis, const LimitFlags& flags,
                const MachineLimits& machine, Diagnostics& diagnostics) {
  const FileWishes wishes = wishes_of(plan, flags, diagnostics);
  Settings settings;
  settings.is_sequential = flags.is_sequential || wishes.is_sequential;
  settings.is_fail_fast = flags.is_fail_fast;
  settings.default_timeout = flags.timeout_per_step.value_or(Duration::zero());
  settings.run_timeout = flags.timeout.value_or(wishes.run_timeout);
  settings.log_limit = flags.log_limit;
  settings.start_gap = flags.rate_limit_delay.value_or(wishes.start_gap);

  const auto width = static_cast<std::uint32_t>(std::max<std::size_t>(analysis.width, 1));
  std::uint32_t by_machine = std::max(machine.processors, 1U);
  // How wide a fan-out gets that finds its items in the run, nobody knows.
  const bool is_width_known = std::none_of(plan.groups().begin(), plan.groups().end(),
                                           [](const PlanGroup& group) { return group.is_dynamic; });
  if (is_width_known) by_machine = std::min(by_machine, width);
  if (wishes.worker_cap) by_machine = std::min(by_machine, std::max(*wishes.worker_cap, 1U));
  const bool is_alone = plan.workstreams().size() == 1;
  if (flags.max_workers && *flags.max_workers != kAutoWorkers) {
    settings.max_workers = *flags.max_workers;
  } else if (!flags.max_workers && wishes.max_workers) {
    // Several workstreams share one pool; each keeps its own limit inside it.
    settings.max_workers =
        is_alone ? *wishes.max_workers : std::max(*wishes.max_workers, by_machine);
  } else {
    settings.max_workers = by_machine;
    settings.is_auto = true;
  }
  if (settings.is_sequential) settings.max_workers = 1;
  if (const std::uint32_t most = most_workers(machine.open_files, plan.workstreams().size());
      settings.max_workers > most) {
    diagnostics.warning(mistakes::bad_option, {},
                        fmt::format("{} steps at once are too many for {} open files: at most {} "
                                    "will run",
                                    settings.max_workers, machine.open_files, most),
                        "raise the hard limit (ulimit -Hn)");
    settings.max_workers = most;
  }
  return settings;
}

}  // namespace ws::cli
