// simulate: runs random tales and stops at the first broken invariant, with its seed and a small
// tale that breaks the same one. scripts/simulate starts one of these for each processor.
#include <charconv>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "simulation/calm.h"
#include "simulation/shrink.h"
#include "simulation/simulation.h"

namespace {

using namespace ws::test;

struct Wishes {
  std::uint32_t count = 3000;
  std::uint32_t seed = 1;
  std::uint32_t stride = 1;
  std::string only;  // an invariant; empty: all
  bool is_progress = false;
  bool is_traced = false;
  bool is_as_found = false;  // do not make it small
};

constexpr const char* kUsage =
    "usage: simulate [COUNT [SEED]] [--stride N] [--only INVARIANT] [--progress] [--trace] "
    "[--as-found]\n"
    "Runs COUNT random tales, of the seeds SEED, SEED + N, …; exit 1 at a broken invariant.\n";

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Wishes> read(int argc, char** argv) {
  Wishes wishes;
  std::uint32_t* places[] = {&wishes.count, &wishes.seed};
  std::size_t place = 0;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const bool has_next = i + 1 < argc;
    if (word == "--only" && has_next) {
      wishes.only = argv[++i];
    } else if (word == "--progress") {
      wishes.is_progress = true;
    } else if (word == "--as-found") {
      wishes.is_as_found = true;
    } else if (word == "--trace") {
      wishes.is_traced = true;
    } else {
      const bool is_stride = word == "--stride" && has_next;
      const auto value = number(is_stride ? argv[++i] : word);
      if (!value || (!is_stride && place == 2)) return std::nullopt;
      *(is_stride ? &wishes.stride : places[place++]) = *value;
    }
  }
  return wishes;
}

int tell(const Tale& tale, const Simulated& broken) {
  fmt::print("seed {}: invariant '{}' is broken\n", tale.seed, broken.invariant);
  Tale start = tale;
  start.is_drawn = false;
  start.scripts = broken.scripts;
  const auto still_fails = [&](const Tale& candidate) {
    const Simulated again = simulate(candidate);
    return again.end == Simulated::End::broken && again.invariant == broken.invariant;
  };
  if (!still_fails(start)) {
    fmt::print("{}\n(it cannot be made small)\n{}\n", broken.what, mini_text(tale));
    return 1;
  }
  const Tale small = shrink(std::move(start), still_fails);
  fmt::print("{}\n\n{}", simulate(small).what,
             as_test(small, fmt::format("seed {}: {}", tale.seed, broken.invariant)));
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const auto wishes = read(argc, argv);
  if (!wishes) {
    fmt::print(stderr, "{}", kUsage);
    return 2;
  }
  const auto start = std::chrono::steady_clock::now();
  std::uint32_t refused = 0;
  std::size_t events = 0;
  std::uint32_t seed = wishes->seed;
  for (std::uint32_t i = 0; i < wishes->count; ++i, seed += wishes->stride) {
    if (wishes->is_traced) fmt::print("running seed {}\n", seed), std::fflush(stdout);
    const Tale tale = tale_of(seed);
    const Simulated result = simulate(tale);
    events += result.events;
    if (result.end == Simulated::End::contradictory) ++refused;
    const bool is_wanted = wishes->only.empty() || wishes->only == result.invariant;
    if (result.end == Simulated::End::broken && is_wanted) {
      fmt::print("found after {} simulations\n", i + 1);
      if (!wishes->is_as_found) return tell(tale, result);
      fmt::print("seed {}: invariant '{}' is broken\n{}\n", seed, result.invariant, result.what);
      return 1;
    }
    if (wishes->is_progress && (i + 1) % 1000 == 0)
      fmt::print("done {} {}\n", i + 1, seed), std::fflush(stdout);
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  fmt::print("{} simulations, {} events, {} refused files, {:.1f} s: every invariant held\n",
             wishes->count, events, refused, seconds);
  // A generator whose files are mostly refused proves nothing.
  return refused > wishes->count / 4 + 3 ? 1 : 0;
}
