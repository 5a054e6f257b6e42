// From words to katas: the grammar of FORMATS.md 2.1, with every mistake of the file reported and
// reading going on at the next line.
//
// Knows nothing of what phases mean to each other (kata_rules.h does) and nothing of the model.
// Called by kata_reader.cpp.
#pragma once

#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "formats/kata/kata_file.h"

namespace ws {

// `start`: where the text begins in the source; the views into it are the katas' texts.
[[nodiscard]] std::vector<Kata> parse_katas(std::string_view text, Place start,
                                            Diagnostics& diagnostics);

}  // namespace ws
