// Reading kata texts in a test: the workstreams, the diagnostics, and shortcuts into both.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "../loading.h"

namespace ws::test {

[[nodiscard]] Loading load_kata(std::string text);
// "kata k v1", the requirements of the skills a and b, "initial one", then `phases`.
[[nodiscard]] Loading load_phases(const std::string& phases);
[[nodiscard]] const Step& step_of(const Workstream& workstream, std::string_view id);
[[nodiscard]] const Group& group_of(const Workstream& workstream, std::string_view id);
// "a", "b!" for on: failure, "c?" for on: done.
[[nodiscard]] std::vector<std::string> names(const std::vector<Dependency>& dependencies);

}  // namespace ws::test
