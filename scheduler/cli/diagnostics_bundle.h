// `collect_diagnostics`: when a step has failed, a directory that holds what somebody needs to find
// out why: its command, the end of its log, the names of its environment, its result, its files,
// and the graph of the run with the states so far.
//
// Never values of the environment: they may be secrets. A bundle that cannot be written is told and
// stops nothing. Which step asks for one is report/occasions.h's.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/roles.h"

namespace ws::cli {

struct DiagnosticsOptions {
  std::function<std::string(NodeId)> run_dir;  // of the node's workstream
  std::string start_dir;
  std::vector<std::string> environment;  // names that every step inherits
};

class DiagnosticsBundle final : public Observer {
 public:
  explicit DiagnosticsBundle(DiagnosticsOptions options);
  void observe(const Event& event, const RunState& state) override;
  // Directories that were written, and what went wrong with others.
  [[nodiscard]] const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  void write(NodeId node, const RunState& state);

  DiagnosticsOptions options_;
  std::map<NodeId, std::string> commands_;  // of steps that run
  std::vector<std::string> complaints_;
  std::size_t drawn_nodes_ = 0;
};

}  // namespace ws::cli
