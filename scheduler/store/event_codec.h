// Facts as the store keeps them: a type, the node they are about, and a JSON object; and back
// without loss.
//
// Members that hold nothing (empty text, zero, false) are left out, and members this version does
// not know are ignored when reading: adding one is compatible. Text that is not UTF-8 becomes
// {"hex": "…"}, because JSON cannot hold it. Knows nothing of SQL. Used only inside store/.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/event.h"

namespace ws {

struct StoredFact {
  std::string_view type;  // name(fact)
  NodeId node;            // what it is about; invalid for facts about the run or a group
  std::string body;
};

[[nodiscard]] StoredFact encode(const Fact& fact);
// Error for an unknown type (a newer version's), for a body that is no JSON object, and for members
// of the wrong type.
[[nodiscard]] Result<Fact> decode(std::string_view type, NodeId node, std::string_view body);

// The inverse of name(StopWhy).
[[nodiscard]] std::optional<StopWhy> stop_why_named(std::string_view text);

// A JSON array of texts, for columns that hold a list; same rules.
[[nodiscard]] std::string encode_texts(const std::vector<std::string>& texts);
[[nodiscard]] Result<std::vector<std::string>> decode_texts(std::string_view json);

}  // namespace ws
