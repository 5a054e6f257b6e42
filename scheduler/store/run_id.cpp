#include "store/run_id.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "base/ascii.h"

namespace ws {

std::string make_run_id(WallTime wall, std::uint32_t random_bits) {
  const auto day = std::chrono::floor<std::chrono::days>(wall);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(wall - day));
  constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
  static_assert(kAlphabet.size() == 32);
  std::string suffix;
  for (int shift = 15; shift >= 0; shift -= 5) {
    suffix += kAlphabet[(random_bits >> shift) & 31U];
  }
  return fmt::format("{:04}{:02}{:02}-{:02}{:02}{:02}-{}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     time.hours().count(), time.minutes().count(), time.seconds().count(), suffix);
}

bool is_run_id(std::string_view text) {
  const auto is_alphanumeric = [](char c) { return is_letter(c) || is_digit(c); };
  const auto is_allowed = [&](char c) {
    return is_alphanumeric(c) || c == '-' || c == '_' || c == '.';
  };
  return !text.empty() && text.size() <= 64 && is_alphanumeric(text.front()) &&
         std::all_of(text.begin(), text.end(), is_allowed);
}

}  // namespace ws
