#include "base/duration.h"

#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/ascii.h"

namespace ws {
namespace {

struct Unit {
  std::string_view name;
  int rank;  // parts come in falling rank
  Duration length;
};

using namespace std::chrono_literals;
constexpr std::array kUnits = {
    Unit{"d", 5, 24h},
    Unit{"day", 5, 24h},
    Unit{"days", 5, 24h},
    Unit{"h", 4, 1h},
    Unit{"hr", 4, 1h},
    Unit{"hour", 4, 1h},
    Unit{"hours", 4, 1h},
    Unit{"m", 3, 1min},
    Unit{"min", 3, 1min},
    Unit{"mins", 3, 1min},
    Unit{"minute", 3, 1min},
    Unit{"minutes", 3, 1min},
    Unit{"s", 2, 1s},
    Unit{"sec", 2, 1s},
    Unit{"secs", 2, 1s},
    Unit{"second", 2, 1s},
    Unit{"seconds", 2, 1s},
    Unit{"ms", 1, 1ms},
    Unit{"millisecond", 1, 1ms},
    Unit{"milliseconds", 1, 1ms},
    Unit{"us", 0, 1us},
    Unit{"ns", -1, 1ns},
};

const Unit* find_unit(std::string_view name) {
  for (const Unit& unit : kUnits) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  long double total = 0;  // nanoseconds
  int last_rank = 6;
  std::size_t i = 0;
  bool any = false;
  bool fraction_seen = false;
  const auto skip_spaces = [&] {
    while (i < text.size() && text[i] == ' ') ++i;
  };
  skip_spaces();
  while (i < text.size()) {
    if (fraction_seen) return std::nullopt;  // only the last part may have one
    const std::size_t number_start = i;
    while (i < text.size() && (is_digit(text[i]) || text[i] == '.')) ++i;
    const std::string_view digits = text.substr(number_start, i - number_start);
    if (digits.empty() || digits.front() == '.' || digits.back() == '.') return std::nullopt;
    fraction_seen = digits.find('.') != std::string_view::npos;
    double value = 0;
    const auto [end, failure] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (failure != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    skip_spaces();
    const std::size_t unit_start = i;
    while (i < text.size() && is_letter(text[i])) ++i;
    const Unit* unit = find_unit(text.substr(unit_start, i - unit_start));
    if (unit == nullptr || unit->rank >= last_rank) return std::nullopt;
    last_rank = unit->rank;
    total += static_cast<long double>(value) * static_cast<long double>(unit->length.count());
    any = true;
    skip_spaces();
  }
  if (!any || total > static_cast<long double>(kLongestDuration.count())) return std::nullopt;
  return Duration(std::llroundl(total));
}

std::optional<Duration> from_seconds(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0 || seconds > to_seconds(kLongestDuration))
    return std::nullopt;
  return Duration(std::llround(seconds * 1e9));
}

double to_seconds(Duration duration) { return static_cast<double>(duration.count()) / 1e9; }

std::string format_duration(Duration duration) {
  if (duration < Duration::zero()) duration = Duration::zero();
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
  if (duration < 10s) {
    const auto hundredths = duration / 10ms;
    return fmt::format("{}.{:02}s", hundredths / 100, hundredths % 100);
  }
  if (whole < 60) return fmt::format("{}s", whole);
  if (whole < 3600) return fmt::format("{}m {:02}s", whole / 60, whole % 60);
  if (whole < 86400) return fmt::format("{}h {:02}m", whole / 3600, whole / 60 % 60);
  return fmt::format("{}d {:02}h", whole / 86400, whole / 3600 % 24);
}

std::string format_exact(Duration duration) {
  std::string out;
  const auto take = [&](Duration unit, std::string_view name) {
    if (duration >= unit) {
      out += fmt::format("{}{}", duration / unit, name);
      duration %= unit;
    }
  };
  take(24h, "d");
  take(1h, "h");
  take(1min, "m");
  take(1s, "s");
  take(1ms, "ms");
  take(1us, "us");
  take(1ns, "ns");
  return out.empty() ? "0s" : out;
}

}  // namespace ws
