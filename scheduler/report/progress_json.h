// Progress for programs (`--progress json`): how many of how many steps have ended, in percent, and
// how long it may still take.
//
// One line of JSON whenever a step ends. `done`, `total` and `percent` never go back, also when a
// fan-out finds more items or a group runs again. Knows no file: it is given a sink.
#pragma once

#include <cstdint>

#include "engine/roles.h"
#include "report/style.h"

namespace ws {

class ProgressJson final : public Observer {
 public:
  explicit ProgressJson(TextSink sink);
  void observe(const Event& event, const RunState& state) override;

 private:
  TextSink sink_;
  std::uint32_t done_ = 0;
  std::uint32_t total_ = 0;
  double percent_ = 0;
};

}  // namespace ws
