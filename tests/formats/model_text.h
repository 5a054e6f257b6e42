// A workstream of the model as text, field by field but without places and files: two are the same
// when their texts are.
#pragma once

#include <string>

#include "model/workstream.h"

namespace ws::test {

[[nodiscard]] std::string model_text(const Workstream& workstream);

}  // namespace ws::test
