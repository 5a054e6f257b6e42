// Real files must load as they are: the repository's own examples, and (when they are beside the
// repository) the samples and the JSON snippets of the source document.
#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "loading.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace ws {
namespace {

using test::load;
namespace fs = std::filesystem;

bool is_workstream_file(const fs::path& path) {
  return path.extension() == ".json" || path.extension() == ".yaml";
}

std::vector<fs::path> files_in(const fs::path& directory) {
  std::vector<fs::path> out;
  if (!fs::exists(directory)) return out;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.is_regular_file() && is_workstream_file(entry.path())) out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

// The blocks between ``` lines that are marked json.
std::vector<std::string> json_blocks(const std::string& text) {
  std::vector<std::string> out;
  std::size_t at = 0;
  while ((at = text.find("```json\n", at)) != std::string::npos) {
    at += 8;
    const std::size_t end = text.find("```", at);
    if (end == std::string::npos) break;
    out.push_back(text.substr(at, end - at));
    at = end + 3;
  }
  return out;
}

TEST_CASE("the repository's examples load without errors") {
  const fs::path root = fs::path(WORKSTREAM_SOURCE_DIR) / "workstreams";
  std::vector<fs::path> files = files_in(root);
  for (const fs::path& path : files_in(root / "set")) files.push_back(path);
  REQUIRE_FALSE(files.empty());
  for (const fs::path& path : files) {
    const auto loaded = load(path.string(), test::read_file(path));
    INFO(loaded.text());
    CHECK(loaded.verdict == LoadVerdict::loaded);
  }
}

TEST_CASE("the samples load without a word") {
  const fs::path samples = fs::path(WORKSTREAM_SOURCE_DIR) / "../shared/samples/workstreams";
  for (const fs::path& path : files_in(samples)) {
    const auto loaded = load(path.string(), test::read_file(path));
    INFO(loaded.text());
    CHECK(loaded.verdict == LoadVerdict::loaded);
    CHECK(loaded.diagnostics.items().empty());
    for (const Workstream& workstream : loaded.workset.workstreams) {
      for (const Step& step : workstream.steps) {
        for (const AcceptanceTest& acceptance : step.details().acceptance_tests)
          CHECK_FALSE(acceptance.is_manual());
      }
    }
  }
}

TEST_CASE("the snippets of the source document load without errors") {
  const fs::path seed =
      fs::path(WORKSTREAM_SOURCE_DIR) / "../shared/seeds/004_d603f4ca964b4ab6.txt";
  if (!fs::exists(seed)) return;
  int tried = 0;
  for (std::string block : json_blocks(test::read_file(seed))) {
    // Fragments are completed as a reader would: what a snippet leaves out ("[...]") is empty.
    for (std::size_t at = block.find("..."); at != std::string::npos; at = block.find("..."))
      block.erase(at, 3);
    const std::size_t first = block.find_first_not_of("\n ");
    if (block.compare(first, 2, "//") == 0 || block[first] == '"') block = "{" + block + "}";
    std::string text = block;
    const bool is_step = block.find("\"steps\"") == std::string::npos &&
                         block.find("\"execution\"") == std::string::npos &&
                         block.find("\"step_groups\"") == std::string::npos;
    if (is_step) text = "{\"steps\": [" + block + "]}";
    text.insert(text.find('{') + 1, "\"id\": \"ws-seed\", ");
    const auto loaded = load("seed.json", text);
    INFO(loaded.text());
    CHECK(loaded.verdict == LoadVerdict::loaded);
    ++tried;
  }
  CHECK(tried > 8);
}

}  // namespace
}  // namespace ws
