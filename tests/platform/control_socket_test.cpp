// A program that is spoken to: answers, long paths, strangers' silence, and what a dead one left.
#include "platform/control_socket.h"

#include <cerrno>
#include <chrono>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "platform/directory.h"
#include "platform/event_loop.h"
#include "platform/files.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ws;
using namespace std::chrono_literals;

namespace {

// Speaks from a thread of its own while the loop runs here.
Result<std::string> ask_meanwhile(EventLoop& loop, const std::string& directory,
                                  std::string_view message,
                                  std::chrono::milliseconds patience = 30s) {
  std::optional<Result<std::string>> answer;
  std::thread speaker([&] {
    answer.emplace(ask_at(directory, "control", message, patience));
    loop.stop();
  });
  loop.run();
  speaker.join();
  return *answer;
}

ControlSocket::Listener echo() {
  return [](std::string_view message, const ControlSocket::Reply& reply) {
    reply(std::string(message) + "!");
  };
}

}  // namespace

TEST_CASE("a message is answered, however long the path is") {
  const test::TempDir temp;
  std::string directory = temp.path().string();
  for (int i = 0; i < 12; ++i) directory += "/a directory with a \"long\" name";
  REQUIRE(directory.size() > sizeof(sockaddr_un::sun_path));
  REQUIRE(make_directories(directory).has_value());
  EventLoop loop;
  const auto socket = ControlSocket::listen(loop, directory, "control", echo());
  REQUIRE(socket.has_value());
  for (int i = 0; i < 3; ++i) {
    const auto answer = ask_meanwhile(loop, directory, "hello");
    REQUIRE(answer.has_value());
    CHECK(*answer == "hello!");
  }
}

TEST_CASE("the socket is its owner's alone, and goes with the listener") {
  const test::TempDir temp;
  EventLoop loop;
  const std::string path = temp.path().string() + "/control";
  {
    const auto socket = ControlSocket::listen(loop, temp.path().string(), "control", echo());
    REQUIRE(socket.has_value());
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK(S_ISSOCK(status.st_mode));
    CHECK((status.st_mode & 0777U) == 0600U);
  }
  struct stat status {};
  CHECK(::stat(path.c_str(), &status) != 0);
  CHECK(ask_at(temp.path().string(), "control", "hello", 1s).error().os_error == ENOENT);
}

TEST_CASE("a dead listener's socket says that nobody listens, and is in nobody's way") {
  const test::TempDir temp;
  // As after a SIGKILL: bound, and its owner gone.
  const int dead = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = temp.path().string() + "/control";
  REQUIRE(path.copy(address.sun_path, sizeof address.sun_path - 1) == path.size());
  REQUIRE(::bind(dead, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  ::close(dead);
  CHECK(ask_at(temp.path().string(), "control", "hello", 1s).error().os_error == ECONNREFUSED);
  EventLoop loop;
  const auto socket = ControlSocket::listen(loop, temp.path().string(), "control", echo());
  REQUIRE(socket.has_value());
  CHECK(*ask_meanwhile(loop, temp.path().string(), "hello") == "hello!");
}

TEST_CASE("who says nothing keeps nobody out") {
  const test::TempDir temp;
  EventLoop loop;
  const auto socket = ControlSocket::listen(loop, temp.path().string(), "control", echo());
  REQUIRE(socket.has_value());
  std::vector<int> silent;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = temp.path().string() + "/control";
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  for (int i = 0; i < 8; ++i) {
    silent.push_back(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    REQUIRE(::connect(silent.back(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  }
  CHECK(*ask_meanwhile(loop, temp.path().string(), "hello") == "hello!");
  for (const int fd : silent) ::close(fd);
}

TEST_CASE("what was heard and not answered is told apart from what nobody heard") {
  const test::TempDir temp;
  EventLoop loop;
  std::vector<ControlSocket::Reply> kept;
  const auto socket = ControlSocket::listen(
      loop, temp.path().string(), "control",
      [&](std::string_view, const ControlSocket::Reply& reply) { kept.push_back(reply); });
  REQUIRE(socket.has_value());
  int error = 0;
  while (kept.empty())  // a slow machine has not heard it in time: it never will
    error = ask_meanwhile(loop, temp.path().string(), "hello", 20ms).error().os_error;
  CHECK(error == EINPROGRESS);
  // Too late is no error.
  REQUIRE(kept.size() == 1);
  kept.front()("here I am");
}

TEST_CASE("nobody acts on what its speaker has given up") {
  const test::TempDir temp;
  EventLoop loop;
  std::vector<std::string> heard;
  const auto socket =
      ControlSocket::listen(loop, temp.path().string(), "control",
                            [&](std::string_view message, const ControlSocket::Reply& reply) {
                              heard.emplace_back(message);
                              reply("yes");
                            });
  REQUIRE(socket.has_value());
  // The loop stands still meanwhile.
  CHECK(ask_at(temp.path().string(), "control", "early", 10ms).error().os_error == ETIMEDOUT);
  CHECK(*ask_meanwhile(loop, temp.path().string(), "late") == "yes");
  CHECK(heard == std::vector<std::string>{"late"});
}
