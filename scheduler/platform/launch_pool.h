// Launches children for the loop: the first of a batch in the loop's own thread, the others in a
// few threads that live as long as the pool. A launch holds its thread until the child has exec'd
// (vfork), which is most of what a short child costs.
//
// Knows nothing of children beyond the two verbs of LaunchJob. Part of ChildHost. The threads live
// longer than any child: the parent-death signal follows the launching thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "platform/launcher.h"

namespace ws {

class EventLoop;

class LaunchJob {
 public:
  virtual ~LaunchJob() = default;
  virtual void launch(Launcher& launcher) = 0;  // in any thread, once
  virtual void has_launched() = 0;              // in the loop's thread, after it
};

class LaunchPool {
 public:
  // Without threads everything is launched in the loop's thread.
  LaunchPool(EventLoop& loop, unsigned threads);
  ~LaunchPool();
  LaunchPool(const LaunchPool&) = delete;
  LaunchPool& operator=(const LaunchPool&) = delete;

  // Launched when the batch has ended.
  void submit(std::shared_ptr<LaunchJob> job);
  void flush();
  // Waits until everything handed over so far was launched, and delivers it.
  void settle();
  // Takes the job back; has_launched() is not called any more. True when it was launched all the
  // same (waits for that when it is being launched now).
  [[nodiscard]] bool withdraw(const LaunchJob& job);

 private:
  using Jobs = std::deque<std::shared_ptr<LaunchJob>>;

  void serve();
  void deliver();
  [[nodiscard]] static bool remove(Jobs& jobs, const LaunchJob& job);

  EventLoop& loop_;
  Launcher own_;
  Jobs submitted_;  // in this batch; the loop's thread only
  std::mutex mutex_;
  std::condition_variable has_work_;
  std::condition_variable has_result_;
  Jobs queued_;  // these four under the mutex
  std::size_t launching_ = 0;
  Jobs launched_;
  bool is_closing_ = false;
  std::vector<std::thread> threads_;
  std::shared_ptr<bool> alive_;  // for tasks still in the loop's queue
};

}  // namespace ws
