// Ends everything that a dead scheduler left running: by the mark in the environment, by the
// process groups and orphans it wrote on its board, and all that descends from these.
//
// Knows nothing of pipes or of waiting for a death (keeper.cpp, the only caller).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "platform/keeper_board.h"

namespace ws {

struct DeadScheduler {
  std::string mark;               // one word of the value of kRunMark
  pid_t session = 0;              // its own: groups that it made are in the same one
  std::uint64_t death_ticks = 0;  // when it was seen to be dead
  std::vector<KeeperBoard::Entry> board;
};

// Kills (SIGKILL) until three looks in a row find nobody, at most ten seconds; every process of any
// user that we may look at and kill, never this one. Returns how many it killed.
std::size_t end_processes_of(const DeadScheduler& scheduler);

// Whether a value of kRunMark names that mark: words separated by ':'.
[[nodiscard]] bool has_mark(std::string_view value, std::string_view mark);

}  // namespace ws
