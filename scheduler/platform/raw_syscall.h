// System calls without libc: no errno is written. For code that shares the memory of a process that
// goes on meanwhile, thread-local errno included (launcher.cpp). Knows no call.
#pragma once

#include <cerrno>
#include <concepts>
#include <sys/syscall.h>
#include <unistd.h>

namespace ws {

#if defined(__x86_64__) || defined(__aarch64__)

inline constexpr bool kHasRawSyscall = true;

namespace raw {
#define WS_RAW __attribute__((always_inline, no_sanitize("address", "undefined"))) inline
WS_RAW long word(const void* pointer) { return reinterpret_cast<long>(pointer); }
WS_RAW long word(std::integral auto number) { return static_cast<long>(number); }
}  // namespace raw

// Calling conventions: syscall(2). The result is -errno on failure.
template <class... Arguments>
WS_RAW long raw_syscall(long number, Arguments... arguments) {
  static_assert(sizeof...(arguments) <= 4);
  const long in[4] = {raw::word(arguments)...};
#if defined(__x86_64__)
  long result = 0;
  register long fourth __asm__("r10") = in[3];
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(in[0]), "S"(in[1]), "d"(in[2]), "r"(fourth)
                   : "rcx", "r11", "memory");
  return result;
#else
  register long call __asm__("x8") = number;
  register long first __asm__("x0") = in[0];
  register long second __asm__("x1") = in[1];
  register long third __asm__("x2") = in[2];
  register long fourth __asm__("x3") = in[3];
  __asm__ volatile("svc 0"
                   : "+r"(first)
                   : "r"(call), "r"(second), "r"(third), "r"(fourth)
                   : "memory");
  return first;
#endif
}
#undef WS_RAW

#else

inline constexpr bool kHasRawSyscall = false;

template <class... Arguments>
long raw_syscall(long number, Arguments... arguments) {
  const long result = ::syscall(number, arguments...);
  return result < 0 ? -errno : result;
}

#endif

}  // namespace ws
