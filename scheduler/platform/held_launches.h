// Children that could not be started because the machine, or a limit of ours, is short of something
// (processes, descriptors, memory): they wait in line and are tried again when a child has ended or
// some time has passed. Given up only when nothing of ours runs and it still fails after a while.
// Of those that run some must be able to start something themselves: a shortage halves how many
// may run at once, and a few rounds of ends later one more may.
//
// Knows nothing of how a child is started. Part of ChildHost.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/duration.h"
#include "base/result.h"
#include "platform/timer.h"

namespace ws {

class EventLoop;

class HeldLaunch {
 public:
  virtual ~HeldLaunch() = default;
  // Followed by hold(), or by has_settled() when it runs or can never run.
  virtual void try_again() = 0;
  // The shortage lasts: it will not be tried again.
  virtual void give_up(const Error& why) = 0;
};

struct HoldOptions {
  Duration patience = std::chrono::seconds(30);  // while nothing runs
  std::function<std::size_t()> running;          // how many of ours do
  // Once for each kind of shortage: "out of processes (ulimit -u: 64): holding back, 7 running".
  std::function<void(const std::string&)> on_shortage;
};

class HeldLaunches {
 public:
  HeldLaunches(EventLoop& loop, HoldOptions options);

  // EAGAIN, ENOMEM, EMFILE, ENFILE.
  [[nodiscard]] static bool is_shortage(int errnum);

  // Whoever comes now must get in line: hold(child, why()).
  [[nodiscard]] bool is_waiting_wanted() const { return is_anyone_waiting() || is_full(); }
  [[nodiscard]] const Error& why() const { return why_; }

  void hold(std::shared_ptr<HeldLaunch> child, const Error& why);
  // Of a child that was in line or never was.
  void has_settled(const HeldLaunch& child);
  // True when it was waiting. It is not tried any more.
  bool remove(const HeldLaunch& child);
  // Something of ours has ended.
  void has_room();

 private:
  static constexpr std::size_t kUnlimited = ~std::size_t{0};

  [[nodiscard]] bool is_anyone_waiting() const { return trying_ != nullptr || !line_.empty(); }
  [[nodiscard]] bool is_full() const;
  void try_next();
  void tell(const Error& why);
  [[nodiscard]] bool is_patience_over();

  EventLoop& loop_;
  HoldOptions options_;
  std::deque<std::shared_ptr<HeldLaunch>> line_;
  std::shared_ptr<HeldLaunch> trying_;
  Error why_;
  std::set<int> told_;
  Duration wait_;
  std::size_t most_ = kUnlimited;  // that may run at once
  std::size_t ends_ = 0;           // since it was raised
  std::optional<std::chrono::steady_clock::time_point> idle_since_;
  Timer timer_;
};

}  // namespace ws
