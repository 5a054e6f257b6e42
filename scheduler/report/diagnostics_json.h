// `validate --json`: every diagnostic as data, with its file, line, column, hint and further
// places.
//
// Pure. Knows no kinds: names and categories come from the diagnostics themselves.
#pragma once

#include <cstddef>
#include <string>

#include "base/diagnostic.h"
#include "base/source.h"

namespace ws {

// {ok, bundles_checked, errors: […], warnings: […]}; `ok` means no errors. Ordered by file and
// place. Nothing is left out, however many there are.
[[nodiscard]] std::string diagnostics_json(const Diagnostics& diagnostics, const SourceSet& sources,
                                           std::size_t bundles_checked);

}  // namespace ws
