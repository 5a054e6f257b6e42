#include "platform/pressure.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <unistd.h>

#include "base/text.h"
#include "platform/files.h"

namespace ws {
namespace {

// The number the text begins with, blanks skipped; nullopt when there is none or it is negative.
std::optional<double> number_at(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t");
  if (start == std::string_view::npos) return std::nullopt;
  double number = 0;
  const char* first = text.data() + start;
  const auto [end, error] = std::from_chars(first, text.data() + text.size(), number);
  if (error != std::errc() || end == first || !std::isfinite(number) || number < 0)
    return std::nullopt;
  return number;
}

// What follows `label` at the beginning of one of the lines.
std::optional<double> labelled(std::string_view text, std::string_view label) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    if (line.starts_with(label)) return number_at(line.substr(label.size()));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return std::nullopt;
}

std::string read_small(const char* path) {
  const Result<std::string> text = read_file(path, 65536);
  return text ? *text : std::string();
}

}  // namespace

std::optional<double> load_of(std::string_view loadavg) { return number_at(loadavg); }

std::optional<double> available_share_of(std::string_view meminfo) {
  const std::optional<double> total = labelled(meminfo, "MemTotal:");
  const std::optional<double> available = labelled(meminfo, "MemAvailable:");
  if (!total || !available || *total <= 0) return std::nullopt;
  return std::min(*available / *total, 1.0);
}

std::optional<double> stalled_share_of(std::string_view pressure) {
  const std::optional<double> percent = labelled(pressure, "some avg10=");
  if (!percent) return std::nullopt;
  return std::min(*percent / 100, 1.0);
}

Pressure read_pressure() {
  Pressure pressure;
  const long processors = ::sysconf(_SC_NPROCESSORS_ONLN);
  if (const std::optional<double> load = load_of(read_small("/proc/loadavg")))
    pressure.load_per_processor = *load / static_cast<double>(std::max(processors, 1L));
  pressure.memory_available = available_share_of(read_small("/proc/meminfo"));
  pressure.memory_stalled = stalled_share_of(read_small("/proc/pressure/memory"));
  return pressure;
}

}  // namespace ws
