// Golden files: the expected text lives in tests/golden/. WORKSTREAM_APPROVE=1 rewrites them;
// review the diff as text.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "support/catch.h"
#include "support/temp_dir.h"

namespace ws::test {

// Compares `actual` with tests/golden/<name>; a missing file is a failure that says how to approve
// it.
inline void check_golden(const std::string& name, const std::string& actual) {
  const auto path = std::filesystem::path(WORKSTREAM_SOURCE_DIR) / "tests" / "golden" / name;
  if (std::getenv("WORKSTREAM_APPROVE") != nullptr) {  // NOLINT(concurrency-mt-unsafe)
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << actual;
  }
  INFO("golden file tests/golden/" << name << " (WORKSTREAM_APPROVE=1 rewrites it)");
  REQUIRE(std::filesystem::exists(path));
  CHECK(read_file(path) == actual);
}

}  // namespace ws::test
