#include "platform/child_host.h"

#include <algorithm>
#include <csignal>
#include <ctime>
#include <fcntl.h>
#include <sys/wait.h>
#include <thread>
#include <utility>

#include "platform/child_host_impl.h"
#include "platform/event_loop.h"
#include "platform/keeper.h"
#include "platform/machine.h"

namespace ws {

namespace {

using namespace std::chrono_literals;

// The first byte of a megabyte pipe costs nothing, so one read may take all of it.
constexpr std::size_t kBufferSize = 1024 * 1024;
// A killed process is gone within a millisecond, unless it hangs in the kernel (a dead network
// mount). Then its end is told anyway: waiting longer helps nobody.
constexpr auto kShortestRetry = 500us;
constexpr auto kLongestRetry = 50ms;
constexpr auto kGiveUp = 5s;
// Costs the kernel some ten microseconds with a hundred steps; what it finds the keeper is told of.
constexpr auto kPeriod = 1s;
constexpr auto kPeriodWithoutList = 5s;
// The look for strays may take so much of the time of one processor; if it is longer, it is rarer.
constexpr int kStrayShare = 100;
constexpr auto kLastSweep = 2s;
// A nested run stops its own steps before itself.
constexpr auto kTimeToStop = 300ms;
// Whoever is told that a child runs writes it down, at the price of a record of its own. A child
// that ends sooner than this is told with its end; until then its parent-death signal guards it.
constexpr auto kLatestNews = 2ms;

bool has_stopped_or_ended(const std::pair<const pid_t, KeeperBoard::Slot>& entry) {
  const pid_t child = entry.first;
  siginfo_t info{};
  const int result =
      ::waitid(P_PID, static_cast<id_t>(child), &info, WSTOPPED | WEXITED | WNOHANG | WNOWAIT);
  return result < 0 || info.si_pid != 0;
}

// Of this thread: on a busy machine a short look may take long.
std::chrono::nanoseconds processor_time() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

HoldOptions hold_options(std::function<void(const std::string&)> on_shortage,
                         const OrphanSweep& sweep) {
  HoldOptions options;
  options.running = [&sweep] { return sweep.children().size(); };
  options.on_shortage = std::move(on_shortage);
  return options;
}

}  // namespace

ChildHost::Impl::Impl(EventLoop& event_loop, std::string mark, ChildHostOptions options)
    : loop(event_loop),
      dev_null(::open("/dev/null", O_RDONLY | O_CLOEXEC)),
      mark_variable(mark),
      sweep(std::move(mark), options.keeper),
      // Without the kernel's list the sweep could take a child for an orphan between its launch in
      // another thread and the news of it.
      launches(event_loop, sweep.is_cheap() ? options.launch_threads : 0),
      held(event_loop, hold_options(std::move(options.on_shortage), sweep)),
      buffer(kBufferSize),
      retry_wait_(kShortestRetry),
      news_(event_loop, [this] { is_news_due_ = true; }),
      retry_(event_loop, [this] { is_retry_due_ = true; }),
      periodic_(event_loop, [this] { look_again(); }) {
  if (options.keeper != nullptr && sweep.is_cheap()) strays_.emplace(options.keeper->board());
}

void ChildHost::Impl::has_started(std::shared_ptr<HostedChild> child) {
  started_.push_back(std::move(child));
  if (!news_.is_armed()) news_.arm(loop.now() + kLatestNews);
  if (!periodic_.is_armed()) arm_periodic();
}

void ChildHost::Impl::has_news(std::shared_ptr<HostedChild> child) {
  // Often called from a batch-end callback: the empty task makes sure that another batch follows.
  if (!is_news_due_) loop.post([] {});
  is_news_due_ = true;
  started_.push_back(std::move(child));
}

void ChildHost::Impl::has_ended(std::shared_ptr<HostedChild> child) {
  ended_.push_back({std::move(child), loop.now() + kGiveUp});
  held.has_room();
  is_retry_due_ = true;
}

void ChildHost::Impl::look_again() {
  sweep.look();
  look_for_strays();
  if (sweep.has_marks()) arm_periodic();
}

void ChildHost::Impl::look_for_strays() {
  if (!strays_ || loop.now() < next_strays_) return;
  const auto begin = processor_time();
  strays_->look(sweep.children());
  next_strays_ = loop.now() + (processor_time() - begin) * kStrayShare;
}

void ChildHost::Impl::arm_periodic() {
  periodic_.arm(loop.now() + (sweep.is_cheap() ? kPeriod : kPeriodWithoutList));
}

void ChildHost::Impl::settle() {
  if (is_news_due_ || is_retry_due_) {
    is_news_due_ = false;
    told_.swap(started_);
    for (const std::shared_ptr<HostedChild>& child : told_) child->tell_start();
    told_.clear();
  }
  if (is_retry_due_) settle_ended();
}

void ChildHost::Impl::settle_ended() {
  is_retry_due_ = false;
  // Looking through all of /proc for each end would cost more than the steps; then the group's
  // sweep stands alone, and orphans are found by the periodic look.
  bool is_look_wanted = sweep.is_cheap() || sweep.is_anything_dying();
  std::vector<bool> has_left;
  has_left.reserve(ended_.size());
  for (const Ended& ended : ended_) {
    has_left.push_back(ended.child->is_group_left());
    is_look_wanted = is_look_wanted || has_left.back();
  }
  if (is_look_wanted) sweep.look();

  const auto now = loop.now();
  std::vector<std::shared_ptr<HostedChild>> done;
  std::vector<Ended> waiting;
  for (std::size_t i = 0; i < ended_.size(); ++i) {
    Ended& ended = ended_[i];
    const bool is_waiting =
        (has_left[i] || sweep.is_dying(ended.child->mark())) && now < ended.give_up;
    if (is_waiting) {
      waiting.push_back(std::move(ended));
    } else {
      done.push_back(std::move(ended.child));
    }
  }
  ended_ = std::move(waiting);
  if (ended_.empty()) {
    retry_wait_ = kShortestRetry;
  } else {
    retry_.arm(now + retry_wait_);
    retry_wait_ = std::min<std::chrono::steady_clock::duration>(retry_wait_ * 2, kLongestRetry);
  }
  for (const std::shared_ptr<HostedChild>& child : done) child->tell_end();
}

unsigned default_launch_threads() { return std::min(usable_processors() - 1, 2U); }

ChildHost::ChildHost(EventLoop& loop, std::string mark_variable, ChildHostOptions options)
    : impl_(std::make_shared<Impl>(loop, std::move(mark_variable), std::move(options))) {
  loop.before_batch_end([weak = std::weak_ptr<Impl>(impl_)] {
    if (const std::shared_ptr<Impl> self = weak.lock()) self->settle();
  });
  loop.after_batch_end([weak = std::weak_ptr<Impl>(impl_)] {
    if (const std::shared_ptr<Impl> self = weak.lock()) self->launches.flush();
  });
}

ChildHost::~ChildHost() {
  const auto give_up = std::chrono::steady_clock::now() + kLastSweep;
  impl_->sweep.look();
  while (impl_->sweep.is_anything_dying() && std::chrono::steady_clock::now() < give_up) {
    std::this_thread::sleep_for(1ms);
    impl_->sweep.look();
  }
}

void ChildHost::freeze() {
  impl_->launches.settle();
  const auto& children = impl_->sweep.children();
  const auto signal_all = [&](int signal) {
    for (const auto& [child, slot] : children) ::kill(-child, signal);
  };
  signal_all(SIGTSTP);
  const auto give_up = std::chrono::steady_clock::now() + kTimeToStop;
  while (!std::all_of(children.begin(), children.end(), has_stopped_or_ended) &&
         std::chrono::steady_clock::now() < give_up)
    std::this_thread::sleep_for(1ms);
  signal_all(SIGSTOP);
}

void ChildHost::thaw() {
  for (const auto& [child, slot] : impl_->sweep.children()) ::kill(-child, SIGCONT);
}

}  // namespace ws
