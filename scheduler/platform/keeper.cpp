#include "platform/keeper.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <span>
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
#include "platform/process_stamp.h"

namespace ws {

namespace {

constexpr const char* kName = "ws-keeper";
constexpr int kLifeLine = 3;  // where the keeper has it; nothing stands behind

// Our own words in memory: the kernel puts the environment right behind them (execve(2)).
std::span<char> own_words() {
  constexpr std::ptrdiff_t kMost = 2L * 1024 * 1024;
  char* const begin = program_invocation_name;
  char* const end = environ[0];
  if (end == nullptr || end <= begin || end - begin > kMost) return {};
  return {begin, end};
}

// Others must not take it for the run: neither who kills every process of that name or command
// line, nor whoever looks for marked processes.
void change_looks(pid_t scheduler) {
  ::prctl(PR_SET_NAME, kName, 0, 0, 0);
  if (const std::span<char> words = own_words(); !words.empty()) {
    const std::string title = fmt::format("{} of {}", kName, scheduler);
    std::memset(words.data(), 0, words.size());
    std::memcpy(words.data(), title.data(), std::min(title.size(), words.size() - 1));
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

std::string program_of(const std::string& process) {
  std::string path(PATH_MAX, '\0');
  const ssize_t size = ::readlink(("/proc/" + process + "/exe").c_str(), path.data(), path.size());
  path.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return path;
}

}  // namespace

bool is_keeper(pid_t pid) {
  // Anybody may call himself so: only our own program is believed.
  if (read_process_file(pid, "comm", 64) != fmt::format("{}\n", kName)) return false;
  const std::string program = program_of(std::to_string(pid));
  return !program.empty() && program == program_of("self");
}

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

Keeper::~Keeper() { dismiss(); }

void Keeper::dismiss() {
  const pid_t pid = std::exchange(pid_, 0);
  if (pid == 0) return;
  // It has nothing to do, and killing does not depend on whether somebody stopped it. By
  // descriptor: if somebody killed it before, the sweep has reaped it and its number is free.
  const bool is_certain = process_.is_open();
  if (is_certain) {
    ::syscall(SYS_pidfd_send_signal, process_.get(), SIGKILL, nullptr, 0);
  } else {
    ::kill(pid, SIGKILL);
  }
  siginfo_t ignored{};
  while (::waitid(is_certain ? P_PIDFD : P_PID,
                  static_cast<id_t>(is_certain ? process_.get() : pid), &ignored, WEXITED) < 0 &&
         errno == EINTR) {
  }
}

}  // namespace ws
