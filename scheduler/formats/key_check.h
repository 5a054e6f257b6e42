// What a key that is not in the description most likely is: somebody's own annotation, a
// misspelling of a known key, a key that belongs to another object, or simply unknown.
//
// A near miss is an error, because a misspelt `depends_on` silently ignored runs steps in the wrong
// order; anything else is a warning, because real files carry keys of other tools. The rules:
//   - the same letters without `_`, `-` and capitals (dependsOn, depends-on) is a near miss;
//   - from six letters on, one typing mistake (two from ten on) is a near miss; below that only a
//     swap of neighbours or one letter too many or too few, the first letter being right;
//   - a singular for a plural or the reverse (step, acceptance_test) is a near miss only when the
//     value would fit there: `phase: "P1"` and `tools: […]` are labels of other people.
// Knows the description only; reports nothing.
#pragma once

#include <string_view>

#include "formats/document.h"
#include "formats/schema.h"

namespace ws {

enum class UnknownKey : std::uint8_t { unknown, misspelt };

struct KeyJudgement {
  UnknownKey verdict = UnknownKey::unknown;
  std::string_view suggestion;  // the known key it resembles; may be empty
};

// `member` is not in `spec`.
[[nodiscard]] KeyJudgement judge_unknown_key(const Member& member, const ObjectSpec& spec);

}  // namespace ws
