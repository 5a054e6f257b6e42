#include "platform/signals.h"

#include <csignal>
#include <cstring>
#include <unistd.h>
#include <utility>

#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>

#include "platform/event_loop.h"

namespace ws {

struct SignalWatch::Impl : std::enable_shared_from_this<SignalWatch::Impl> {
  Impl(EventLoop& loop, std::function<void(int)> f) : set(loop.io()), callback(std::move(f)) {}

  void wait() {
    set.async_wait([weak = weak_from_this()](const boost::system::error_code& problem, int signal) {
      const std::shared_ptr<Impl> self = weak.lock();
      if (!self || problem) return;
      self->wait();
      self->callback(signal);
    });
  }

  boost::asio::signal_set set;
  std::function<void(int)> callback;
};

SignalWatch::SignalWatch(EventLoop& loop, std::vector<int> signals,
                         std::function<void(int signal)> callback)
    : impl_(std::make_shared<Impl>(loop, std::move(callback))) {
  for (const int signal : signals) {
    struct sigaction current {};
    if (::sigaction(signal, nullptr, &current) == 0 && current.sa_handler == SIG_IGN) continue;
    boost::system::error_code ignored;  // only for numbers that are no signals
    impl_->set.add(signal, ignored);
  }
  impl_->wait();
}

SignalWatch::~SignalWatch() = default;

std::string signal_name(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name != nullptr ? fmt::format("SIG{}", name) : fmt::format("signal {}", signal);
}

void die_by_signal(int signal) {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  ::sigaction(signal, &action, nullptr);
  sigset_t only;
  ::sigemptyset(&only);
  ::sigaddset(&only, signal);
  ::sigprocmask(SIG_UNBLOCK, &only, nullptr);
  ::raise(signal);
  ::_exit(128 + signal);  // its default action was to be ignored
}

}  // namespace ws
