// Pretends: every attempt ends at once with an exit code that its rule allows, nothing is started
// and nothing is written. Only the items of a fan-out are really read.
//
// Knows what would have been run, for the record. Made by cli/run for --dry-run; the rest of the
// house cannot tell the difference.
#pragma once

#include <memory>
#include <string>

#include "engine/roles.h"
#include "model/plan.h"
#include "model/tool_profile.h"
#include "platform/event_loop.h"

namespace ws {

class DryExecutor final : public Executor {
 public:
  // Borrowed: all must outlive it.
  DryExecutor(const Plan& plan, const ToolBook& tools, EventLoop& loop)
      : plan_(plan), tools_(tools), loop_(loop), alive_(std::make_shared<bool>(true)) {}

  void report_to(AttemptListener& listener) { listener_ = &listener; }

  void start(AttemptKey key, const RunValues& values) override;
  // Too late for every attempt: its end is on the way.
  void stop(AttemptKey key, StopWhy why) override;
  [[nodiscard]] std::string command_text(AttemptKey key, const RunValues& values) const override;

 private:
  const Plan& plan_;
  const ToolBook& tools_;
  EventLoop& loop_;
  AttemptListener* listener_ = nullptr;
  std::shared_ptr<bool> alive_;  // for tasks still in the loop's queue
};

}  // namespace ws
