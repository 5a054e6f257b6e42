// load_text(): one file's text into the Workset, whatever its notation. Detection is by extension,
// then by shape.
//
// Does not read files, the environment or the clock: all are given. Does not check names across
// steps (model/lower.h).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/diagnostic.h"
#include "model/workstream.h"

namespace ws {

enum class Format { automatic, json, yaml, kata, prose };

struct LoadOptions {
  std::function<std::optional<std::string>(std::string_view)> env;  // null: no variable is set
  std::map<std::string, std::string, std::less<>> vars;             // --var k=v
  Format format = Format::automatic;
  bool strict_json = false;  // comments in JSON are errors
};

enum class LoadVerdict {
  loaded,            // at least one workstream came in (there may still be warnings)
  has_errors,        // diagnostics say which; workstreams with an id are in the workset all the
                     // same, so that mistakes across steps are found in one go: never run them
  not_a_workstream,  // well-formed but something else: an error for a named file, skipped in a
                     // directory
};

// Adds the source to workset.sources, and the workstreams that are in it. `name` is the path as the
// user gave it. For not_a_workstream one diagnostic is put into `diagnostics`
// (mistakes::not_a_workstream, or unsupported_format for a phase plan); the caller decides its
// weight.
LoadVerdict load_text(std::string name, std::string text, const LoadOptions& options,
                      Workset& workset, Diagnostics& diagnostics);

// Which of the --var names no loaded file declared or used; the caller reports them.
[[nodiscard]] std::vector<std::string> unused_vars(const LoadOptions& options,
                                                   const Workset& workset);

}  // namespace ws
