#include "platform/signals.h"

#include <csignal>
#include <cstring>
#include <sys/prctl.h>
#include <sys/resource.h>
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
  const rlimit nothing{0, 0};
  ::setrlimit(RLIMIT_CORE, &nothing);
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);  // a core file that goes to a program knows no limit
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  ::sigaction(signal, &action, nullptr);
  sigset_t only;
  ::sigemptyset(&only);
  ::sigaddset(&only, signal);
  ::sigprocmask(SIG_UNBLOCK, &only, nullptr);
  ::raise(signal);
  ::_exit(128 + signal);
}

void stand_still() {
  struct sigaction action {};
  struct sigaction before {};
  action.sa_handler = SIG_DFL;
  ::sigaction(SIGTSTP, &action, &before);
  ::raise(SIGTSTP);
  ::sigaction(SIGTSTP, &before, nullptr);
}

SignalBlock::SignalBlock(const std::vector<int>& signals) {
  sigset_t blocked;
  ::sigemptyset(&blocked);
  for (const int signal : signals) ::sigaddset(&blocked, signal);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before_);
}

SignalBlock::~SignalBlock() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

}  // namespace ws
