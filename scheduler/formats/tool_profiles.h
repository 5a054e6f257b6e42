// Tool profiles from YAML or JSON text (tools/*.yaml, or the `{name: {command, args, …}}` table
// form).
//
// Does not search directories: cli/ finds and reads the files, in order; later profiles of a name
// replace earlier ones.
#pragma once

#include <string>

#include "base/diagnostic.h"
#include "model/tool_profile.h"

namespace ws {

// Adds the text to `sources` and its profiles to `book`. False when the file had errors (nothing of
// it was added).
bool read_tool_profiles(std::string name, std::string text, SourceSet& sources, ToolBook& book,
                        Diagnostics& diagnostics);

}  // namespace ws
