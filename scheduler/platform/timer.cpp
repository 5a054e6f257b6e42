#include "platform/timer.h"

#include <cstdint>
#include <utility>

#include <boost/asio/steady_timer.hpp>

#include "platform/event_loop.h"

namespace ws {

struct Timer::Impl : std::enable_shared_from_this<Timer::Impl> {
  Impl(EventLoop& loop, std::function<void()> f) : timer(loop.io()), callback(std::move(f)) {}

  boost::asio::steady_timer timer;
  std::function<void()> callback;
  // asio may already have queued the handler of an expired wait when it is cancelled; the number
  // tells such a handler that it is stale.
  std::uint64_t generation = 0;
  bool is_armed = false;
};

Timer::Timer(EventLoop& loop, std::function<void()> callback)
    : impl_(std::make_shared<Impl>(loop, std::move(callback))) {}

Timer::~Timer() { cancel(); }

void Timer::arm(std::chrono::steady_clock::time_point when) {
  if (impl_->is_armed && impl_->timer.expiry() == when) return;
  const std::uint64_t generation = ++impl_->generation;
  impl_->is_armed = true;
  impl_->timer.expires_at(when);
  impl_->timer.async_wait(
      [weak = std::weak_ptr<Impl>(impl_), generation](const boost::system::error_code&) {
        const std::shared_ptr<Impl> self = weak.lock();
        if (!self || self->generation != generation || !self->is_armed) return;
        self->is_armed = false;
        self->callback();
      });
}

void Timer::cancel() {
  if (!impl_->is_armed) return;
  ++impl_->generation;
  impl_->is_armed = false;
  impl_->timer.cancel();
}

bool Timer::is_armed() const { return impl_->is_armed; }

}  // namespace ws
