// clock_back: loaded before the C library (LD_PRELOAD), it sets the clock on the wall three hours
// back as soon as the file $CLOCK_BACK exists, and a week back when that holds a byte. Nothing else
// of time changes.
#include <cstdlib>
#include <ctime>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

namespace {

time_t seconds_back() {
  const char* path = std::getenv("CLOCK_BACK");
  struct stat status {};
  if (path == nullptr || stat(path, &status) != 0) return 0;
  return status.st_size > 0 ? 7 * 86400 : 3 * 3600;
}

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
  const int result = static_cast<int>(syscall(SYS_clock_gettime, clock, time));
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    time->tv_sec -= seconds_back();
  return result;
}

extern "C" int gettimeofday(timeval* time, void*) noexcept {
  timespec now{};
  const int result = clock_gettime(CLOCK_REALTIME, &now);
  *time = {now.tv_sec, now.tv_nsec / 1000};
  return result;
}

extern "C" time_t time(time_t* where) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (where != nullptr) *where = now.tv_sec;
  return now.tv_sec;
}
