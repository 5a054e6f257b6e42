// How a report looks: symbols (Unicode or ASCII), colours, and the cleaning of text that came from
// users or steps.
//
// Knows nothing of runs or terminals: cli decides whether colour and Unicode are wanted. Every
// report/ file that writes for people uses it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "engine/outcome.h"

namespace ws {

// Where a report writes: whole lines or whole frames, one call each, so that nothing interleaves.
using TextSink = std::function<void(std::string_view text)>;

enum class Symbol : std::uint8_t {
  ok,
  failed,
  busy,
  arrow,
  skipped,
  check,
  stopped,
  accepted,
  ellipsis
};
enum class Paint : std::uint8_t { plain, red, green, yellow, cyan, dim, bold };

struct Style {
  bool ascii = false;   // `--ascii`: nothing but ASCII reaches the screen
  bool colour = false;  // only when asked

  [[nodiscard]] std::string_view symbol(Symbol which) const;
  // The text inside colour codes; unchanged without colour. The text itself must be clean().
  [[nodiscard]] std::string paint(Paint paint, std::string_view text) const;
  // Safe to show, on one line; with `ascii`, everything else becomes '?' and '…' becomes "...".
  [[nodiscard]] std::string clean(std::string_view text) const;
  // Clean and cut to `columns`, an ellipsis at the end when something was cut.
  [[nodiscard]] std::string cut(std::string_view text, std::size_t columns) const;
};

// Runs of blanks and line breaks become one blank: prose of several lines on one.
[[nodiscard]] std::string one_line(std::string_view text);

// The symbol and colour that stand for a step's state everywhere.
[[nodiscard]] Symbol symbol_of(StepState state);
[[nodiscard]] Paint paint_of(StepState state);

}  // namespace ws
