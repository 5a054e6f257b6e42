// The rule of a group, a phase or the items of a step: join, what failures do, losers, limits.
//
// Does not carry anything out. Words and ranges were SchemaCheck's; reports what contradicts itself
// or has no effect inside one rule. Called by the readers of groups and of `for_each`.
#pragma once

#include <cstddef>
#include <string_view>

#include "formats/fields.h"
#include "formats/reading.h"
#include "model/policy.h"

namespace ws {

// execute, join, on_failure (and on_first_failure, fail_if, errors, which each stand before it),
// losers, max_workers and timeout of a group or phase.
[[nodiscard]] GroupRule read_group_rule(const Fields& group, Reading& reading);

// The same of a step with `for_each`, where on_failure is on_item_failure: the step's own
// on_failure and timeout are of other things.
[[nodiscard]] GroupRule read_item_rule(const Fields& step, Reading& reading);

// An error when the join wants more successes than there can be. `what` is one of them: "member".
void check_join_count(const Field* join, const GroupRule& rule, std::size_t members,
                      std::string_view what, Reading& reading);

}  // namespace ws
