// The compile rules of a kata, by the names of the original: missing_initial_phase, missing_phase,
// unreachable_phase, missing_transition, conflicting_transition, cycle_detected, undeclared_skill;
// and what it let pass: names that are there twice, requirements nobody uses, crowded spawns.
//
// Looks at one kata; does not know what conditions name (kata_variables.h) nor which katas there
// are. Called by kata_reader.cpp.
#pragma once

#include "base/diagnostic.h"
#include "formats/kata/kata_graph.h"

namespace ws {

void check_kata(const Kata& kata, const KataGraph& graph, Diagnostics& diagnostics);

}  // namespace ws
