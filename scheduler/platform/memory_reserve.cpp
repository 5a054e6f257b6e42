#include "platform/memory_reserve.h"

#include <array>
#include <atomic>
#include <cstdlib>
#include <new>

namespace ws {
namespace {

// The one global of this floor: a new-handler is a plain function, so there is no other way to hand
// it anything. Any thread may run out.
std::array<std::atomic<void*>, kMemoryReservePieces> pieces;

[[noreturn]] void give_up() {
  for (std::atomic<void*>& piece : pieces) {
    if (void* memory = piece.exchange(nullptr)) {
      std::free(memory);
      break;
    }
  }
  throw std::bad_alloc();
}

}  // namespace

void keep_memory_reserve() {
  for (std::atomic<void*>& piece : pieces) {
    void* memory = std::malloc(kMemoryReservePiece);
    std::free(piece.exchange(memory));
  }
  std::set_new_handler(give_up);
}

}  // namespace ws
