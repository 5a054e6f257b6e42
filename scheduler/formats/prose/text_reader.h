// What stands between the quotes of a string, taken apart: escapes are resolved, `{name}` and
// `{a.b}` become interpolations, `{}` and braces around anything else stay text.
//
// Does not know whether a name is defined. Called by the lexer.
#pragma once

#include <string_view>

#include "base/diagnostic.h"
#include "formats/prose/token.h"

namespace ws::prose {

// `inner` stands at `place` (without the quotes). `has_escapes`: a backslash means something, and
// an unknown escape is an error (E002).
struct TextSource {
  std::string_view inner;
  Place place;
  bool has_escapes = true;
};
[[nodiscard]] Text read_text_parts(const TextSource& source, Diagnostics& diagnostics);

}  // namespace ws::prose
