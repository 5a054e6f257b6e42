// What the store is told of a run before it begins: who runs it (this process, its command line,
// its directory, its version), and the nodes and groups of its plan.
//
// Knows nothing of how the run goes. Called by cli/run_session.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/roles.h"
#include "engine/run_values.h"
#include "store/rows.h"

namespace ws::cli {

// `files`: the workstream files that were read.
[[nodiscard]] RunContext run_context(std::vector<std::string> files);

// The parts of a node's definition with these inputs, which must outlive the answer.
[[nodiscard]] PartsText parts_text(const InputValues& inputs);
[[nodiscard]] std::vector<NodeDescription> stored_nodes(const Plan& plan,
                                                        const InputValues& inputs);
[[nodiscard]] std::vector<GroupDescription> stored_groups(const Plan& plan,
                                                          const InputValues& inputs);

// What earlier runs did, for steps with an idempotency_key; null when the plan has none. The plan
// must outlive it.
[[nodiscard]] Result<std::unique_ptr<Memory>> open_memory(const std::filesystem::path& database,
                                                          const Plan& plan,
                                                          const std::string& run_id);

}  // namespace ws::cli
