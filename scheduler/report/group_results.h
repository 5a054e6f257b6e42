// The record of each group of a run for the result: members in declaration order, their values, the
// errors by member and by category, totals.
//
// Pure but for the last lines of logs, which come through an injected reader. A member without a
// value is null. Used by result_json.cpp and the summary.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/run_state.h"
#include "report/error_categories.h"
#include "report/json_text.h"

namespace ws {

// The last `lines` lines of a log (report/tail.h).
using LogReader =
    std::function<std::vector<std::string>(const std::string& log, std::size_t lines)>;

// Steps, and end gates for groups, in the order they were declared.
[[nodiscard]] std::vector<NodeId> declared_members(const Plan& plan, GroupId id);

// One per member that failed or timed out: the last line it wrote when its exit code is all that is
// known, else why. Of very many, only the first ten thousand are asked what they wrote.
[[nodiscard]] std::vector<MemberError> member_errors(const RunState& state,
                                                     const std::vector<NodeId>& members,
                                                     const LogReader& read_log);

// What a member handed on: one output as it is, several by name, of a
// group its result, else the list of its members'; null without any.
[[nodiscard]] Json member_result(const RunState& state, NodeId member);
// What a step handed on, by name; {"file": path} for a value that lies in a file.
[[nodiscard]] Json outputs_json(const RunState& state, NodeId node);

[[nodiscard]] Json groups_json(const RunState& state, const LogReader& read_log);

}  // namespace ws
