#include "store/layout.h"

#include "support/catch.h"

namespace ws {

TEST_CASE("paths below the state directory are the documented ones") {
  const StateLayout layout;
  CHECK(layout.state_dir() == ".worktrees");
  CHECK(layout.database() == ".worktrees/workstream.db");
  CHECK(layout.workstream_dir("ws-a") == ".worktrees/ws-a");
  CHECK(layout.orchestrator_log("ws-a") == ".worktrees/ws-a/orchestrator.log");
  CHECK(layout.lock("ws-a") == ".worktrees/ws-a/lock");
  CHECK(layout.run_dir("ws-a", "r1") == ".worktrees/ws-a/runs/r1");
  CHECK(layout.run_result("ws-a", "r1") == ".worktrees/ws-a/runs/r1/result.json");
  CHECK(layout.step_dir("ws-a", "r1", "build") == ".worktrees/ws-a/runs/r1/steps/build");
  CHECK(layout.attempt_dir("ws-a", "r1", "build", 2) == ".worktrees/ws-a/runs/r1/steps/build/2");
}

TEST_CASE("a state directory of one's own moves everything") {
  const StateLayout layout("/var/tmp/state");
  CHECK(layout.database() == "/var/tmp/state/workstream.db");
  CHECK(layout.lock("ws-a") == "/var/tmp/state/ws-a/lock");
}

TEST_CASE("a workstream's own tests cannot meet a step, whatever its id") {
  const StateLayout layout;
  CHECK(layout.acceptance_dir("ws-a", "r1", 1) == ".worktrees/ws-a/runs/r1/acceptance/1");
  CHECK(layout.acceptance_dir("ws-a", "r1", 1) !=
        layout.attempt_dir("ws-a", "r1", "acceptance", 1));
}

}  // namespace ws
