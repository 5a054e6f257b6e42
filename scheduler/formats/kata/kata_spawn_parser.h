// `spawn kata …` and `spawn parallel … join …`.
//
// Knows nothing else of a phase. Called by kata_parser.cpp at the word `spawn`; reading goes on
// behind the action, or at the next line after a mistake.
#pragma once

#include <optional>

#include "base/diagnostic.h"
#include "formats/kata/kata_file.h"
#include "formats/kata/kata_words.h"

namespace ws {

[[nodiscard]] std::optional<KataAction> read_kata_spawn(KataWords& words, Diagnostics& diagnostics);

}  // namespace ws
