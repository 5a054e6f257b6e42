// spawn_bench [COUNT]: microseconds per child that does nothing, by the ways there are to start
// one. Built in release only; not a test. Read the ratios: seconds do not travel between machines.
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

void report(const char* name, int count, const std::function<void()>& body) {
  const auto start = Clock::now();
  body();
  const std::chrono::duration<double, std::micro> spent = Clock::now() - start;
  fmt::print("{:<44}{:8.1f} us a child\n", name, spent.count() / count);
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

void with_the_loop(int count, int width, unsigned threads) {
  ws::EventLoop loop;
  const ws::EnvironmentBase base({{"PATH", "/usr/bin"}, {"HOME", "/"}});
  ws::ChildHost host(loop, "STEP_DIR", threads);
  Runner runner(loop, host, base, count);
  report(fmt::format("in the loop, {} at once, {} launch threads", width, threads).c_str(), count,
         [&] { runner.run(width); });
}

void measure(int count) {
  Words words;
  report("vfork + exec + wait (the kernel's limit)", count, [&] {
    for (int left = count; left > 0; --left) start_by_vfork(words);
  });
  report("posix_spawn + wait", count, [&] {
    for (int i = 0; i < count; ++i) {
      pid_t pid = 0;
      ::posix_spawn(&pid, kProgram.c_str(), nullptr, nullptr, words.argv.data(), words.envp.data());
      wait_for(pid);
    }
  });
  report("Launcher + wait", count, [&] {
    ws::Launcher launcher;
    ws::LaunchRequest request{
        kProgram.c_str(), words.argv.data(), words.envp.data(), nullptr, 0, 0, 0};
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    request.stdin_fd = request.stdout_fd = request.stderr_fd = null;
    for (int i = 0; i < count; ++i) {
      const ws::Launched launched = launcher.launch(request);
      wait_for(launched.pid);
    }
    ::close(null);
  });
  for (const unsigned threads : {0U, 1U, 2U, 3U})
    for (const int width : {1, 2, 4, 8}) with_the_loop(count, width, threads);
}

void measure_big_heap(int count) {
  constexpr std::size_t kHeap = 512UL * 1024 * 1024;
  std::vector<char> heap(kHeap, 1);
  fmt::print("\nwith {} MiB touched:\n", kHeap / 1024 / 1024);
  Words words;
  report("fork + exec + wait", count, [&] {
    for (int i = 0; i < count; ++i) {
      const pid_t pid = ::fork();
      if (pid == 0) {
        ::execve(kProgram.c_str(), words.argv.data(), words.envp.data());
        ::_exit(127);
      }
      wait_for(pid);
    }
  });
  with_the_loop(count, 4, 0);
  if (heap[kHeap / 2] != 1) std::abort();
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 5000;
  if (!ws::prepare_this_process()) return 1;
  measure(count);
  measure_big_heap(std::max(1, count / 50));
  return 0;
}
