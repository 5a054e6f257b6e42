#include "store/layout.h"

#include <string>
#include <utility>

namespace ws {

namespace fs = std::filesystem;

StateLayout::StateLayout(fs::path state_dir) : state_dir_(std::move(state_dir)) {}

fs::path StateLayout::database() const { return state_dir_ / "workstream.db"; }

fs::path StateLayout::workstream_dir(std::string_view workstream) const {
  return state_dir_ / workstream;
}

fs::path StateLayout::orchestrator_log(std::string_view workstream) const {
  return workstream_dir(workstream) / "orchestrator.log";
}

fs::path StateLayout::lock(std::string_view workstream) const {
  return workstream_dir(workstream) / "lock";
}

fs::path StateLayout::run_id_lock(std::string_view run_id) const {
  return state_dir_ / ("." + std::string(run_id) + ".lock");
}

fs::path StateLayout::run_dir(std::string_view workstream, std::string_view run_id) const {
  return workstream_dir(workstream) / "runs" / run_id;
}

fs::path StateLayout::run_log(std::string_view workstream, std::string_view run_id) const {
  return run_dir(workstream, run_id) / "orchestrator.log";
}

fs::path StateLayout::run_result(std::string_view workstream, std::string_view run_id) const {
  return run_dir(workstream, run_id) / "result.json";
}

fs::path StateLayout::step_dir(std::string_view workstream, std::string_view run_id,
                               std::string_view step) const {
  return run_dir(workstream, run_id) / "steps" / step;
}

fs::path StateLayout::attempt_dir(std::string_view workstream, std::string_view run_id,
                                  std::string_view step, std::uint32_t attempt) const {
  return step_dir(workstream, run_id, step) / std::to_string(attempt);
}

fs::path StateLayout::acceptance_dir(std::string_view workstream, std::string_view run_id,
                                     std::uint32_t attempt) const {
  return run_dir(workstream, run_id) / "acceptance" / std::to_string(attempt);
}

}  // namespace ws
