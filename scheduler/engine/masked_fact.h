// A fact as it may be kept and shown: without secret values.
//
// Knows every text a fact holds and nothing of who reads it. The engine itself folds the real
// facts, because dependents need the real results. Used by cli/masking.h.
#pragma once

#include <string>

#include "base/secrets.h"
#include "engine/event.h"
#include "engine/run_values.h"

namespace ws {

// The value of a result that has a secret name.
void learn_output(Secrets& secrets, const NamedValue& value);

// Results and items stay JSON; NamedValue::is_masked says of which a part is missing now. Paths of
// files, ids and the run's names stay: they are looked up by what they are.
[[nodiscard]] Fact masked_fact(const Fact& fact, const Secrets& secrets);

// A JSON text; numbers, booleans and names of members too.
[[nodiscard]] std::string masked_json(const std::string& json, const Secrets& secrets);
[[nodiscard]] InputValues masked_inputs(const InputValues& inputs, const Secrets& secrets);

}  // namespace ws
