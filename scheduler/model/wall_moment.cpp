#include "model/wall_moment.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/ascii.h"
#include "base/text.h"

namespace ws {
namespace {

// Reads a fixed form from the left; once something does not fit, everything after it fails too.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  int digits(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (at_ >= text_.size() || text_[at_] < '0' || text_[at_] > '9') {
        is_good_ = false;
        return 0;
      }
      value = value * 10 + (text_[at_++] - '0');
    }
    return value;
  }
  // One of these characters; '\0' when it is none of them.
  char one_of(std::string_view wanted) {
    if (at_ >= text_.size() || wanted.find(text_[at_]) == std::string_view::npos) return '\0';
    return text_[at_++];
  }
  void need(std::string_view wanted) { is_good_ = one_of(wanted) != '\0' && is_good_; }
  // Digits after the point, as nanoseconds; more than nine count for nothing.
  std::chrono::nanoseconds fraction() {
    std::int64_t nanoseconds = 0;
    std::int64_t unit = 100'000'000;
    const std::size_t start = at_;
    for (; at_ < text_.size() && is_digit(text_[at_]); ++at_, unit /= 10)
      nanoseconds += unit * (text_[at_] - '0');
    is_good_ = is_good_ && at_ > start;
    return std::chrono::nanoseconds(nanoseconds);
  }
  [[nodiscard]] bool is_at_end() const { return is_good_ && at_ == text_.size(); }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  bool is_good_ = true;
};

std::optional<WallMoment> parse_time_of_day(std::string_view text) {
  Scanner scan(text);
  TimeOfDay time;
  time.hour = scan.digits(2);
  scan.need(":");
  time.minute = scan.digits(2);
  if (scan.one_of(":") != '\0') time.second = scan.digits(2);
  if (!scan.is_at_end() || time.hour > 23 || time.minute > 59 || time.second > 59)
    return std::nullopt;
  return time;
}

}  // namespace

std::optional<WallMoment> parse_wall_time(std::string_view text) {
  using namespace std::chrono;
  if (text.size() < 10) return parse_time_of_day(text);
  Scanner scan(text);
  const int year_number = scan.digits(4);
  scan.need("-");
  const int month_number = scan.digits(2);
  scan.need("-");
  const int day_number = scan.digits(2);
  scan.need("Tt ");
  const int hour = scan.digits(2);
  scan.need(":");
  const int minute = scan.digits(2);
  scan.need(":");
  const int second = scan.digits(2);
  const nanoseconds fraction = scan.one_of(".") != '\0' ? scan.fraction() : nanoseconds::zero();
  minutes offset{0};
  if (scan.one_of("Zz") == '\0') {
    const char sign = scan.one_of("+-");
    const int offset_hours = scan.digits(2);
    scan.need(":");
    const int offset_minutes = scan.digits(2);
    if (sign == '\0' || offset_hours > 23 || offset_minutes > 59) return std::nullopt;
    offset = minutes((offset_hours * 60 + offset_minutes) * (sign == '-' ? -1 : 1));
  }
  const year_month_day date{year(year_number), month(static_cast<unsigned>(month_number)),
                            day(static_cast<unsigned>(day_number))};
  // The clock counts nanoseconds in 64 bits: about 1678 to 2262.
  const bool is_representable = year_number >= 1900 && year_number <= 2200;
  if (!scan.is_at_end() || !date.ok() || !is_representable || hour > 23 || minute > 59 ||
      second > 60)
    return std::nullopt;
  const auto moment =
      sys_days(date) + hours(hour) + minutes(minute) - offset + seconds(second) + fraction;
  return time_point_cast<system_clock::duration>(moment);
}

bool is_event_name(std::string_view text) {
  if (text.empty() || text.size() > 200 || text.front() == '.') return false;
  if (first_invalid_utf8(text)) return false;
  return std::none_of(text.begin(), text.end(), [](char c) {
    return c == '/' || static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
}

}  // namespace ws
