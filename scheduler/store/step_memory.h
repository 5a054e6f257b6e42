// What earlier runs of the project did, looked up in its database.
//
// Reads through a connection of its own, also while a run writes; changes nothing and knows no
// clock. Made by cli/run_session for runs of steps with an idempotency_key, asked by the engine.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "engine/roles.h"
#include "model/plan.h"
#include "store/rows.h"
#include "store/schema.h"

namespace ws {

class StepMemory final : public Memory {
 public:
  // `plan` and what the hash needs must outlive it. `run_id`: the run that asks, whose own
  // successes do not count. The database must exist: the run's recorder makes it.
  [[nodiscard]] static Result<StepMemory> open(const std::filesystem::path& path, const Plan& plan,
                                               DefinitionHash hash, std::string run_id,
                                               const StoreOptions& options = {});

  [[nodiscard]] Result<std::optional<Remembered>> recall(NodeId node, std::string_view key,
                                                         WallTime since) const override;

 private:
  StepMemory(Database database, const Plan& plan, DefinitionHash hash, std::string run_id);

  struct Success;
  [[nodiscard]] Result<std::optional<std::vector<NamedValue>>> outputs_of(
      const Success& success) const;

  mutable Database database_;
  const Plan& plan_;
  DefinitionHash hash_;
  std::string run_id_;
};

}  // namespace ws
