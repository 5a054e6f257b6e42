#include "platform/event_loop.h"

#include <atomic>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "platform/timer.h"

namespace ws {

namespace {

// A child that writes without end keeps its descriptor ready for ever; the batch must end anyway.
constexpr int kMostHandlersInBatch = 512;

}  // namespace

struct EventLoop::Impl {
  boost::asio::io_context io{1};  // one thread runs it; others may post
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard{io.get_executor()};
  using Callbacks = std::vector<std::function<void()>>;
  Callbacks before_batch_ends;
  Callbacks batch_ends;
  Callbacks after_batch_ends;
  std::atomic<bool> is_stopped{false};
  std::chrono::steady_clock::duration skipped{};
  std::unique_ptr<Timer> wake;  // last: it lives in io

  static void call(const Callbacks& callbacks) {
    // By index: a callback may add another.
    for (std::size_t i = 0; i < callbacks.size(); ++i) callbacks[i]();
  }
  void end_batch() const {
    call(before_batch_ends);
    call(batch_ends);
    call(after_batch_ends);
  }
};

EventLoop::EventLoop() : impl_(std::make_unique<Impl>()) {
  impl_->wake = std::make_unique<Timer>(*this, [] {});
}

EventLoop::~EventLoop() = default;

void EventLoop::run() {
  impl_->end_batch();
  while (!impl_->is_stopped.load(std::memory_order_relaxed)) {
    impl_->io.run_one();
    for (int i = 1; i < kMostHandlersInBatch && impl_->io.poll_one() > 0; ++i) {
    }
    impl_->end_batch();
  }
  impl_->is_stopped.store(false, std::memory_order_relaxed);
}

void EventLoop::stop() {
  impl_->is_stopped.store(true, std::memory_order_relaxed);
  // io_context::stop() would need a restart and drops nothing we want to keep: an empty task is
  // enough to end the wait.
  boost::asio::post(impl_->io, [] {});
}

void EventLoop::post(std::function<void()> task) { boost::asio::post(impl_->io, std::move(task)); }

void EventLoop::on_batch_end(std::function<void()> callback) {
  impl_->batch_ends.push_back(std::move(callback));
}

void EventLoop::before_batch_end(std::function<void()> callback) {
  impl_->before_batch_ends.push_back(std::move(callback));
}

void EventLoop::after_batch_end(std::function<void()> callback) {
  impl_->after_batch_ends.push_back(std::move(callback));
}

std::chrono::steady_clock::time_point EventLoop::now() const {
  return std::chrono::steady_clock::now() - impl_->skipped;
}

void EventLoop::skip(std::chrono::steady_clock::duration time) { impl_->skipped += time; }

std::chrono::steady_clock::duration EventLoop::skipped() const { return impl_->skipped; }

void EventLoop::poll() {
  while (impl_->io.poll_one() > 0) {
  }
}

void EventLoop::wake_at(std::chrono::steady_clock::time_point when) { impl_->wake->arm(when); }
void EventLoop::cancel_wake() { impl_->wake->cancel(); }

boost::asio::io_context& EventLoop::io() { return impl_->io; }

}  // namespace ws
