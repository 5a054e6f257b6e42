#include "platform/launch_pool.h"

#include <algorithm>
#include <csignal>
#include <system_error>
#include <utility>

#include "platform/event_loop.h"

namespace ws {

LaunchPool::LaunchPool(EventLoop& loop, unsigned threads)
    : loop_(loop), alive_(std::make_shared<bool>(true)) {
  // Signals are the loop's: the threads inherit a mask that lets none in.
  sigset_t everything;
  sigset_t before;
  ::sigfillset(&everything);
  ::pthread_sigmask(SIG_SETMASK, &everything, &before);
  try {
    for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { serve(); });
  } catch (const std::system_error&) {
    // Out of processes, of which a thread is one: the loop launches alone then.
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

LaunchPool::~LaunchPool() {
  {
    const std::lock_guard lock(mutex_);
    is_closing_ = true;
  }
  has_work_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void LaunchPool::submit(std::shared_ptr<LaunchJob> job) { submitted_.push_back(std::move(job)); }

void LaunchPool::flush() {
  if (submitted_.empty()) return;
  const std::shared_ptr<LaunchJob> first = std::move(submitted_.front());
  submitted_.pop_front();
  if (!threads_.empty() && !submitted_.empty()) {
    const std::size_t count = submitted_.size();
    {
      const std::lock_guard lock(mutex_);
      std::move(submitted_.begin(), submitted_.end(), std::back_inserter(queued_));
    }
    submitted_.clear();
    for (std::size_t i = 0; i < std::min(count, threads_.size()); ++i) has_work_.notify_one();
  }
  first->launch(own_);
  first->has_launched();
  // Only without threads. What has_launched() submits waits for the next batch's end.
  for (const std::shared_ptr<LaunchJob>& job : std::exchange(submitted_, {})) {
    job->launch(own_);
    job->has_launched();
  }
}

void LaunchPool::serve() {
  Launcher launcher;
  std::unique_lock lock(mutex_);
  while (true) {
    has_work_.wait(lock, [this] { return is_closing_ || !queued_.empty(); });
    if (is_closing_) return;
    const std::shared_ptr<LaunchJob> job = std::move(queued_.front());
    queued_.pop_front();
    ++launching_;
    lock.unlock();
    job->launch(launcher);
    lock.lock();
    --launching_;
    launched_.push_back(job);
    has_result_.notify_all();
    if (launched_.size() > 1) continue;  // the task that is on the way delivers this one too
    loop_.post([this, alive = std::weak_ptr<bool>(alive_)] {
      if (!alive.expired()) deliver();
    });
  }
}

void LaunchPool::deliver() {
  Jobs jobs;
  {
    const std::lock_guard lock(mutex_);
    jobs = std::exchange(launched_, {});
  }
  for (const std::shared_ptr<LaunchJob>& job : jobs) job->has_launched();
}

void LaunchPool::settle() {
  {
    std::unique_lock lock(mutex_);
    has_result_.wait(lock, [this] { return queued_.empty() && launching_ == 0; });
  }
  deliver();
}

bool LaunchPool::remove(Jobs& jobs, const LaunchJob& job) {
  const auto found = std::find_if(jobs.begin(), jobs.end(),
                                  [&](const auto& other) { return other.get() == &job; });
  if (found == jobs.end()) return false;
  jobs.erase(found);
  return true;
}

bool LaunchPool::withdraw(const LaunchJob& job) {
  if (remove(submitted_, job)) return false;
  std::unique_lock lock(mutex_);
  if (remove(queued_, job)) return false;
  has_result_.wait(lock, [&] { return remove(launched_, job); });
  return true;
}

}  // namespace ws
