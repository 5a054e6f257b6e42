// The wall clock on the wall: when a time of day comes next in this machine's time zone.
//
// Parses nothing (model/wall_moment.h does). Called by executors/.
#pragma once

#include <chrono>
#include <string>

namespace ws {

// The first moment at or after `now` whose local time is that. On a day that leaves the time out
// (clocks put forward) it is as much later as they were put forward (mktime(3)).
[[nodiscard]] std::chrono::system_clock::time_point next_local_time(
    int hour, int minute, int second, std::chrono::system_clock::time_point now);

// "14:03:59", local time.
[[nodiscard]] std::string local_clock_time(std::chrono::system_clock::time_point when);

}  // namespace ws
