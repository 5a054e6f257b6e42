// Writes on the keeper's board who left the process group of a living child of ours: of those the
// keeper may not learn when this process is killed, because the child dies with it and with the
// child the descent (parent-death signal), and an environment can be cleared.
//
// Looks at descendants of living children; who lost its parent is ours already (orphan_sweep.h).
// Kills nobody. Knows no event loop: child_host.cpp decides when to look.
#pragma once

#include <cstddef>
#include <sys/types.h>
#include <unordered_map>
#include <vector>

#include "platform/keeper_board.h"

namespace ws {

class StrayWatch {
 public:
  // One look passes about so many processes, so that a swarm does not hold the loop; the next one
  // begins behind the child of which it was a part.
  static constexpr std::size_t kMostInALook = 4096;

  explicit StrayWatch(KeeperBoard& board, std::size_t most_in_a_look = kMostInALook)
      : board_(board), most_in_a_look_(most_in_a_look) {}

  // `leaders`: children of ours, each the leader of a group, that nobody else reaps. Needs the
  // kernel's lists of children (CONFIG_PROC_CHILDREN).
  void look(const std::unordered_map<pid_t, KeeperBoard::Slot>& leaders);

 private:
  struct Stray {
    ProcessStamp stamp;
    KeeperBoard::Slot slot = KeeperBoard::kNoSlot;
  };
  void forget_the_dead();
  // False: it was enough for this look.
  bool walk(pid_t leader);
  void write_down(pid_t pid);

  KeeperBoard& board_;
  std::size_t most_in_a_look_;
  std::unordered_map<pid_t, Stray> strays_;
  pid_t first_ = 0;  // the leader to begin with, or the next one
  std::size_t passed_ = 0;
  std::vector<pid_t> leaders_, open_, children_;  // kept for their memory
};

}  // namespace ws
