#include "platform/timer.h"

#include <cstdint>
#include <utility>

#include <boost/asio/steady_timer.hpp>

#include "platform/event_loop.h"

namespace ws {

struct Timer::Impl : std::enable_shared_from_this<Timer::Impl> {
  Impl(EventLoop& l, std::function<void()> f) : loop(l), timer(l.io()), callback(std::move(f)) {}

  void wait();

  EventLoop& loop;
  std::chrono::steady_clock::time_point due;  // by the loop's time
  boost::asio::steady_timer timer;
  std::function<void()> callback;
  // asio may already have queued the handler of an expired wait when it is cancelled; the number
  // tells such a handler that it is stale.
  std::uint64_t generation = 0;
  bool is_armed = false;
};

void Timer::Impl::wait() {
  timer.expires_at(due + loop.skipped());
  timer.async_wait(
      [weak = weak_from_this(), number = generation](const boost::system::error_code&) {
        const std::shared_ptr<Impl> self = weak.lock();
        if (!self || self->generation != number || !self->is_armed) return;
        // Armed before some time was skipped.
        if (self->loop.now() < self->due) return self->wait();
        self->is_armed = false;
        self->callback();
      });
}

Timer::Timer(EventLoop& loop, std::function<void()> callback)
    : impl_(std::make_shared<Impl>(loop, std::move(callback))) {}

Timer::~Timer() { cancel(); }

void Timer::arm(std::chrono::steady_clock::time_point when) {
  if (impl_->is_armed && impl_->due == when) return;
  ++impl_->generation;
  impl_->is_armed = true;
  impl_->due = when;
  impl_->wait();
}

void Timer::cancel() {
  if (!impl_->is_armed) return;
  ++impl_->generation;
  impl_->is_armed = false;
  impl_->timer.cancel();
}

bool Timer::is_armed() const { return impl_->is_armed; }

}  // namespace ws
