#include "report/style.h"

#include <array>

#include "base/text.h"

namespace ws {
namespace {

struct Spelling {
  std::string_view unicode;
  std::string_view ascii;
};

// Index = the enum's value.
constexpr std::array<Spelling, 9> kSymbols = {{{"✓", "[ok]"},
                                               {"✗", "[fail]"},
                                               {"⟳", "[run]"},
                                               {"→", "->"},
                                               {"⊘", "[skip]"},
                                               {"●", "[check]"},
                                               {"■", "[stop]"},
                                               {"●", "[accepted]"},
                                               {"…", "..."}}};
static_assert(kSymbols[static_cast<std::size_t>(Symbol::ellipsis)].ascii == "...");

constexpr std::array<std::string_view, 7> kCodes = {"",         "\x1b[31m", "\x1b[32m", "\x1b[33m",
                                                    "\x1b[36m", "\x1b[2m",  "\x1b[1m"};
static_assert(kCodes[static_cast<std::size_t>(Paint::bold)] == "\x1b[1m");

// Needs valid UTF-8, which printable() guarantees.
std::string to_ascii(std::string_view text) {
  constexpr std::string_view kEllipsis = "…";
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80U) {
      out += text[i];
    } else if (text.substr(i).starts_with(kEllipsis)) {
      out += "...";
      i += kEllipsis.size() - 1;
    } else if ((byte & 0xC0U) != 0x80U) {
      out += '?';
    }
  }
  return out;
}

}  // namespace

std::string_view Style::symbol(Symbol which) const {
  const Spelling& spelling = kSymbols[static_cast<std::size_t>(which)];
  return ascii ? spelling.ascii : spelling.unicode;
}

std::string Style::paint(Paint paint, std::string_view text) const {
  if (!colour || paint == Paint::plain || text.empty()) return std::string(text);
  std::string out(kCodes[static_cast<std::size_t>(paint)]);
  out += text;
  out += "\x1b[0m";
  return out;
}

std::string Style::clean(std::string_view text) const {
  std::string shown = printable(text);
  return ascii ? to_ascii(shown) : shown;
}

std::string Style::cut(std::string_view text, std::size_t columns) const {
  std::string shown = clean(text);
  if (display_width(shown) <= columns) return shown;
  if (!ascii) return truncate_to_width(shown, columns);
  if (columns <= 3) return std::string(columns, '.');
  shown.resize(columns - 3);
  return shown + "...";
}

std::string one_line(std::string_view text) {
  std::string out;
  bool is_blank = false;
  for (const char c : trimmed(text)) {
    const bool is_space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (is_space && !is_blank) out += ' ';
    if (!is_space) out += c;
    is_blank = is_space;
  }
  return out;
}

Symbol symbol_of(StepState state) {
  switch (state) {
    case StepState::waiting:
    case StepState::ready:
    case StepState::running:
    case StepState::backing_off:
      return Symbol::busy;
    case StepState::succeeded:
    case StepState::noop:
    case StepState::compensated:
      return Symbol::ok;
    case StepState::unverified:
      return Symbol::check;
    case StepState::failed:
    case StepState::timed_out:
      return Symbol::failed;
    case StepState::cancelled:
      return Symbol::stopped;
    case StepState::skipped:
      return Symbol::skipped;
  }
  return Symbol::busy;
}

Paint paint_of(StepState state) {
  switch (state) {
    case StepState::waiting:
    case StepState::ready:
      return Paint::plain;
    case StepState::running:
    case StepState::backing_off:
      return Paint::cyan;
    case StepState::succeeded:
    case StepState::noop:
    case StepState::compensated:
      return Paint::green;
    case StepState::unverified:
    case StepState::skipped:
    case StepState::cancelled:
      return Paint::yellow;
    case StepState::failed:
    case StepState::timed_out:
      return Paint::red;
  }
  return Paint::plain;
}

}  // namespace ws
