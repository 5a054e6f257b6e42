// `adaptive_scaling`: looks at the machine every two seconds and asks for fewer workers under
// pressure, for more when it is gone (FEATURES.md F21).
//
// Decides nothing: engine/scaling.h does, over what platform/pressure.h reads and over the attempts
// that a rate limit turned away. Knows no engine: what it asks for goes to a function. Made by
// cli/run_session when a workstream of the plan wants it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "engine/roles.h"
#include "platform/pressure.h"
#include "platform/timer.h"

namespace ws::cli {

[[nodiscard]] bool wants_scaling(const Plan& plan);

class WorkerScaling final : public Observer {
 public:
  using Ask = std::function<void(std::uint32_t workers, std::string why)>;

  // `configured`: the most workers there may be. `ask` is called from the loop, when the number
  // should change.
  WorkerScaling(EventLoop& loop, std::uint32_t configured, Ask ask);

  // Begins to look, until it is destroyed.
  void start();
  // One look, as the timer has them.
  void look(const Pressure& pressure);

  // Counts the attempts that were turned away, and learns how many workers there really are.
  void observe(const Event& event, const RunState& state) override;

 private:
  void arm();

  EventLoop& loop_;
  std::uint32_t configured_;
  Ask ask_;
  std::uint32_t workers_;
  std::uint32_t rate_limited_ = 0;  // since the last look
  std::uint32_t settling_ = 0;      // looks for which the load is not believed yet
  Timer timer_;
};

}  // namespace ws::cli
