// Strays, made directly: a leader of ours that starts others, in its group and out of it.
#include "platform/stray_watch.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "support/catch.h"

using namespace ws;

namespace {

enum Role { kInside, kOutside, kBelow, kInsideOfThread, kOutsideOfThread, kRoles };
struct News {
  Role role;
  pid_t pid;
};

// A leader of a group, with two children in it (one of them of another thread) and two in sessions
// of their own (likewise), one of which has another child. They end with the test.
class Family {
 public:
  Family() {
    REQUIRE(::pipe(ends_) == 0);
    leader_ = ::fork();
    if (leader_ == 0) lead();
    for (int i = 0; i < kRoles; ++i) {
      News news{};
      REQUIRE(::read(ends_[0], &news, sizeof news) == static_cast<ssize_t>(sizeof news));
      pids_[news.role] = news.pid;
    }
  }
  ~Family() {
    for (const pid_t pid : pids_) ::kill(pid, SIGKILL);
    ::kill(leader_, SIGKILL);
    ::waitpid(leader_, nullptr, 0);
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  Family(const Family&) = delete;
  Family& operator=(const Family&) = delete;

  [[nodiscard]] pid_t of(Role role) const { return pids_[role]; }
  [[nodiscard]] std::unordered_map<pid_t, KeeperBoard::Slot> leaders() const {
    return {{leader_, KeeperBoard::kNoSlot}};
  }

 private:
  [[noreturn]] static void wait_for_the_end() {
    while (true) ::pause();
  }
  void tell(Role role) const {
    const News news{role, ::getpid()};
    if (::write(ends_[1], &news, sizeof news) < 0) ::_exit(1);
  }
  void start_inside(Role role) const {
    if (::fork() != 0) return;
    tell(role);
    wait_for_the_end();
  }
  void start_outside(Role role) const {
    if (::fork() != 0) return;
    ::setsid();
    if (role == kOutside) start_inside(kBelow);  // in its group
    tell(role);
    wait_for_the_end();
  }
  [[noreturn]] void lead() const {
    ::setpgid(0, 0);
    start_inside(kInside);
    start_outside(kOutside);
    std::thread([this] {
      start_inside(kInsideOfThread);
      start_outside(kOutsideOfThread);
      wait_for_the_end();
    }).join();
    ::_exit(0);
  }

  int ends_[2] = {};
  pid_t leader_ = 0;
  pid_t pids_[kRoles] = {};
};

std::vector<pid_t> on(const KeeperBoard& board) {
  std::vector<pid_t> pids;
  for (const KeeperBoard::Entry& entry : board.read()) {
    CHECK(entry.kind == KeeperBoard::Kind::lone_process);
    CHECK(is_same_process_alive(entry.stamp));
    pids.push_back(static_cast<pid_t>(entry.stamp.pid));
  }
  std::sort(pids.begin(), pids.end());
  return pids;
}

std::vector<pid_t> sorted(std::vector<pid_t> pids) {
  std::sort(pids.begin(), pids.end());
  return pids;
}

}  // namespace

TEST_CASE("who left the group of a living child stands on the board, whichever thread started it") {
  const Family family;
  KeeperBoard board;
  StrayWatch watch(board);
  watch.look(family.leaders());
  const std::vector<pid_t> strays =
      sorted({family.of(kOutside), family.of(kBelow), family.of(kOutsideOfThread)});
  CHECK(on(board) == strays);
  watch.look(family.leaders());
  CHECK(on(board) == strays);
  // Without its leader it is still there: whoever has it now knows, or will know, its new parent.
  watch.look({});
  CHECK(on(board) == strays);
}

TEST_CASE("who is dead does not stay on the board") {
  const Family family;
  KeeperBoard board;
  StrayWatch watch(board);
  watch.look(family.leaders());
  const auto stamp = stamp_of(family.of(kOutsideOfThread));
  REQUIRE(stamp.has_value());
  ::kill(family.of(kOutsideOfThread), SIGKILL);
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (is_same_process_alive(*stamp) && std::chrono::steady_clock::now() < give_up)
    std::this_thread::yield();
  watch.look(family.leaders());
  CHECK(on(board) == sorted({family.of(kOutside), family.of(kBelow)}));
}

TEST_CASE("a look that is long enough goes on where it stopped") {
  const Family one;
  const Family two;
  auto leaders = one.leaders();
  leaders.merge(two.leaders());
  KeeperBoard board;
  StrayWatch watch(board, 5);  // the members of a family
  watch.look(leaders);
  CHECK(board.read().size() == 3);
  watch.look(leaders);
  CHECK(board.read().size() == 6);
}
