// What happens when memory runs out: std::bad_alloc as ever, but with something left to end in
// order with.
//
// Some destructors ask for memory (nlohmann's of a JSON value does), and a second bad_alloc while
// the first one unwinds the stack would end the process with SIGABRT. So a piece of a reserve is
// given back whenever a request fails. Knows nothing of who asks. Called once, by main().
#pragma once

#include <cstddef>

namespace ws {

// Address space only: nobody touches it, so it costs no memory until it is given back. Several
// pieces, because a request that may fail takes one too (std::stable_sort asks for more than it
// needs).
inline constexpr std::size_t kMemoryReservePiece = 8UL * 1024 * 1024;
inline constexpr std::size_t kMemoryReservePieces = 4;

void keep_memory_reserve();

}  // namespace ws
