// From the text of a prose program to its tokens: indentation like Python's (spaces only), comments
// from `#`, strings, `"""` blocks, `**…**` texts. Inside brackets lines do not count.
//
// Knows no statements. Every mistake becomes a diagnostic, and reading goes on behind it.
#pragma once

#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "formats/prose/token.h"

namespace ws::prose {

// Ends with an end token. Indents and dedents are balanced.
[[nodiscard]] std::vector<Token> lex(const SourceSet& sources, SourceId source,
                                     Diagnostics& diagnostics);

}  // namespace ws::prose
