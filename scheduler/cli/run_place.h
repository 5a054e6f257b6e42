// Whether an earlier run was made in this directory: what a run finished, it finished where it was.
//
// Knows nothing of what was finished. Called by cli/resumption.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/layout.h"
#include "store/rows.h"

namespace ws::cli {

// Its current directory was another one than ours. A directory that was moved, or that a container
// has under another name, is the same one when the state directory lies in it. False when it is not
// known.
[[nodiscard]] bool was_made_elsewhere(const RunRow& run, const StateLayout& layout);

// The newest run of each workstream by its number, and the workstreams that go on with it.
using NewestRuns =
    std::map<std::int64_t, std::pair<RunRow, std::vector<std::string>>, std::greater<>>;

// Leaves out the runs that were made elsewhere. Answers the newest of them that `is_wanted` here.
std::optional<RunRow> leave_out_those_elsewhere(
    const StateLayout& layout, NewestRuns& runs,
    const std::function<bool(const NewestRuns::value_type&)>& is_wanted);

}  // namespace ws::cli
