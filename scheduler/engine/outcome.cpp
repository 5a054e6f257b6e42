#include "engine/outcome.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string.h>

#include <fmt/format.h>

namespace ws {
namespace {

struct Describe {
  std::string operator()(const Exited& o) const { return fmt::format("exit {}", o.code); }
  std::string operator()(const Signaled& o) const {
    const char* abbreviation = ::sigabbrev_np(o.signal);
    return fmt::format("killed by signal {}{}{}", o.signal,
                       abbreviation != nullptr ? fmt::format(" (SIG{})", abbreviation) : "",
                       o.core_dumped ? ", core dumped" : "");
  }
  std::string operator()(const TimedOut& o) const {
    return fmt::format("timed out after {}", format_duration(o.limit));
  }
  std::string operator()(const Cancelled&) const { return "cancelled"; }
  std::string operator()(const SpawnFailed& o) const { return "could not start: " + o.error; }
  std::string operator()(const RateLimited&) const { return "rate limited"; }
  std::string operator()(const Lost& o) const { return "lost: " + o.why; }
};

// Index = the enum's value; the asserts below keep them in step.
constexpr std::array<std::string_view, 12> kStepStates = {
    "waiting",    "ready",  "running",   "backing_off", "succeeded", "noop",
    "unverified", "failed", "timed_out", "cancelled",   "skipped",   "compensated"};
constexpr std::array<std::string_view, 9> kRunStatuses = {
    "running",   "succeeded",   "completed_with_errors", "failed", "timed_out",
    "cancelled", "rolled_back", "partially_rolled_back", "crashed"};
static_assert(kStepStates[static_cast<std::size_t>(StepState::compensated)] == "compensated");
static_assert(kStepStates[static_cast<std::size_t>(StepState::unverified)] == "unverified");
static_assert(kRunStatuses[static_cast<std::size_t>(RunStatus::crashed)] == "crashed");

template <class Enum, std::size_t N>
bool parse_in(const std::array<std::string_view, N>& names, std::string_view text, Enum& value) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == text) {
      value = static_cast<Enum>(i);
      return true;
    }
  }
  return false;
}

}  // namespace

SpawnFailed cannot_start(const Error& error) {
  constexpr std::array<int, 12> kLasting = {0,      ENOENT,       ENOTDIR, EISDIR,
                                            EACCES, EPERM,        ENOEXEC, E2BIG,
                                            ELOOP,  ENAMETOOLONG, EINVAL,  ELIBBAD};
  const bool is_lasting =
      std::find(kLasting.begin(), kLasting.end(), error.os_error) != kLasting.end();
  return {error.message, is_lasting};
}

std::string describe(const Outcome& outcome) { return std::visit(Describe{}, outcome); }

std::string_view name(StepState state) { return kStepStates[static_cast<std::size_t>(state)]; }
std::string_view name(RunStatus status) { return kRunStatuses[static_cast<std::size_t>(status)]; }
bool parse(std::string_view text, StepState& state) { return parse_in(kStepStates, text, state); }
bool parse(std::string_view text, RunStatus& status) {
  return parse_in(kRunStatuses, text, status);
}

}  // namespace ws
