// Every JSON block of the source document: complete workflows load, fragments are refused for what
// they lack, and load when it is added. Passed over where the document is not beside the project.
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "../loading.h"
#include "shown.h"
#include "support/catch.h"
#include "support/golden.h"

namespace ws {
namespace {

std::vector<std::string> json_blocks(const std::string& text) {
  std::vector<std::string> out;
  constexpr std::string_view kOpen = "```json\n";
  for (std::size_t at = text.find(kOpen); at != std::string::npos; at = text.find(kOpen, at)) {
    at += kOpen.size();
    const std::size_t end = text.find("\n```", at);
    out.push_back(text.substr(at, end - at));
  }
  return out;
}

std::string document() {
  const std::filesystem::path directory =
      std::filesystem::path(WORKSTREAM_SOURCE_DIR) / "../shared/seeds";
  if (!std::filesystem::is_directory(directory)) return "";
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().filename().string().starts_with("003_")) return test::read_file(entry.path());
  }
  return "";
}

// The configuration of a container as the one step of a workflow.
std::string wrapped(const std::string& configuration) {
  return R"({"name": "wrapped", "version": "1.0.0",
 "steps": [{"name": "container", "node": "parallel-execution", "type": "module"}],
 "nodes": {"container": )" +
         configuration + "}}";
}

TEST_CASE("the blok source document: each snippet loads or is refused for a reason") {
  const std::string text = document();
  if (text.empty()) {
    WARN("the source document is not here: ../shared/seeds");
    return;
  }
  std::string out;
  std::size_t number = 0;
  for (const std::string& block : json_blocks(text)) {
    const auto loaded = test::load_json(block);
    out += fmt::format("--- snippet {}\n{}", ++number, loaded.text());
    if (loaded.verdict == LoadVerdict::loaded) {
      out += test::shown(loaded.only());
    } else if (loaded.text().find("without its workflow") != std::string::npos) {
      const auto again = test::load_json(wrapped(block));
      INFO(again.text());
      CHECK(again.verdict == LoadVerdict::loaded);
      if (again.verdict == LoadVerdict::loaded)
        out += fmt::format("wrapped:\n{}", test::shown(again.only()));
    }
  }
  CHECK(number >= 7);
  test::check_golden("blok/source_document.txt", out);
}

}  // namespace
}  // namespace ws
