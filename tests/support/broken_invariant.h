// What a check of a run in virtual time throws: which invariant did not hold, and what was seen.
//
// Knows no test framework: Catch reports it as any exception, scripts/simulate by its name.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace ws::test {

struct BrokenInvariant : std::runtime_error {
  BrokenInvariant(std::string which, const std::string& detail)
      : std::runtime_error("invariant '" + which + "' is broken: " + detail),
        invariant(std::move(which)) {}
  // The same, with what was told of the run so far.
  BrokenInvariant(const BrokenInvariant& broken, std::string_view told)
      : std::runtime_error(broken.what() + std::string("\n") + std::string(told)),
        invariant(broken.invariant) {}
  std::string invariant;
};

// `detail` is only made when it is needed: a function that gives a text.
template <class Detail>
void require(bool holds, const char* invariant, Detail detail) {
  if (!holds) throw BrokenInvariant(invariant, detail());
}

}  // namespace ws::test
