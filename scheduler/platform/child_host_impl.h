// The inside of ChildHost, shared by child_host.cpp and child_process.cpp only. Knows a child as
// somebody who has news to tell at the end of a batch.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/child_host.h"
#include "platform/held_launches.h"
#include "platform/launch_pool.h"
#include "platform/orphan_sweep.h"
#include "platform/stray_watch.h"
#include "platform/timer.h"
#include "platform/unique_fd.h"

namespace ws {

class EventLoop;

class HostedChild {
 public:
  virtual ~HostedChild() = default;
  [[nodiscard]] virtual const std::string& mark() const = 0;
  // Tells the listener that it runs, that it is held back, or that it could not be started.
  virtual void tell_start() = 0;
  // Whether something of its process group is left; kills it again.
  [[nodiscard]] virtual bool is_group_left() = 0;
  virtual void tell_end() = 0;
};

struct ChildHost::Impl {
  Impl(EventLoop& event_loop, std::string mark, ChildHostOptions options);

  // Calls tell_start() with the next news of any child, within a few milliseconds; never from
  // inside.
  void has_started(std::shared_ptr<HostedChild> child);
  // The same at the end of the next batch: it failed, or is held back.
  void has_news(std::shared_ptr<HostedChild> child);
  // Calls tell_end() at the end of this batch, or when the sweep has nothing left of it.
  void has_ended(std::shared_ptr<HostedChild> child);

  EventLoop& loop;
  UniqueFd dev_null;
  std::string mark_variable;
  OrphanSweep sweep;
  LaunchPool launches;
  HeldLaunches held;
  std::vector<char> buffer;  // what one read of a pipe may bring

 private:
  friend class ChildHost;
  struct Ended {
    std::shared_ptr<HostedChild> child;
    std::chrono::steady_clock::time_point give_up;
  };
  void settle();
  void settle_ended();
  void look_again();
  void look_for_strays();
  void arm_periodic();

  std::vector<std::shared_ptr<HostedChild>> started_;
  std::vector<std::shared_ptr<HostedChild>> told_;  // kept for its memory
  std::vector<Ended> ended_;
  std::chrono::steady_clock::duration retry_wait_;
  std::optional<StrayWatch> strays_;  // without a keeper nobody would be told
  std::chrono::steady_clock::time_point next_strays_;
  bool is_news_due_ = false;
  bool is_retry_due_ = false;
  Timer news_;
  Timer retry_;     // while something that was killed is not gone
  Timer periodic_;  // reaps orphans that die while their child runs on
};

}  // namespace ws
