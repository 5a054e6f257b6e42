// Durations, moments and values as people write them: no crash, nothing outside its bounds, and
// what is written out is read back.
#include <cmath>
#include <cstdlib>
#include <string>
#include <variant>

#include "base/duration.h"
#include "model/datum.h"
#include "model/wall_moment.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto duration = ws::parse_duration(text)) {
    if (*duration < ws::Duration::zero() || *duration > ws::kLongestDuration) std::abort();
    if (ws::parse_duration(ws::format_exact(*duration)) != duration) std::abort();
    if (ws::format_duration(*duration).empty()) std::abort();
    const auto again = ws::from_seconds(ws::to_seconds(*duration));
    if (*duration < ws::kLongestDuration && !again) std::abort();
  }
  if (const auto moment = ws::parse_wall_time(text)) {
    const auto* of_day = std::get_if<ws::TimeOfDay>(&*moment);
    const bool is_one =
        of_day == nullptr || (of_day->hour >= 0 && of_day->hour < 24 && of_day->minute >= 0 &&
                              of_day->minute < 60 && of_day->second >= 0 && of_day->second <= 60);
    if (!is_one) std::abort();
  }
  if (ws::is_event_name(text)) {
    if (text.empty() || text.front() == '.' || text.find('/') != std::string::npos ||
        text.find('\0') != std::string::npos || size > 200)
      std::abort();
  }
  if (const auto datum = ws::parse_json(text)) {
    const auto again = ws::parse_json(ws::to_json(*datum));
    if (!again || ws::to_json(*again) != ws::to_json(*datum)) std::abort();
  }
  (void)ws::to_plain_text(ws::from_plain_text(text));
  return 0;
}
