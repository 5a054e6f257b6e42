#include "cli/resume_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace ws::cli {
namespace {

constexpr std::size_t kMostReasons = 10;

std::string how_it_ended(const RunRow& run) {
  switch (run.status) {
    case RunStatus::running:
    case RunStatus::crashed:
      return "crashed";
    case RunStatus::partially_rolled_back:
      return run.stop ? std::string(name(*run.stop)) : "partially rolled back";
    case RunStatus::cancelled:
      return run.stop ? std::string(name(*run.stop)) : "cancelled";
    case RunStatus::failed:
      return run.stop == StopWhy::store_failed ? "could not be recorded" : "failed";
    case RunStatus::succeeded:
    case RunStatus::completed_with_errors:
    case RunStatus::timed_out:
    case RunStatus::rolled_back:
      return std::string(name(run.status));
  }
  return {};
}

std::string sign(const Style& style) {
  return style.paint(Paint::cyan, style.symbol(Symbol::busy));
}

}  // namespace

std::string resume_lines(const Style& style, const Plan& plan, const Resume& resume,
                         std::span<const RunRow> runs) {
  if (runs.empty()) return {};
  std::vector<std::string> names;
  for (const RunRow& run : runs)
    names.push_back(fmt::format("{} ({})", style.clean(run.id), how_it_ended(run)));
  const std::string which = fmt::format("{} {}", names.size() == 1 ? "run" : "runs", listed(names));
  if (resume.is_rolling_back())
    return fmt::format("{} Resuming {}: its rollback goes on\n", sign(style), which);
  const Resume::Counts& counts = resume.counts();
  std::string text = fmt::format(
      "{} Resuming {}: {} kept, {} changed, {} to run (--fresh-start runs everything)\n",
      sign(style), which, counts.kept, counts.changed, counts.to_run);
  const std::vector<Resume::Again>& again = resume.again();
  for (std::size_t i = 0; i < std::min(again.size(), kMostReasons); ++i) {
    text += fmt::format("  {} [{}] runs again: {}\n", style.symbol(Symbol::arrow),
                        style.clean(plan.member_name(again[i].node)), style.clean(again[i].why));
  }
  if (again.size() > kMostReasons)
    text += fmt::format("  … and {} more run again\n", again.size() - kMostReasons);
  return text;
}

std::string nothing_to_resume_line(const Style& style) {
  return fmt::format("{} Nothing to resume: no earlier run is known; everything runs\n",
                     sign(style));
}

std::string could_resume_line(const Style& style, const RunRow& run) {
  if (run.counts.succeeded == 0) return {};
  return fmt::format(
      "{} Run {} {} with {} done: everything runs again (--resume keeps what it finished)\n",
      sign(style), style.clean(run.id),
      run.status == RunStatus::timed_out ? "ran out of time" : "failed",
      counted(run.counts.succeeded, "step"));
}

std::string elsewhere_line(const Style& style, const RunRow& run) {
  if (run.counts.succeeded == 0) return {};
  return fmt::format(
      "{} Run {} ({}) was made in '{}': everything runs here (--resume keeps what it finished)\n",
      sign(style), style.clean(run.id), how_it_ended(run), style.clean(run.context.cwd));
}

}  // namespace ws::cli
