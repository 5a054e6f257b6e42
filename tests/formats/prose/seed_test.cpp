// Every program of the source document loads, or is refused for the reason it gives itself.
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "../loading.h"
#include "support/catch.h"
#include "support/golden.h"

namespace ws::prose {
namespace {

namespace fs = std::filesystem;

// The text between ``` lines that holds statements.
std::vector<std::string> programs_of(const std::string& text) {
  std::vector<std::string> out;
  std::size_t at = text.find("```\n");
  while (at != std::string::npos) {
    const std::size_t end = text.find("```\n", at + 4);
    if (end == std::string::npos) break;
    std::string program = text.substr(at + 4, end - at - 4);
    if (program.find("parallel") != std::string::npos) out.push_back(std::move(program));
    at = text.find("```\n", end + 4);
  }
  return out;
}

TEST_CASE("the programs of the source document") {
  const fs::path seeds = fs::path(WORKSTREAM_SOURCE_DIR) / "../shared/seeds";
  std::vector<std::string> programs;
  if (fs::is_directory(seeds)) {
    for (const auto& entry : fs::directory_iterator(seeds)) {
      if (entry.path().filename().string().starts_with("001_"))
        programs = programs_of(test::read_file(entry.path()));
    }
  }
  if (programs.empty()) {
    WARN("the source documents are not beside this project: skipped");
    return;
  }
  CHECK(programs.size() >= 8);
  for (const std::string& program : programs) {
    const auto loaded = test::load("seed.prose", program);
    INFO(program << "\n" << loaded.text());
    // Headers alone, and a block with nothing but a comment, have no branches: an error (Q2).
    const bool has_sessions = program.find("session") != std::string::npos;
    if (has_sessions) {
      CHECK(loaded.errors().empty());
    } else {
      CHECK_FALSE(loaded.errors().empty());
      for (const std::string& kind : loaded.errors()) CHECK(kind == "empty-group");
    }
  }
}

}  // namespace
}  // namespace ws::prose
