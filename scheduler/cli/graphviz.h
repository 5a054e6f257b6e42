// Runs Graphviz' `dot` on a text and gives back the picture.
//
// Knows nothing of graphs. The only command that starts a program outside a run.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ws::cli {

// `format` is "svg" or "png". Errors: dot is not installed (says how to get it), or what it
// complained about.
[[nodiscard]] Result<std::string> render_graphviz(std::string_view format, const std::string& dot);

}  // namespace ws::cli
