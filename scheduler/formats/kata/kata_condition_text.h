// The condition of a branch in the words of the model's expressions (model/expression.h).
//
// A variable is a binding, a part of a skill's output (the latest skill that has it), parallel_…,
// or an input; without a value a comparison is false, as in the original. A name that nothing can
// give is an error. Called by kata_lowering.cpp.
#pragma once

#include <string>

#include "base/diagnostic.h"
#include "formats/kata/kata_variables.h"

namespace ws {

// As it is known at the end of the phase.
[[nodiscard]] std::string kata_condition_text(const KataCondition& condition,
                                              const KataVariables& variables, std::uint32_t phase,
                                              Diagnostics& diagnostics);

}  // namespace ws
