#include "platform/keeper_board.h"

#include <sys/mman.h>

namespace ws {

namespace {

// One word holds an entry, so that nobody ever reads half of one: 22 bits are the most a process
// number has (PID_MAX_LIMIT), 41 bits of ticks last for seven centuries.
constexpr unsigned kPidBits = 22;
constexpr unsigned kTickBits = 41;
constexpr std::uint64_t kPidMask = (std::uint64_t{1} << kPidBits) - 1;
constexpr std::uint64_t kTickMask = (std::uint64_t{1} << kTickBits) - 1;

std::uint64_t packed(const KeeperBoard::Entry& entry) {
  const std::uint64_t kind = entry.kind == KeeperBoard::Kind::lone_process ? 1 : 0;
  return kind << (kPidBits + kTickBits) | (entry.stamp.start_ticks & kTickMask) << kPidBits |
         (static_cast<std::uint64_t>(entry.stamp.pid) & kPidMask);
}

bool is_lone(std::uint64_t word) { return word >> (kPidBits + kTickBits) != 0; }

}  // namespace

KeeperBoard::KeeperBoard() {
  void* memory = ::mmap(nullptr, kCapacity * sizeof(Cell), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  // All zero is an atomic that holds zero, and an empty cell.
  if (memory != MAP_FAILED) cells_ = static_cast<Cell*>(memory);
}

KeeperBoard::~KeeperBoard() {
  if (cells_ != nullptr) ::munmap(cells_, kCapacity * sizeof(Cell));
}

KeeperBoard::Slot KeeperBoard::put(const Entry& entry) {
  Slot slot = kNoSlot;
  if (entry.kind == Kind::lone_process && lone_ >= kMostLone) return kNoSlot;
  if (!free_.empty()) {
    slot = free_.back();
    free_.pop_back();
  } else if (cells_ != nullptr && used_ < kCapacity) {
    slot = used_++;
  }
  if (slot == kNoSlot) return slot;
  cells_[slot].store(packed(entry), std::memory_order_relaxed);
  if (entry.kind == Kind::lone_process) ++lone_;
  return slot;
}

void KeeperBoard::take_down(Slot slot) {
  if (slot == kNoSlot) return;
  if (is_lone(cells_[slot].exchange(0, std::memory_order_relaxed))) --lone_;
  free_.push_back(slot);
}

std::vector<KeeperBoard::Entry> KeeperBoard::read() const {
  std::vector<Entry> entries;
  for (Slot slot = 0; cells_ != nullptr && slot < kCapacity; ++slot) {
    const std::uint64_t word = cells_[slot].load(std::memory_order_relaxed);
    if (word == 0) continue;
    Entry entry;
    entry.kind = is_lone(word) ? Kind::lone_process : Kind::group_leader;
    entry.stamp.pid = static_cast<std::int64_t>(word & kPidMask);
    entry.stamp.start_ticks = (word >> kPidBits) & kTickMask;
    entries.push_back(entry);
  }
  return entries;
}

}  // namespace ws
