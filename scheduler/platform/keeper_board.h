// What the keeper (keeper.h) reads when this process is dead: memory that both share, in which the
// processes stand that nothing else would tell it of. Writing an entry costs no system call.
//
// Knows nothing of who writes (orphan_sweep.cpp, stray_watch.cpp) or reads (keeper_sweep.cpp) and
// why.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "platform/process_stamp.h"

namespace ws {

class KeeperBoard {
 public:
  enum class Kind : std::uint8_t { group_leader, lone_process };
  struct Entry {
    Kind kind = Kind::group_leader;
    ProcessStamp stamp;
  };
  using Slot = std::size_t;
  static constexpr Slot kNoSlot = ~Slot{0};
  static constexpr std::size_t kCapacity = 8192;
  // A step that starts daemons without end must not keep the groups of others off the board.
  static constexpr std::size_t kMostLone = kCapacity / 2;

  // Inherited by fork(2), where both see the same. Without memory every slot is kNoSlot.
  KeeperBoard();
  ~KeeperBoard();
  KeeperBoard(const KeeperBoard&) = delete;
  KeeperBoard& operator=(const KeeperBoard&) = delete;

  // kNoSlot when the board is full, or holds too many of that kind.
  [[nodiscard]] Slot put(const Entry& entry);
  void take_down(Slot slot);

  // What stands there now.
  [[nodiscard]] std::vector<Entry> read() const;

 private:
  using Cell = std::atomic<std::uint64_t>;
  static_assert(Cell::is_always_lock_free);

  Cell* cells_ = nullptr;
  std::vector<Slot> free_;  // taken down; the writer's only
  std::size_t lone_ = 0;    // that stand there now; likewise
  Slot used_ = 0;           // cells that ever held something; likewise
};

}  // namespace ws
