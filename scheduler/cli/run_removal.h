// Removing a run whole: its rows, then its directories, under the locks of its workstreams.
//
// Does not decide which run (store/retention_choice.h). Called by cli/clean.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "platform/remove_tree.h"
#include "store/layout.h"
#include "store/retention.h"

namespace ws::cli {

// Why a run stays although it was to go.
struct Left {
  std::string why;
};

// `newest`: the store's newest run when the choice was made; a run of the same workstreams that
// began since may need this one. An Error: the store or a directory said no; what is half done is
// done by the next clean.
[[nodiscard]] Result<std::variant<Removed, Left>> remove_run(const StateLayout& layout,
                                                             Retention& retention,
                                                             const HalfRemoved& run,
                                                             std::int64_t newest);

// The rest of a removal that was cut off.
[[nodiscard]] Result<std::variant<Removed, Left>> finish_removal(const StateLayout& layout,
                                                                 Retention& retention,
                                                                 const HalfRemoved& run);

// What its directories hold.
[[nodiscard]] Result<Removed> measure_run(const StateLayout& layout, const HalfRemoved& run);

}  // namespace ws::cli
