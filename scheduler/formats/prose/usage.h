// Which names some statements read and which they give a value, blocks that they call included.
//
// Does not know scopes: a name is a name. Called where a loop must know what its rounds hand on.
#pragma once

#include <set>
#include <string>

#include "formats/prose/declarations.h"
#include "formats/prose/program.h"

namespace ws::prose {

struct Usage {
  std::set<std::string, std::less<>> reads;
  std::set<std::string, std::less<>> writes;
};

[[nodiscard]] Usage usage_of(const Statements& statements, const Declarations& declared);
void add_reads(const Text& text, Usage& usage);

}  // namespace ws::prose
