#include "cli/determinism.h"

#include <fmt/format.h>

#include "cli/project_store.h"
#include "platform/machine.h"

namespace ws::cli {

void add_determinism_flags(CLI::App& app, DeterminismFlags& flags) {
  app.add_option("--seed", flags.seed,
                 "Seed of the jitter of retries; drawn and recorded when not given")
      ->type_name("N");
  app.add_flag("--deterministic", flags.is_deterministic,
               "For tests: seed 0, run ids run-1, run-2, …, and no times of this machine in "
               "--events, --observer and the result");
}

std::uint64_t seed_of(const DeterminismFlags& flags) {
  if (flags.seed) return *flags.seed;
  return flags.is_deterministic ? 0 : random_seed();
}

Result<std::string> numbered_run_id(const StateLayout& layout) {
  auto store = open_store(layout);
  if (store.has_error()) return store.error();
  for (std::uint64_t number = 1;; ++number) {
    std::string id = fmt::format("run-{}", number);
    if (!store->has_value()) return id;
    const auto same = (*store)->find(id);
    if (same.has_error()) return same.error();
    const bool is_taken = same->size() == 1 && same->front().id == id;
    if (!is_taken) return id;
  }
}

}  // namespace ws::cli
