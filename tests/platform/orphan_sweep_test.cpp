// Orphans, made directly: children of ours that nobody announced.
#include "platform/orphan_sweep.h"

#include <chrono>
#include <csignal>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "platform/keeper.h"
#include "platform/process_environment.h"
#include "platform/process_setup.h"
#include "support/catch.h"

using namespace std::chrono_literals;
using namespace ws;

TEST_CASE("the mark of an orphan that has none yet is read again") {
  REQUIRE(prepare_this_process().has_value());
  OrphanSweep sweep("TEST_MARK");
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  // Starts with an empty environment and, when told, goes on as a program with a mark.
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_adddup2(&files, ends[0], 0);
  char* const argv[] = {const_cast<char*>("sh"), const_cast<char*>("-c"),
                        const_cast<char*>("read go; TEST_MARK=ended exec /bin/sleep 600"), nullptr};
  char* const envp[] = {nullptr};
  pid_t orphan = 0;
  REQUIRE(::posix_spawn(&orphan, "/bin/sh", &files, nullptr, argv, envp) == 0);
  ::posix_spawn_file_actions_destroy(&files);

  const std::string running = "running";
  sweep.add_mark(running);
  sweep.look();
  CHECK_FALSE(sweep.is_anything_dying());  // somebody's, perhaps the running child's

  REQUIRE(::write(ends[1], "\n", 1) == 1);
  const auto give_up = std::chrono::steady_clock::now() + 30s;
  while (environment_value_of(orphan, "TEST_MARK") != "ended" &&
         std::chrono::steady_clock::now() < give_up)
    std::this_thread::yield();
  sweep.look();
  CHECK(sweep.is_dying("ended"));
  while (sweep.is_anything_dying() && std::chrono::steady_clock::now() < give_up) sweep.look();
  CHECK(::kill(orphan, 0) < 0);
  ::kill(orphan, SIGKILL);
  ::waitpid(orphan, nullptr, WNOHANG);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_CASE("the keeper is told of an orphan that shows a mark: it may still go on without") {
  REQUIRE(prepare_this_process().has_value());
  const auto keeper = Keeper::start();
  REQUIRE(keeper.has_value());
  OrphanSweep sweep("TEST_MARK", keeper->get());
  char* const argv[] = {const_cast<char*>("sleep"), const_cast<char*>("600"), nullptr};
  char* const envp[] = {const_cast<char*>("TEST_MARK=running"), nullptr};
  pid_t orphan = 0;
  REQUIRE(::posix_spawn(&orphan, "/bin/sleep", nullptr, nullptr, argv, envp) == 0);
  const std::string running = "running";
  sweep.add_mark(running);
  sweep.look();
  CHECK_FALSE(sweep.is_anything_dying());
  const auto board = (*keeper)->board().read();
  REQUIRE(board.size() == 1);
  CHECK(board[0].kind == KeeperBoard::Kind::lone_process);
  CHECK(board[0].stamp.pid == orphan);

  sweep.remove_mark(running);
  const auto give_up = std::chrono::steady_clock::now() + 30s;
  do sweep.look();
  while (sweep.is_anything_dying() && std::chrono::steady_clock::now() < give_up);
  CHECK((*keeper)->board().read().empty());
  CHECK(::kill(orphan, 0) < 0);
}

TEST_CASE("a child that was there before is reaped and never killed") {
  REQUIRE(prepare_this_process().has_value());
  char* const argv[] = {const_cast<char*>("sleep"), const_cast<char*>("600"), nullptr};
  char* const envp[] = {nullptr};
  pid_t stranger = 0;
  REQUIRE(::posix_spawn(&stranger, "/bin/sleep", nullptr, nullptr, argv, envp) == 0);
  OrphanSweep sweep("TEST_MARK");
  sweep.look();
  CHECK_FALSE(sweep.is_anything_dying());
  CHECK(::kill(stranger, 0) == 0);

  ::kill(stranger, SIGKILL);
  const auto give_up = std::chrono::steady_clock::now() + 30s;
  while (::kill(stranger, 0) == 0 && std::chrono::steady_clock::now() < give_up) sweep.look();
  CHECK(::kill(stranger, 0) < 0);
}
