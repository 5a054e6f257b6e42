#include "platform/keeper.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <string_view>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "platform/keeper_sweep.h"
#include "platform/machine.h"
#include "platform/process_environment.h"

namespace ws {

namespace {

constexpr const char* kName = "ws-keeper";
constexpr int kLifeLine = 3;  // where the keeper has it; nothing stands behind

// Beginning and end of our own words in memory: fields 48 and 49 of /proc/self/stat.
std::pair<std::uintptr_t, std::uintptr_t> own_words() {
  const std::string stat = read_process_file(::getpid(), "stat", 4096);
  std::size_t at = stat.rfind(')');
  for (int field = 2; field < 48 && at != std::string::npos; ++field) at = stat.find(' ', at + 1);
  if (at == std::string::npos) return {0, 0};
  char* next = nullptr;
  const std::uintptr_t begin = std::strtoull(stat.c_str() + at, &next, 10);
  return {begin, std::strtoull(next, nullptr, 10)};
}

// Others must not take it for the run: neither who kills every process of that name or command
// line, nor whoever looks for marked processes.
void change_looks(pid_t scheduler) {
  ::prctl(PR_SET_NAME, kName, 0, 0, 0);
  if (const auto [begin, end] = own_words(); begin < end) {
    char* const words = reinterpret_cast<char*>(begin);  // ours, and writable (proc(5), cmdline)
    const std::string title = fmt::format("{} of {}", kName, scheduler);
    std::memset(words, 0, end - begin);
    std::memcpy(words, title.data(), std::min(title.size(), end - begin - 1));
  }
  const std::string_view inherited = kRunMark;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    if (text.starts_with(inherited) || text.starts_with("STEP_DIR="))
      std::memset(*variable, '_', text.find('='));
  }
}

void let_go_of_everything(int life_line) {
  ::setsid();  // no terminal, no job, no signals of either
  sigset_t everything;
  ::sigfillset(&everything);
  ::sigprocmask(SIG_SETMASK, &everything, nullptr);
  if (::chdir("/") < 0) return;  // never: it is there
  ::dup2(life_line, kLifeLine);
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = 0; fd <= 2; ++fd) ::dup2(nothing, fd);
  ::syscall(SYS_close_range, kLifeLine + 1, ~0U, 0U);
}

void wait_for_the_end_of(int life_line) {
  char byte = 0;
  while (true) {
    const ssize_t n = ::read(life_line, &byte, 1);
    if (n == 0 || (n < 0 && errno != EINTR)) return;
  }
}

}  // namespace

Result<std::unique_ptr<Keeper>> Keeper::start() {
  std::unique_ptr<Keeper> keeper(new Keeper);
  const std::string own_mark = fmt::format("{:016x}", random_seed());
  const std::string around = environment_value(kRunMark).value_or("");
  keeper->marks_ = around.empty() ? own_mark : around + ":" + own_mark;
  if (::getpid() == 1) return keeper;

  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) < 0) return os_error("cannot make a pipe", errno);
  UniqueFd read_end(ends[0]);
  keeper->life_line_.reset(ends[1]);
  const pid_t session = ::getsid(0);
  const pid_t pid = ::fork();
  if (pid < 0) return os_error("cannot fork", errno);
  if (pid == 0) keeper->keep(std::move(read_end), own_mark, session);
  keeper->pid_ = pid;
  keeper->process_.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  return keeper;
}

void Keeper::keep(UniqueFd life_line, const std::string& own_mark, pid_t session) {
  const pid_t scheduler = ::getppid();
  life_line_.reset();
  let_go_of_everything(life_line.get());
  change_looks(scheduler);
  wait_for_the_end_of(kLifeLine);
  end_processes_of({own_mark, session, start_ticks_now(), board_.read()});
  ::_exit(0);
}

Keeper::~Keeper() {
  if (pid_ == 0) return;
  // It has nothing to do, and killing does not depend on whether somebody stopped it. By
  // descriptor: if somebody killed it before, the sweep has reaped it and its number is free.
  ::syscall(SYS_pidfd_send_signal, process_.get(), SIGKILL, nullptr, 0);
  siginfo_t ignored{};
  while (::waitid(P_PIDFD, static_cast<id_t>(process_.get()), &ignored, WEXITED) < 0 &&
         errno == EINTR) {
  }
}

}  // namespace ws
