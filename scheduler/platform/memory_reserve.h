// What happens when memory runs out: std::bad_alloc as ever, but with something left to end in
// order with.
//
// Some destructors ask for memory (nlohmann's of a JSON value does), and a second bad_alloc while
// the first one unwinds the stack would end the process. So a piece of a reserve is given back
// whenever a request fails. Where that does not help (the first failure is in a destructor), the
// process ends at once, but says why. Knows nothing of who asks. Called once, by main().
#pragma once

#include <cstddef>

namespace ws {

// Address space only: nobody touches it, so it costs no memory until it is given back. Several
// pieces, because a request that may fail takes one too (std::stable_sort asks for more than it
// needs).
inline constexpr std::size_t kMemoryReservePiece = 8UL * 1024 * 1024;
inline constexpr std::size_t kMemoryReservePieces = 4;

// `message` and `exit_code` are for that end at once; the message must stay, it is not copied.
void keep_memory_reserve(const char* message, int exit_code);

}  // namespace ws
