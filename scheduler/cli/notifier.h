// `--notify-cmd`: runs a command for each occasion, with the event as JSON on its standard input.
//
// One at a time and in order, beside the run and never in its way: the queue is bounded, a command
// that takes too long is killed, and failures are told at the end, never fatal. Decides no occasion
// (report/occasions.h).
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "engine/roles.h"
#include "platform/child_process.h"
#include "platform/timer.h"
#include "report/occasions.h"

namespace ws::cli {

struct NotifyOptions {
  std::string line;  // for /bin/sh -c
  std::string mark;  // value of STEP_DIR: whose orphans its orphans are
  EnvironmentList environment;
  MessageFacts facts;
  std::function<std::string(std::string)> mask;  // what is hidden of each notice
  Duration limit = std::chrono::seconds(30);     // of one command
  Duration patience = std::chrono::seconds(10);  // for all that is left when the run has ended
  std::size_t most_waiting = 1000;
};

class Notifier final : public Observer, private ChildListener {
 public:
  // Borrowed: both must outlive it.
  Notifier(EventLoop& loop, ChildHost& host, NotifyOptions options);

  void observe(const Event& event, const RunState& state) override;

  // The run has ended: whatever is not done after `patience` is given up.
  void finish();
  void give_up();
  [[nodiscard]] bool is_idle() const { return !child_ && waiting_.empty(); }
  // "the notify command failed 2 of 5 times, the last time: exit 1"; empty when all went well.
  [[nodiscard]] std::string complaint() const;

 private:
  void enqueue(std::string text);
  void start_next();
  void failed(std::string why);
  void child_running(const ProcessStamp& stamp) override;
  void child_output(std::string_view bytes) override;
  void child_ended(const ChildEnd& end) override;
  void child_not_started(const Error& error) override;

  EventLoop& loop_;
  ChildHost& host_;
  NotifyOptions options_;
  EnvironmentBase base_;
  std::deque<std::string> waiting_;
  std::unique_ptr<ChildProcess> child_;
  Timer limit_;
  Timer patience_;
  std::optional<bool> has_hooks_;
  std::string late_;  // why it was killed; empty: it was not
  std::size_t called_ = 0;
  std::size_t failures_ = 0;
  std::size_t dropped_ = 0;
  std::string last_failure_;
};

}  // namespace ws::cli
