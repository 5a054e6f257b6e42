#include "platform/local_time.h"

#include <ctime>

#include <fmt/format.h>

namespace ws {

std::chrono::system_clock::time_point next_local_time(int hour, int minute, int second,
                                                      std::chrono::system_clock::time_point now) {
  using std::chrono::system_clock;
  const std::time_t today = system_clock::to_time_t(now);
  // Today's may have passed; tomorrow's cannot have. The day after is for zones that skip a day.
  for (int days = 0;; ++days) {
    std::tm local{};
    ::localtime_r(&today, &local);
    local.tm_mday += days;
    local.tm_hour = hour;
    local.tm_min = minute;
    local.tm_sec = second;
    local.tm_isdst = -1;
    const system_clock::time_point then = system_clock::from_time_t(std::mktime(&local));
    if (then >= now || days == 2) return then;
  }
}

std::string local_clock_time(std::chrono::system_clock::time_point when) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(when);
  std::tm local{};
  ::localtime_r(&seconds, &local);
  return fmt::format("{:02}:{:02}:{:02}", local.tm_hour, local.tm_min, local.tm_sec);
}

}  // namespace ws
