// Who looks on at a real run besides the screen, the log and the event files: adaptive scaling, the
// bundles of facts about failures, and the command that is told.
//
// Decides nothing of what they do: which of them a plan and a command line ask for. Made by
// cli/run_session.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/diagnostics_bundle.h"
#include "cli/notifier.h"
#include "cli/worker_scaling.h"
#include "engine/engine.h"
#include "executors/local_executor.h"

namespace ws::cli {

struct OnlookerWish {
  std::function<std::string(NodeId)> run_dir;  // of the node's workstream
  std::uint32_t max_workers = 1;
  std::string notify_command;   // empty: nobody is told
  std::string notify_mark;      // NotifyOptions::mark
  EnvironmentList environment;  // of the notify command
  MessageFacts facts;
  std::function<std::string(std::string)> mask;  // NotifyOptions::mask
};

class RunOnlookers {
 public:
  // Borrowed: all must outlive it; the executor above all, whose children it shares.
  RunOnlookers(const Plan& plan, EventLoop& loop, LocalExecutor& executor, OnlookerWish wish);

  void add_to(std::vector<Observer*>& observers);
  // The run begins: from now on workers may be asked for.
  void begin(Engine& engine);
  // The run has ended: whoever is being told has a little time left. True when there is nobody any
  // more; to be asked after every batch.
  [[nodiscard]] bool is_done();
  // Nobody wants to wait for that.
  void give_up();
  // What went wrong, each a line.
  [[nodiscard]] std::vector<std::string> complaints() const;

 private:
  std::unique_ptr<DiagnosticsBundle> diagnostics_;
  std::unique_ptr<Notifier> notifier_;
  std::unique_ptr<WorkerScaling> scaling_;
  Engine* engine_ = nullptr;
  bool is_waiting_ = false;
};

}  // namespace ws::cli
