#include "base/byte_size.h"

#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/ascii.h"

namespace ws {
namespace {

// Of "KiB" in lower case: 1024; nullopt: no unit.
std::optional<double> factor_of(std::string_view unit) {
  if (unit.empty() || unit == "b" || unit == "bytes") return 1;
  constexpr std::string_view kLetters = "kmgt";
  const std::size_t power = kLetters.find(unit.front());
  if (power == std::string_view::npos) return std::nullopt;
  const std::string_view rest = unit.substr(1);
  if (rest.empty() || rest == "ib") return std::pow(1024.0, static_cast<double>(power + 1));
  if (rest == "b") return std::pow(1000.0, static_cast<double>(power + 1));
  return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> parse_byte_size(std::string_view text) {
  // from_chars also knows "inf", "1e9" and a sign.
  std::size_t digits = 0;
  while (digits < text.size() && (is_digit(text[digits]) || text[digits] == '.')) ++digits;
  double number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + digits, number);
  if (digits == 0 || failure != std::errc() || end != text.data() + digits) return std::nullopt;
  std::string unit(text.substr(digits));
  if (unit.starts_with(' ')) unit.erase(0, 1);
  const bool is_bare_space = unit.empty() && digits < text.size();
  for (char& c : unit) c = to_lower(c);
  const std::optional<double> factor = factor_of(unit);
  if (!factor || is_bare_space) return std::nullopt;
  const double bytes = number * *factor;
  constexpr double kMost = 9223372036854775808.0;  // 2^63
  if (bytes != std::floor(bytes) || bytes > kMost) return std::nullopt;
  return static_cast<std::uint64_t>(bytes);
}

std::string format_byte_size(std::uint64_t bytes) {
  constexpr std::array kUnits = {"bytes", "KiB", "MiB", "GiB", "TiB"};
  auto size = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; size >= 1024 && unit + 1 < kUnits.size(); ++unit) size /= 1024;
  return fmt::format("{:.{}f} {}", size, unit == 0 ? 0 : 1, kUnits[unit]);
}

}  // namespace ws
