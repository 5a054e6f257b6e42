// Facts of the machine, and stamps of processes.
#include "platform/machine.h"

#include <cstdlib>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/process_stamp.h"
#include "support/catch.h"

using namespace ws;

TEST_CASE("processors are what quota and affinity leave") {
  CHECK(usable_processors() >= 1);
  CHECK(processors_of_quota("max 100000") == std::nullopt);
  CHECK(processors_of_quota("-1 100000") == std::nullopt);
  CHECK(processors_of_quota("") == std::nullopt);
  CHECK(processors_of_quota("50000 100000") == 1U);
  CHECK(processors_of_quota("150000 100000") == 2U);
  CHECK(processors_of_quota("200000 100000") == 2U);
}

TEST_CASE("environment and directories") {
  CHECK(environment_value("WORKSTREAM_NOT_SET") == std::nullopt);
  CHECK(environment_value("PATH").has_value());
  bool has_path = false;
  for (const auto& [name, value] : own_environment())
    has_path = has_path || (name == "PATH" && value == *environment_value("PATH"));
  CHECK(has_path);
  CHECK(current_directory().value().starts_with('/'));
  CHECK_FALSE(host_name().empty());
  CHECK(random_seed() != random_seed());
}

TEST_CASE("a process is recognised by pid and start time") {
  const ProcessStamp self = own_stamp();
  CHECK(self.pid == ::getpid());
  CHECK(is_same_process_alive(self));
  CHECK_FALSE(is_same_process_alive({self.pid, self.start_ticks + 1}));
  CHECK_FALSE(is_same_process_alive({0, 0}));
  CHECK_FALSE(boot_id().empty());

  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  siginfo_t info{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT) == 0);
  const auto zombie = stamp_of(child);
  REQUIRE(zombie.has_value());
  CHECK_FALSE(is_same_process_alive(*zombie));
  ::waitpid(child, nullptr, 0);
  CHECK(stamp_of(child).has_error());
}
