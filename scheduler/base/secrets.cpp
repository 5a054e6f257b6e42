#include "base/secrets.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.h"
#include "base/text.h"

namespace ws {
namespace {

// RFC 8259, section 7, as most writers do it.
std::string escaped_in_json(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '"':
      case '\\':
        out += '\\';
        out += c;
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
          out += c;
        }
    }
  }
  return out;
}

// Inside a word in single quotes.
std::string quoted_for_shell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  }
  return out;
}

enum class Digits { upper, lower };
enum class Space { percent, plus };

// RFC 3986: all but its unreserved characters and those of `left_alone`, which encoders differ in.
std::string percent_encoded(std::string_view text, Digits digits, Space space,
                            std::string_view left_alone) {
  std::string out;
  for (const char c : text) {
    const bool is_plain = is_letter(c) || is_digit(c) ||
                          std::string_view("-._~").find(c) != std::string_view::npos ||
                          left_alone.find(c) != std::string_view::npos;
    const auto byte = static_cast<unsigned>(static_cast<unsigned char>(c));
    if (is_plain)
      out += c;
    else if (c == ' ' && space == Space::plus)
      out += '+';
    else
      out += digits == Digits::upper ? fmt::format("%{:02X}", byte) : fmt::format("%{:02x}", byte);
  }
  return out;
}

// RFC 4648 of `text` behind `shift` unknown bytes: the characters that nothing else has a part in.
std::string in_base64(std::string_view text, std::size_t shift, std::string_view last_two) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  const std::string bytes = std::string(shift, '\0') + std::string(text);
  for (const char c : bytes) {
    bits = (bits << 8U | static_cast<unsigned char>(c)) & 0xFFFFU;
    count += 8;
    while (count >= 6) {
      count -= 6;
      const std::uint32_t digit = bits >> static_cast<unsigned>(count) & 63U;
      out += digit < kDigits.size() ? kDigits[digit] : last_two[digit - kDigits.size()];
    }
  }
  const std::size_t unknown = shift == 0 ? 0 : shift + 1;
  return out.substr(std::min(unknown, out.size()));
}

void add_forms(std::string_view text, std::vector<std::string>& forms) {
  forms.emplace_back(text);
  forms.push_back(escaped_in_json(text));
  forms.push_back(quoted_for_shell(text));
  forms.push_back(escaped_in_json(quoted_for_shell(text)));
  forms.push_back(printable(text));
  // Of JavaScript, and of Python.
  for (const std::string_view left_alone : {"", "!'()*", "/"})
    for (const Digits digits : {Digits::upper, Digits::lower})
      for (const Space space : {Space::percent, Space::plus})
        forms.push_back(percent_encoded(text, digits, space, left_alone));
  if (text.size() < kShortestSecretPart) return;
  for (std::size_t shift = 0; shift < 3; ++shift)
    for (const std::string_view last_two : {"+/", "-_"})
      forms.push_back(in_base64(text, shift, last_two));
}

}  // namespace

std::vector<std::string> forms_of_secret(std::string_view value) {
  std::vector<std::string> forms;
  const std::string_view whole = trimmed(value);
  add_forms(whole, forms);
  for (std::size_t start = 0; start < whole.size();) {
    const std::size_t end = std::min(whole.find('\n', start), whole.size());
    const std::string_view line = trimmed(whole.substr(start, end - start));
    if (line.size() >= kShortestSecretPart && line.size() < whole.size()) add_forms(line, forms);
    start = end + 1;
  }
  return forms;
}

void Secrets::learn(std::string_view name, std::string_view value) {
  if (!has_name(name) || value.empty() || values_.contains(value)) return;
  if (trimmed(value).size() < kShortestSecret) {
    too_short_.emplace(name);
    return;
  }
  values_.emplace(value);
  for (std::string& form : forms_of_secret(value)) forms_.push_back(std::move(form));
  std::sort(forms_.begin(), forms_.end());
  forms_.erase(std::unique(forms_.begin(), forms_.end()), forms_.end());
  patterns_ = std::make_shared<const MaskPatterns>(forms_);
}

std::string Secrets::hide_in_json(std::string_view json) const {
  std::string out;
  for (std::size_t at = 0; at < json.size();) {
    const std::size_t open = std::min(json.find('"', at), json.size());
    out += json.substr(at, open - at);
    if (open == json.size()) break;
    std::size_t close = open + 1;
    while (close < json.size() && json[close] != '"') close += json[close] == '\\' ? 2U : 1U;
    close = std::min(close, json.size());
    std::size_t behind = std::min(close + 1, json.size());
    const std::string_view inside = json.substr(open + 1, close - open - 1);
    const std::size_t next = json.find_first_not_of(" \t\r\n", behind);
    const bool is_key = next != std::string_view::npos && json[next] == ':';
    out += '"';
    out += is_key ? std::string(inside) : hide(inside);
    if (close < json.size()) out += '"';
    at = behind;
  }
  return out;
}

}  // namespace ws
