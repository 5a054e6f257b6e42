// Runs a tale in virtual time and says which invariant broke, if one did.
//
// Also what no single run can show: a run whose scheduler died has recorded the beginning of the
// run that nobody disturbed. Called by simulate, by shrink and by the tests.
#pragma once

#include <cstddef>
#include <string>

#include "simulation/tale.h"

namespace ws::test {

struct Simulated {
  enum class End : std::uint8_t {
    well,
    contradictory,  // the files contradict themselves, and are refused
    broken,
  };
  End end = End::well;
  std::string invariant;  // of a broken one
  std::string what;
  Story::Scripts scripts;  // what the attempts did, of the run that broke
  std::size_t events = 0;
};

[[nodiscard]] Simulated simulate(const Tale& tale);

// Options, outcomes and wishes of a tale, which the story borrows; its crashes are for kill(), one
// for each run.
void prepare(const Tale& tale, Story& story);
void kill(const Crash& crash, MemoryRecorder& recorder);

}  // namespace ws::test
