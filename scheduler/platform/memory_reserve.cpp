#include "platform/memory_reserve.h"

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <unistd.h>

namespace ws {
namespace {

// The only globals of this floor: the handlers are plain functions, so there is no other way to
// hand them anything. Any thread may run out.
std::array<std::atomic<void*>, kMemoryReservePieces> pieces;
const char* last_words = "";
int last_exit_code = 1;

[[noreturn]] void give_up() {
  for (std::atomic<void*>& piece : pieces) {
    if (void* memory = piece.exchange(nullptr)) {
      std::free(memory);
      break;
    }
  }
  throw std::bad_alloc();
}

[[noreturn]] void end_at_once() {
  try {
    if (const std::exception_ptr problem = std::current_exception())
      std::rethrow_exception(problem);
  } catch (const std::bad_alloc&) {
    [[maybe_unused]] const ssize_t ignored =
        ::write(STDERR_FILENO, last_words, std::strlen(last_words));
    ::_exit(last_exit_code);
  } catch (...) {
    std::fputs("workstream: this is a bug: an exception that nobody expected\n", stderr);
  }
  std::abort();
}

}  // namespace

void keep_memory_reserve(const char* message, int exit_code) {
  last_words = message;
  last_exit_code = exit_code;
  std::set_terminate(end_at_once);
  for (std::atomic<void*>& piece : pieces) {
    void* memory = std::malloc(kMemoryReservePiece);
    std::free(piece.exchange(memory));
  }
  std::set_new_handler(give_up);
}

}  // namespace ws
