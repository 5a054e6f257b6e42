// Real processes with a mark in their environment: which of them are ended.
#include "platform/leftovers.h"

#include <csignal>
#include <filesystem>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ws;

namespace {

// `sleep 600` with one environment variable; dead at the end of the test.
class Sleeper {
 public:
  explicit Sleeper(std::string variable) {
    char* const argv[] = {const_cast<char*>("sleep"), const_cast<char*>("600"), nullptr};
    char* const envp[] = {variable.data(), nullptr};
    REQUIRE(::posix_spawn(&pid_, "/bin/sleep", nullptr, nullptr, argv, envp) == 0);
  }
  ~Sleeper() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  // The signal that ended it; 0: it runs.
  int ended_by() {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) != pid_) return 0;
    pid_ = -1;
    return WTERMSIG(status);
  }

 private:
  pid_t pid_ = -1;
};

}  // namespace

TEST_CASE("what is marked with a path inside a directory is ended, and nothing else") {
  const test::TempDir dir;
  const std::string root = dir.path().string();
  std::filesystem::create_directories(root + "/runs/one");
  std::filesystem::create_directory_symlink(root + "/runs", root + "/link");
  Sleeper inside("WS_LEFT=" + root + "/runs/one/steps/a/1");
  Sleeper through_link("WS_LEFT=" + root + "/link/one/steps/b/1");
  Sleeper roundabout("WS_LEFT=" + root + "/runs/two/../one");
  Sleeper second("WS_LEFT=" + root + "/runs/two/steps/a/1");
  Sleeper longer_name("WS_LEFT=" + root + "/runs/one-more/steps/a/1");
  Sleeper above("WS_LEFT=" + root + "/runs");
  Sleeper relative("WS_LEFT=runs/one/steps/a/1");
  Sleeper other_variable("XWS_LEFT=" + root + "/runs/one/steps/a/1");

  const auto ended = end_leftovers("WS_LEFT", {root + "/runs/one", root + "/runs/two"});
  CHECK(ended == std::vector<std::size_t>{3, 1});
  CHECK(inside.ended_by() == SIGKILL);
  CHECK(through_link.ended_by() == SIGKILL);
  CHECK(roundabout.ended_by() == SIGKILL);
  CHECK(second.ended_by() == SIGKILL);
  CHECK(longer_name.ended_by() == 0);
  CHECK(above.ended_by() == 0);
  CHECK(relative.ended_by() == 0);
  CHECK(other_variable.ended_by() == 0);
  CHECK(end_leftovers("WS_LEFT", {root + "/runs/one"}) == std::vector<std::size_t>{0});
  Sleeper helper("WS_LEFT=" + root + "/runs/one/steps/a/1");
  CHECK(end_leftovers("WS_LEFT", {root + "/runs/one"}, helper.pid()) ==
        std::vector<std::size_t>{0});
  CHECK(helper.ended_by() == 0);
}
