#include "platform/held_launches.h"

#include <algorithm>
#include <cerrno>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "platform/event_loop.h"

namespace ws {

namespace {

using namespace std::chrono_literals;

constexpr Duration kShortestWait = 10ms;
constexpr Duration kLongestWait = 1s;
// Going back to the limit is paid by steps that cannot fork, so it is not hurried.
constexpr std::size_t kEndsForMore = 8;

// The limit that was probably hit: root is not bound by the one of processes (getrlimit(2)).
std::string process_limit() {
  rlimit limit{};
  if (::geteuid() != 0 && ::getrlimit(RLIMIT_NPROC, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    return fmt::format("ulimit -u: {}", limit.rlim_cur);
  return "the limit of the control group or of the machine";
}

std::string shortage(int errnum) {
  rlimit limit{};
  switch (errnum) {
    case EAGAIN:
      return fmt::format("out of processes ({})", process_limit());
    case EMFILE:
      ::getrlimit(RLIMIT_NOFILE, &limit);
      return fmt::format("out of open files (ulimit -n: {})", limit.rlim_cur);
    case ENFILE:
      return "out of open files (the limit of the machine)";
    default:
      return "out of memory";
  }
}

}  // namespace

HeldLaunches::HeldLaunches(EventLoop& loop, HoldOptions options)
    : loop_(loop),
      options_(std::move(options)),
      wait_(kShortestWait),
      timer_(loop, [this] { try_next(); }) {}

bool HeldLaunches::is_shortage(int errnum) {
  return errnum == EAGAIN || errnum == ENOMEM || errnum == EMFILE || errnum == ENFILE;
}

void HeldLaunches::hold(std::shared_ptr<HeldLaunch> child, const Error& why) {
  const bool is_first = !is_anyone_waiting();
  const bool is_retry = child == trying_;
  const bool is_new_shortage = is_retry || (is_first && !is_full());
  why_ = why;
  tell(why);
  if (is_new_shortage) {
    most_ = std::max<std::size_t>(options_.running() / 2, 1);
    ends_ = 0;
  }
  if (is_retry) {
    trying_.reset();
    if (is_patience_over()) {
      child->give_up(why);
      wait_ = kShortestWait;
      timer_.arm(loop_.now());
      return;
    }
    wait_ = std::min(wait_ * 2, kLongestWait);
    line_.push_front(std::move(child));
  } else {
    line_.push_back(std::move(child));
  }
  if (is_first || is_retry) timer_.arm(loop_.now() + wait_);
}

bool HeldLaunches::is_patience_over() {
  if (options_.running() > 0) {
    idle_since_.reset();
    return false;
  }
  if (!idle_since_) idle_since_ = loop_.now();
  return loop_.now() - *idle_since_ >= options_.patience;
}

void HeldLaunches::has_settled(const HeldLaunch& child) {
  if (trying_.get() != &child) return;
  trying_.reset();
  idle_since_.reset();
  wait_ = kShortestWait;
  if (!line_.empty()) timer_.arm(loop_.now());
}

bool HeldLaunches::remove(const HeldLaunch& child) {
  const auto found = std::find_if(line_.begin(), line_.end(),
                                  [&](const auto& other) { return other.get() == &child; });
  if (found == line_.end()) return false;
  line_.erase(found);
  return true;
}

bool HeldLaunches::is_full() const { return most_ != kUnlimited && options_.running() >= most_; }

void HeldLaunches::has_room() {
  if (most_ != kUnlimited && ++ends_ >= kEndsForMore * most_) {
    ++most_;
    ends_ = 0;
  }
  if (!line_.empty() && !trying_) timer_.arm(loop_.now());
}

void HeldLaunches::try_next() {
  if (trying_ || line_.empty() || is_full()) return;  // the next end comes here again
  trying_ = std::move(line_.front());
  line_.pop_front();
  const std::shared_ptr<HeldLaunch> child = trying_;  // hold() may come from inside
  child->try_again();
}

void HeldLaunches::tell(const Error& why) {
  if (!options_.on_shortage || !told_.insert(why.os_error).second) return;
  options_.on_shortage(
      fmt::format("{}: holding back, {} running", shortage(why.os_error), options_.running()));
}

}  // namespace ws
