// spawn_bench [COUNT]: microseconds per child that does nothing, by the ways there are to start
// one. Built in release only; not a test. Read the ratios: seconds do not travel between machines.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <functional>
#include <memory>
#include <spawn.h>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>

#include "platform/child_process.h"
#include "platform/event_loop.h"
#include "platform/launcher.h"
#include "platform/process_setup.h"

namespace {

using Clock = std::chrono::steady_clock;

const std::string kProgram = std::string(WORKSTREAM_BUILD_DIR) + "/tests/helpers/noop";

struct Words {
  std::vector<char*> argv{const_cast<char*>("noop"), nullptr};
  std::vector<char*> envp{nullptr};
};

struct Way {
  std::string name;
  std::function<void(int count)> run;
  std::vector<double> microseconds{};  // a child, one entry a round
};

// Interleaved, so that what else the machine does hits all of them; the lowest is the least
// disturbed.
void compare(std::vector<Way> ways, int count) {
  constexpr int kRounds = 11;
  for (int round = 0; round < kRounds; ++round) {
    for (Way& way : ways) {
      const auto start = Clock::now();
      way.run(count);
      const std::chrono::duration<double, std::micro> spent = Clock::now() - start;
      way.microseconds.push_back(spent.count() / count);
    }
  }
  fmt::print("{:<44}{:>10}{:>10}\n", "us a child", "lowest", "median");
  for (Way& way : ways) {
    std::sort(way.microseconds.begin(), way.microseconds.end());
    fmt::print("{:<44}{:>10.1f}{:>10.1f}\n", way.name, way.microseconds.front(),
               way.microseconds[kRounds / 2]);
  }
}

void wait_for(pid_t pid) {
  int status = 0;
  ::waitpid(pid, &status, 0);
}

// A function of its own: what vfork's child may do to the variables around it is not defined.
void start_by_vfork(Words& words) {
  const pid_t pid = ::vfork();  // NOLINT: what is measured
  if (pid == 0) {
    ::execve(kProgram.c_str(), words.argv.data(), words.envp.data());
    ::_exit(127);
  }
  wait_for(pid);
}

// Keeps `width` children running until `count` have ended.
class Runner {
 public:
  Runner(ws::EventLoop& loop, ws::ChildHost& host, const ws::EnvironmentBase& base, int count)
      : loop_(loop), host_(host), base_(base), left_to_start_(count), left_to_end_(count) {
    loop.on_batch_end([this] { turn(); });
  }
  void run(int width) {
    slots_.resize(static_cast<std::size_t>(width));
    for (auto& slot : slots_) slot = std::make_unique<Slot>(*this);
    loop_.run();
  }

 private:
  struct Slot final : ws::ChildListener {
    explicit Slot(Runner& r) : runner(r) {}
    void child_running(const ws::ProcessStamp&) override {}
    void child_output(std::string_view) override {}
    void child_ended(const ws::ChildEnd&) override {
      child.reset();
      if (--runner.left_to_end_ == 0) runner.loop_.stop();
    }
    void child_not_started(const ws::Error& error) override {
      fmt::print(stderr, "{}\n", error.message);
      std::exit(1);
    }
    Runner& runner;
    std::unique_ptr<ws::ChildProcess> child;
  };
  void turn() {
    for (auto& slot : slots_) {
      if (slot->child || left_to_start_ == 0) continue;
      --left_to_start_;
      ws::EnvironmentBlock environment(base_);
      environment.set("STEP_DIR", std::to_string(left_to_start_));
      slot->child = std::make_unique<ws::ChildProcess>(
          host_, ws::ChildSpec{kProgram, {"noop"}, std::move(environment), {}, {}, {}}, *slot);
    }
  }

  ws::EventLoop& loop_;
  ws::ChildHost& host_;
  const ws::EnvironmentBase& base_;
  int left_to_start_;
  int left_to_end_;
  std::vector<std::unique_ptr<Slot>> slots_;
};

Way in_the_loop(int width, unsigned threads) {
  return {fmt::format("in the loop, {} at once, {} launch threads", width, threads),
          [=](int count) {
            ws::EventLoop loop;
            const ws::EnvironmentBase base({{"PATH", "/usr/bin"}, {"HOME", "/"}});
            ws::ChildHost host(loop, "STEP_DIR", {.launch_threads = threads});
            Runner runner(loop, host, base, count);
            runner.run(width);
          }};
}

void start_by_fork(Words& words) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::execve(kProgram.c_str(), words.argv.data(), words.envp.data());
    ::_exit(127);
  }
  wait_for(pid);
}

void start_by_posix_spawn(Words& words) {
  pid_t pid = 0;
  ::posix_spawn(&pid, kProgram.c_str(), nullptr, nullptr, words.argv.data(), words.envp.data());
  wait_for(pid);
}

void start_by_launcher(Words& words, int count) {
  ws::Launcher launcher;
  const ws::UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const ws::LaunchRequest request{kProgram.c_str(), words.argv.data(), words.envp.data(), nullptr,
                                  null.get(),       null.get(),        null.get()};
  for (int i = 0; i < count; ++i) wait_for(launcher.launch(request).pid);
}

void repeat(int count, const std::function<void()>& body) {
  for (int i = 0; i < count; ++i) body();
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 500;
  if (!ws::prepare_this_process()) return 1;
  Words words;
  std::vector<Way> ways = {
      {"vfork + exec + wait (the kernel's limit)",
       [&](int n) { repeat(n, [&] { start_by_vfork(words); }); }},
      {"posix_spawn + wait", [&](int n) { repeat(n, [&] { start_by_posix_spawn(words); }); }},
      {"Launcher + wait", [&](int n) { start_by_launcher(words, n); }}};
  for (const int width : {1, 2, 4, 8})
    for (const unsigned threads : {0U, 1U, 2U}) ways.push_back(in_the_loop(width, threads));
  compare(std::move(ways), count);

  constexpr std::size_t kHeap = 512UL * 1024 * 1024;
  const std::vector<char> heap(kHeap, 1);
  fmt::print("\nwith {} MiB touched\n", kHeap / 1024 / 1024);
  compare({{"fork + exec + wait", [&](int n) { repeat(n, [&] { start_by_fork(words); }); }},
           in_the_loop(4, 0)},
          std::max(1, count / 50));
  return heap[kHeap / 2] == 1 ? 0 : 1;
}
