// Which runs a clean-up removes, and which it would have removed but for a reason.
//
// Pure: rows in, a choice out; knows no database, clock or directory. Called by cli/clean.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "store/retention.h"
#include "store/rows.h"

namespace ws {

// A run goes when everything that is given asks for it.
struct RetentionWish {
  std::optional<std::size_t> keep;  // it is not among the newest so many of any of its workstreams
  std::optional<WallTime> before;   // it ended (or, without an end, began) before
  std::string workstream;           // it holds this one
  std::set<std::string> runs;       // it is one of these, by its id; empty: any
};

struct KeptRun {
  RunRow run;
  std::string why;
};

struct RetentionChoice {
  std::vector<RunRow> removed;  // oldest first
  std::vector<KeptRun> kept;    // asked for, and kept; oldest first
};

// `runs`: all of the store, newest first, `crashed` decided. Kept whatever is asked: a run that
// goes on, what may belong to it (runs inside runs), what a kept run or the memory needs, what
// comes after a kept run that did not succeed (else that one would be the newest again), and,
// unless `keep` is 0 or `runs` names it, the newest run of a workstream when it did not succeed:
// the next one may carry on from it.
[[nodiscard]] RetentionChoice choose_removals(std::vector<RunRow> runs,
                                              const std::vector<RunNeed>& needs,
                                              const RetentionWish& wish);

}  // namespace ws
