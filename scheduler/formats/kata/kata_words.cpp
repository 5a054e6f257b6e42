#include "formats/kata/kata_words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/ascii.h"
#include "base/text.h"
#include "model/mistakes.h"

namespace ws {
namespace {

using namespace std::string_view_literals;

constexpr std::array kKeywords = {
    "kata"sv, "requires"sv, "initial"sv, "phase"sv,       "run"sv,  "spawn"sv,
    "wait"sv, "join"sv,     "next"sv,    "complete"sv,    "fail"sv, "if"sv,
    "else"sv, "ai-model"sv, "ai-tags"sv, "ai-fallback"sv,
};

// Words of other languages and of the programming interface, and what they are here.
struct Foreign {
  std::string_view word;
  std::string_view hint;
};
constexpr std::array kForeign = {
    Foreign{"elif", "write `else if`"},
    Foreign{"elseif", "write `else if`"},
    Foreign{"elsif", "write `else if`"},
    Foreign{"goto", "write `next`"},
    Foreign{"then", "write `next`"},
    Foreign{"end", "a phase ends where the next one begins"},
    Foreign{"done", "a phase that ends the kata says `complete`"},
    Foreign{"step", "write `phase`"},
    Foreign{"skill", "write `run skill NAME`, or `requires skill NAME`"},
    Foreign{"parallel", "write `spawn parallel`"},
    Foreign{"event", "write `wait event NAME`"},
    Foreign{"timeout", "it stands behind `wait event NAME` or `spawn parallel`"},
    Foreign{"fail_on_any", "it stands behind `spawn parallel`"},
    Foreign{"fail_on_first", "it stands behind `spawn parallel`"},
    Foreign{"fail_continue", "it stands behind `spawn parallel`"},
};

constexpr std::size_t kLongestName = 200;  // bytes; it names a directory of the run

bool is_version(std::string_view word) {
  return word.size() >= 2 && word[0] == 'v' && is_digit(word[1]) &&
         std::all_of(word.begin(), word.end(),
                     [](char c) { return is_name_character(c) || c == '.' || c == '-'; });
}

std::string shown(std::string_view word) { return truncate_to_width(printable(word), 40); }

std::string name_mistake(std::string_view word) {
  if (word == "..." || word == "…") return "write it out";
  if (word.size() > kLongestName)
    return fmt::format("it is {} bytes long; the limit is {}", word.size(), kLongestName);
  if (word.find("..") != std::string_view::npos) return "a name cannot hold '..'";
  if (is_digit(word[0])) return "a name begins with a letter or '_'";
  return "a name has letters, digits, '.', '_' and '-', and begins with a letter or '_'";
}

bool is_name(std::string_view word) {
  return word.size() <= kLongestName && is_name_start(word[0]) &&
         word.find("..") == std::string_view::npos &&
         std::all_of(word.begin(), word.end(),
                     [](char c) { return is_name_character(c) || c == '.' || c == '-'; });
}

}  // namespace

bool is_kata_keyword(std::string_view word) {
  return std::find(kKeywords.begin(), kKeywords.end(), word) != kKeywords.end();
}

std::string kata_keyword_hint(std::string_view word) {
  for (const Foreign& foreign : kForeign) {
    if (foreign.word == word) return std::string(foreign.hint);
  }
  const auto near = nearest(word, kKeywords);
  return near ? fmt::format("did you mean '{}'?", *near) : "";
}

Place KataWords::place_of(const KataWord& word) const {
  return {start_.source, word.offset, static_cast<std::uint32_t>(word.text.size())};
}

Place KataWords::behind() const {
  if (at_ == 0) return {start_.source, start_.offset, 0};
  Place place = place_of(words_[at_ - 1]);
  place.offset += place.length;
  place.length = 0;
  return place;
}

bool KataWords::take(std::string_view word) {
  if (!is_at(word)) return false;
  ++at_;
  return true;
}

void KataWords::skip_line() {
  while (is_on_line()) ++at_;
}

void KataWords::skip_statement() {
  take();
  while (!is_at_end() && !is_kata_keyword(here().text)) take();
}

std::vector<KataSegment> KataWords::take_condition() {
  std::vector<KataSegment> out;
  while (!is_at_end() && here().text != "next" &&
         !(here().is_first && is_kata_keyword(here().text))) {
    const KataWord& word = here();
    if (out.empty() || word.is_first) {
      out.push_back({word.text, word.offset});
    } else {
      const std::size_t length = word.offset - out.back().offset + word.text.size();
      out.back().text = text_.substr(out.back().offset - start_.offset, length);
    }
    take();
  }
  return out;
}

bool KataWords::is_missing() const {
  return is_at_end() || (here().is_first && is_kata_keyword(here().text));
}

KataName KataWords::take_name(std::string_view what) {
  if (is_missing() || !is_name(here().text)) {
    const std::string hint = is_missing() ? std::string() : name_mistake(here().text);
    expected(what, hint);
    // It was meant to be one: what follows it can still be read.
    if (!is_missing() && !here().is_first) take();
    return {};
  }
  const KataName name{here().text, place()};
  take();
  return name;
}

std::optional<KataName> KataWords::take_version_if_any() {
  if (!is_on_line() || !is_version(here().text)) return std::nullopt;
  const KataName version{here().text, place()};
  take();
  return version;
}

KataName KataWords::take_version(std::string_view whose) {
  if (!is_missing() && is_version(here().text)) {
    const KataName version{here().text, place()};
    take();
    return version;
  }
  const std::string_view word = is_missing() ? std::string_view() : here().text;
  const bool is_number = !word.empty() && is_digit(word[0]);
  const bool is_capital = word.starts_with('V');
  const std::size_t arrow = word.find("->");
  const bool has_arrow = arrow != std::string_view::npos && arrow > 0;
  std::string hint;
  if (is_number) hint = fmt::format("write 'v{}'", shown(word));
  if (is_capital) hint = "write a small v";
  if (has_arrow)
    hint = fmt::format("write '{} -> {}'", shown(word.substr(0, arrow)),
                       shown(word.substr(arrow + 2)));
  expected(fmt::format("the version of {}, such as v1", whose), std::move(hint));
  if (is_on_line() && (is_number || is_capital || has_arrow)) take();
  return {};
}

Duration KataWords::take_timeout(Unit unit) {
  const bool is_seconds = unit == Unit::seconds;
  const std::string_view what =
      is_seconds ? "the timeout in seconds" : "the timeout in milliseconds";
  if (is_missing()) {
    expected(what);
    return {};
  }
  const std::string_view text = here().text;
  double number = 0;
  const auto [end, failure] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  const bool is_number = failure == std::errc() && end == text.data() + text.size() &&
                         std::isfinite(number) && is_digit(text[0]);
  if (!is_number) {
    const bool has_unit = is_digit(text[0]);
    expected(what, has_unit ? fmt::format("a plain number, in {}",
                                          is_seconds ? "seconds" : "milliseconds")
                            : "");
    if (is_on_line() && text != "->") take();
    return {};
  }
  const Place at = place();
  take();
  const auto duration = from_seconds(is_seconds ? number : number / 1000);
  if (!duration || *duration <= Duration::zero()) {
    diagnostics_.error(
        mistakes::out_of_range, at,
        duration ? "a timeout of 0 leaves no time at all" : "the timeout is longer than ten years",
        duration ? "without a timeout there is no limit" : "");
    return {};
  }
  return *duration;
}

void KataWords::expected(std::string_view what, std::string hint) {
  const bool is_line_end = is_at_end() || (at_ > 0 && here().is_first);
  if (is_line_end) {
    diagnostics_.error(
        mistakes::syntax, behind(),
        fmt::format("expected {}, found the end of the {}", what, is_at_end() ? "file" : "line"),
        std::move(hint));
    return;
  }
  diagnostics_.error(mistakes::syntax, place(),
                     fmt::format("expected {}, found '{}'", what, shown(here().text)),
                     std::move(hint));
}

void KataWords::refuse_rest(std::string_view statement) {
  if (!is_on_line() || is_kata_keyword(here().text)) return;
  diagnostics_.error(mistakes::syntax, place(),
                     fmt::format("expected the end of the line behind {}, found '{}'", statement,
                                 shown(here().text)));
  skip_line();
}

}  // namespace ws
