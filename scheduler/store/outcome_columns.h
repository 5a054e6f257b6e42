// An Outcome as three columns: a kind, a number and a text, and back without loss. The same three
// are the members of the JSON that events keep.
//
// Knows nothing of SQL or JSON. Used only inside store/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/outcome.h"

namespace ws {

struct OutcomeColumns {
  std::string_view kind;  // exited, signaled, …: texts that live for ever when flattened
  std::optional<std::int64_t> value;     // exited: code; signaled: signal; timed_out: limit in ns;
                                         // rate_limited: until, ns since 1970
  std::optional<std::string_view> text;  // spawn_failed, lost: why; signaled: "core dumped"
};

// The text belongs to the outcome.
[[nodiscard]] OutcomeColumns flatten(const Outcome& outcome);
// Error for an unknown kind (a later version's) or a number that is missing or out of range.
[[nodiscard]] Result<Outcome> unflatten(const OutcomeColumns& columns);

}  // namespace ws
