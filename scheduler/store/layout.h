// Where things lie below the state directory: the one place that knows these paths.
//
// Pure: makes names, never directories. Does not check ids: the model refuses ids with a slash or
// "..", and run ids are checked by is_run_id (store/run_id.h). Called by cli/, which hands the
// paths to the executors, the store and the reports.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace ws {

inline constexpr std::string_view kDefaultStateDir = ".worktrees";

class StateLayout {
 public:
  explicit StateLayout(std::filesystem::path state_dir = kDefaultStateDir);

  [[nodiscard]] const std::filesystem::path& state_dir() const { return state_dir_; }
  // <state>/workstream.db, one for the whole project.
  [[nodiscard]] std::filesystem::path database() const;

  // <state>/<ws-id>/
  [[nodiscard]] std::filesystem::path workstream_dir(std::string_view workstream) const;
  // A link to the human log of the workstream's latest run.
  [[nodiscard]] std::filesystem::path orchestrator_log(std::string_view workstream) const;
  // Held by the run that is under way.
  [[nodiscard]] std::filesystem::path lock(std::string_view workstream) const;

  // <state>/.<run-id>.lock: held while a run of that id begins. No id of a workstream is so.
  [[nodiscard]] std::filesystem::path run_id_lock(std::string_view run_id) const;

  // <state>/<ws-id>/runs/<run-id>/
  [[nodiscard]] std::filesystem::path run_dir(std::string_view workstream,
                                              std::string_view run_id) const;
  // <state>/<ws-id>/runs/<run-id>/orchestrator.log
  [[nodiscard]] std::filesystem::path run_log(std::string_view workstream,
                                              std::string_view run_id) const;
  // The run's result, in the directory of its home workstream.
  [[nodiscard]] std::filesystem::path run_result(std::string_view workstream,
                                                 std::string_view run_id) const;
  // …/steps/<step-id>/: `workstream` is the step's own, so that steps of one name in two
  // workstreams of one run do not meet.
  [[nodiscard]] std::filesystem::path step_dir(std::string_view workstream, std::string_view run_id,
                                               std::string_view step) const;
  // …/steps/<step-id>/<attempt>/
  [[nodiscard]] std::filesystem::path attempt_dir(std::string_view workstream,
                                                  std::string_view run_id, std::string_view step,
                                                  std::uint32_t attempt) const;
  // …/acceptance/<attempt>/: the workstream's own tests. Beside steps/, so that no step's id can be
  // in its way.
  [[nodiscard]] std::filesystem::path acceptance_dir(std::string_view workstream,
                                                     std::string_view run_id,
                                                     std::uint32_t attempt) const;

 private:
  std::filesystem::path state_dir_;
};

}  // namespace ws
