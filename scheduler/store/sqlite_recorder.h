// Keeps the events of one run in the project's database, and the tables people read with them: all
// events of one record() call in one transaction, or none.
//
// Does not know whether processes live, and shows nothing. Made by cli/run with what only the cli
// knows (RunContext); called by the engine through Recorder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "engine/roles.h"
#include "store/projection.h"
#include "store/rows.h"
#include "store/schema.h"

namespace ws {

class SqliteRecorder final : public Recorder {
 public:
  // Opens (makes) the database; writes nothing of the run yet. `nodes` and `groups` are the plan's
  // (describe_nodes, describe_groups); the texts of the nodes must live until the first record().
  [[nodiscard]] static Result<std::unique_ptr<SqliteRecorder>> open(
      const std::filesystem::path& path, const StoreOptions& options, RunContext context,
      std::vector<NodeDescription> nodes, std::vector<GroupDescription> groups = {});

  // The first event must be RunStarted. After an error nothing of the call was kept: the same
  // events may be given again; later ones alone are refused, so the log never has a gap.
  Result<void> record(std::span<const Event> events) override;

 private:
  SqliteRecorder(std::unique_ptr<Database> database, Projection projection,
                 std::vector<Statement> statements, RunContext context,
                 std::vector<NodeDescription> nodes, std::vector<GroupDescription> groups);

  Result<void> check_sequence(std::span<const Event> events) const;
  Result<void> write(std::span<const Event> events);
  Result<void> project(std::int64_t run, const Event& event, std::uint32_t& next_node);
  Result<void> write_event(std::int64_t run, const Event& event);
  Result<std::int64_t> begin_run(const Event& event);

  std::unique_ptr<Database> database_;  // its address stays: the projection holds it
  Projection projection_;
  std::vector<Statement> statements_;
  RunContext context_;
  std::vector<NodeDescription> nodes_;  // until the run is begun
  std::vector<GroupDescription> groups_;
  std::vector<NodeId> end_gates_;    // by group
  std::uint32_t next_node_ = 0;      // the number of the next item a fan-out finds
  std::optional<std::int64_t> run_;  // once RunStarted is committed
  std::uint64_t next_seq_ = 1;
  std::optional<Error> refusal_;  // the last failure, for the message of a gap
};

}  // namespace ws
