#include "platform/local_time.h"

#include <ctime>

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

}  // namespace ws
