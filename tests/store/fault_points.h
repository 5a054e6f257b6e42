// System calls that the store makes, counted, and made to fail, to write half, or to be the last of
// the process.
//
// SQLite's go through its table of system calls; those that it or we make directly are replaced by
// the linker (the functions in fault_points.cpp have their names). Only one thread may be armed.
#pragma once

#include <cerrno>
#include <functional>
#include <string>

namespace ws::test {

enum class Fault {
  fails_once,   // the n-th call answers the errno
  fails_on,     // from the n-th on they all do
  writes_half,  // the n-th, if it writes, writes half and says so; the next fails
  dies,         // the process ends (exit status kDied) before the n-th call
};

inline constexpr int kDied = 99;

struct FaultPlan {
  Fault fault = Fault::fails_once;
  int errnum = EIO;
  long at = 0;  // counted from 0
};

// Calls `body` with that fault; answers whether the n-th call came at all.
bool with_fault(const FaultPlan& plan, const std::function<void()>& body);

// What the n-th call was.
[[nodiscard]] const char* struck_call();

// Since the last with_fault() began: fsync and fdatasync of anything, and of directories.
[[nodiscard]] long syncs_so_far();
[[nodiscard]] long directory_syncs_so_far();

[[nodiscard]] std::string text_of(const FaultPlan& plan);

}  // namespace ws::test
