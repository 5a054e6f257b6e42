// One step of the native format, from its object into the model.
//
// Does not check (SchemaCheck did) and knows no other step.
#pragma once

#include "formats/action_reader.h"
#include "formats/fields.h"
#include "formats/reading.h"
#include "model/workstream.h"

namespace ws {

// What a step takes from its workstream when it says nothing itself.
struct StepDefaults {
  ActionDefaults action;
  std::int32_t priority = 0;
};

[[nodiscard]] Step read_step(Value value, const StepDefaults& defaults, Reading& reading);

// name → text, for metadata; keys that begin with '_' are left out.
void read_metadata(const Field* field, const SourceSet& sources,
                   std::vector<std::pair<std::string, std::string>>& out);

// name → slots.
[[nodiscard]] std::vector<std::pair<std::string, std::uint32_t>> read_pools(const Field* field);

}  // namespace ws
