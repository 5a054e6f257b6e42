#include "cli/keeping.h"

#include <utility>

#include <fmt/format.h>

#include "cli/console.h"
#include "platform/machine.h"

namespace ws::cli {

std::unique_ptr<Keeper> start_keeper() {
  auto keeper = Keeper::start();
  if (keeper.has_value()) return std::move(*keeper);
  complain(
      fmt::format("there is no keeper for this run ({}): if this process is killed, what steps "
                  "have started may run on",
                  keeper.error().message));
  return nullptr;
}

EnvironmentList environment_of_steps(const Keeper* keeper) {
  EnvironmentList environment = own_environment();
  if (keeper != nullptr) environment.emplace_back(kRunMark, keeper->mark());
  return environment;
}

}  // namespace ws::cli
