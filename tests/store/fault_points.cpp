#include "fault_points.h"

#include <cstdarg>
#include <cstring>
#include <ctime>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>
#include <sqlite3.h>

namespace ws::test {
namespace {

struct State {
  FaultPlan plan;
  long calls = 0;
  bool is_armed = false;
  bool fails_next = false;  // after half a write
  long syncs = 0;
  long directory_syncs = 0;
  const char* struck = "";  // the n-th call
};
State& state() {
  static State only;
  return only;
}

// Whether this call is to fail; errno is set then. The process may end here.
bool strikes(const char* name) {
  State& s = state();
  if (!s.is_armed) return false;
  const long number = s.calls++;
  if (s.fails_next) {
    s.fails_next = false;
    errno = s.plan.errnum;
    return true;
  }
  if (s.plan.fault == Fault::dies && number == s.plan.at) ::_exit(kDied);
  if (number == s.plan.at) s.struck = name;
  const bool is_hit = (s.plan.fault == Fault::fails_once && number == s.plan.at) ||
                      (s.plan.fault == Fault::fails_on && number >= s.plan.at);
  if (is_hit) errno = s.plan.errnum;
  return is_hit;
}

void count_sync(int file) {
  struct stat status {};
  ++state().syncs;
  if (::fstat(file, &status) == 0 && S_ISDIR(status.st_mode)) ++state().directory_syncs;
}

// Writes have a third way to go wrong.
bool is_halved(std::size_t size) {
  State& s = state();
  if (!s.is_armed || s.plan.fault != Fault::writes_half || s.calls != s.plan.at || size < 2)
    return false;
  ++s.calls;
  s.fails_next = true;
  return true;
}

int open_call(const char* path, int flags, int mode) {
  return strikes("open") ? -1 : ::open(path, flags, mode);
}
int access_call(const char* path, int mode) {
  return strikes("access") ? -1 : ::access(path, mode);
}
int stat_call(const char* path, struct stat* status) {
  return strikes("stat") ? -1 : ::stat(path, status);
}
int lstat_call(const char* path, struct stat* status) {
  return strikes("lstat") ? -1 : ::lstat(path, status);
}
int fstat_call(int file, struct stat* status) {
  return strikes("fstat") ? -1 : ::fstat(file, status);
}
int ftruncate_call(int file, off_t size) {
  return strikes("ftruncate") ? -1 : ::ftruncate(file, size);
}
int fcntl_call(int file, int command, ...) {
  std::va_list rest;
  va_start(rest, command);
  void* argument = va_arg(rest, void*);
  va_end(rest);
  if (!strikes("fcntl")) return ::fcntl(file, command, argument);
  // EACCES is how a lock says that somebody has it: for ever, that is another test's matter.
  if (errno == EACCES && state().plan.fault == Fault::fails_on) errno = EPERM;
  return -1;
}
ssize_t read_call(int file, void* data, std::size_t size) {
  return strikes("read") ? -1 : ::read(file, data, size);
}
ssize_t pread_call(int file, void* data, std::size_t size, off_t offset) {
  return strikes("pread") ? -1 : ::pread(file, data, size, offset);
}
ssize_t write_call(int file, const void* data, std::size_t size) {
  if (is_halved(size)) return ::write(file, data, size / 2);
  return strikes("write") ? -1 : ::write(file, data, size);
}
ssize_t pwrite_call(int file, const void* data, std::size_t size, off_t offset) {
  if (is_halved(size)) return ::pwrite(file, data, size / 2, offset);
  return strikes("pwrite") ? -1 : ::pwrite(file, data, size, offset);
}
int fchmod_call(int file, mode_t mode) { return strikes("fchmod") ? -1 : ::fchmod(file, mode); }
int unlink_call(const char* path) { return strikes("unlink") ? -1 : ::unlink(path); }
void* mmap_call(void* at, std::size_t size, int protection, int flags, int file, off_t offset) {
  return strikes("mmap") ? MAP_FAILED : ::mmap(at, size, protection, flags, file, offset);
}

template <class Function>
sqlite3_syscall_ptr as_syscall(Function* function) {
  return reinterpret_cast<sqlite3_syscall_ptr>(function);
}

struct Replacement {
  const char* name;
  sqlite3_syscall_ptr function;
};
std::vector<Replacement> replacements() {
  return {{"open", as_syscall(&open_call)},       {"access", as_syscall(&access_call)},
          {"stat", as_syscall(&stat_call)},       {"lstat", as_syscall(&lstat_call)},
          {"fstat", as_syscall(&fstat_call)},     {"ftruncate", as_syscall(&ftruncate_call)},
          {"fcntl", as_syscall(&fcntl_call)},     {"read", as_syscall(&read_call)},
          {"pread", as_syscall(&pread_call)},     {"pread64", as_syscall(&pread_call)},
          {"write", as_syscall(&write_call)},     {"pwrite", as_syscall(&pwrite_call)},
          {"pwrite64", as_syscall(&pwrite_call)}, {"fchmod", as_syscall(&fchmod_call)},
          {"unlink", as_syscall(&unlink_call)},   {"mmap", as_syscall(&mmap_call)}};
}

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

bool with_fault(const FaultPlan& plan, const std::function<void()>& body) {
  sqlite3_vfs* vfs = sqlite3_vfs_find(nullptr);
  for (const Replacement& one : replacements()) vfs->xSetSystemCall(vfs, one.name, one.function);
  state() = {};
  state().plan = plan;
  state().is_armed = true;
  body();
  state().is_armed = false;
  vfs->xSetSystemCall(vfs, nullptr, nullptr);
  return state().calls > plan.at;
}

const char* struck_call() { return state().struck; }
long syncs_so_far() { return state().syncs; }
long directory_syncs_so_far() { return state().directory_syncs; }

std::string text_of(const FaultPlan& plan) {
  switch (plan.fault) {
    case Fault::fails_once:
      return fmt::format("call {} fails: {}", plan.at, std::strerror(plan.errnum));
    case Fault::fails_on:
      return fmt::format("calls fail from {} on: {}", plan.at, std::strerror(plan.errnum));
    case Fault::writes_half:
      return fmt::format("call {} writes half, then: {}", plan.at, std::strerror(plan.errnum));
    case Fault::dies:
      return fmt::format("the process ends before call {}", plan.at);
  }
  return {};
}

}  // namespace ws::test

// Nothing is synced: these tests cut no power, and a busy disk takes a second for each.
//
// What is called without SQLite's table: syncing by SQLite, and all that schema.cpp does itself.
extern "C" {
int fsync(int file) {
  ws::test::count_sync(file);
  return ws::test::strikes("fsync") ? -1 : 0;
}
int fdatasync(int file) {
  ws::test::count_sync(file);
  return ws::test::strikes("fdatasync") ? -1 : 0;
}
// A lock that is refused is waited for, ten seconds in all; nobody else would give it back here.
int usleep(useconds_t time) {
  static auto* const real = ws::test::next<int(useconds_t)>("usleep");
  return ws::test::state().is_armed ? 0 : real(time);
}
int nanosleep(const timespec* wish, timespec* rest) {
  static auto* const real = ws::test::next<int(const timespec*, timespec*)>("nanosleep");
  return ws::test::state().is_armed ? 0 : real(wish, rest);
}
int mkdir(const char* path, mode_t mode) noexcept {
  static auto* const real = ws::test::next<int(const char*, mode_t)>("mkdir");
  return ws::test::strikes("mkdir") ? -1 : real(path, mode);
}
int mkostemp(char* path, int flags) {
  static auto* const real = ws::test::next<int(char*, int)>("mkostemp");
  return ws::test::strikes("mkostemp") ? -1 : real(path, flags);
}
int link(const char* from, const char* to) noexcept {
  static auto* const real = ws::test::next<int(const char*, const char*)>("link");
  return ws::test::strikes("link") ? -1 : real(from, to);
}
int renameat2(int from_dir, const char* from, int to_dir, const char* to, unsigned flags) noexcept {
  using Function = int(int, const char*, int, const char*, unsigned);
  static auto* const real = ws::test::next<Function>("renameat2");
  return ws::test::strikes("renameat2") ? -1 : real(from_dir, from, to_dir, to, flags);
}
}
