// The running side of `pause`, `resume`, `drain`, `cancel` and `workers`: takes what is said at the
// run's socket to the engine, and answers once that was recorded.
//
// Decides only what makes sense now; what follows from a wish is the engine's. Made by
// cli/run_session.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/control_message.h"
#include "engine/engine.h"
#include "platform/control_socket.h"

namespace ws::cli {

class RunControl {
 public:
  // Borrowed: the engine must outlive it.
  explicit RunControl(Engine& engine) : engine_(engine) {}

  // `directory`: of the run; there by now. An Error leaves a run that only signals can reach.
  [[nodiscard]] Result<void> listen(EventLoop& loop, const std::string& directory);
  // After every turn of the engine: what was asked before it is recorded now.
  void answer();
  // Checks the wish and hands it on; the answer holds if the next turn can be recorded.
  [[nodiscard]] ControlAnswer take(const ControlRequest& request);

 private:
  [[nodiscard]] std::string refusal(const ControlRequest& request) const;
  [[nodiscard]] std::string pause(const ControlRequest& request);
  [[nodiscard]] std::string cancel_run(const ControlRequest& request);
  [[nodiscard]] ControlAnswer cancel_step(const ControlRequest& request);
  [[nodiscard]] std::uint32_t running() const { return engine_.state().counts().running; }

  Engine& engine_;
  std::optional<ControlSocket> socket_;
  std::vector<std::pair<ControlSocket::Reply, ControlAnswer>> answers_;
};

}  // namespace ws::cli
