// workstreams/broken/ holds one file per mistake, named after its kind; what formats/ says about it
// is kept in tests/golden/diagnostics.
#include <algorithm>
#include <filesystem>
#include <set>

#include "loading.h"
#include "model/mistakes.h"
#include "support/catch.h"
#include "support/golden.h"

namespace ws {
namespace {

namespace fs = std::filesystem;

// Found above formats/: across steps and files, or before a file is read.
bool is_found_elsewhere(std::string_view kind) {
  static const std::set<std::string_view> kElsewhere = {
      "unreadable-file",    "no-workstreams",
      "duplicate-id",       "unknown-dependency",
      "missing-workstream", "duplicate-dependency",
      "self-dependency",    "cycle",
      "unknown-member",     "repeated-member",
      "empty-group",        "scope-overlap",
      "unknown-tool",       "bad-option",
      "bad-reference",      "unknown-output",
      "bad-condition",      "missing-provider",
      "repeated-provider",  "taken-id",
      "foreign-script",     "bad-items",
      "ambiguous-result"};
  return kElsewhere.count(kind) > 0;
}

std::vector<fs::path> broken_files() {
  std::vector<fs::path> out;
  for (const auto& entry :
       fs::directory_iterator(fs::path(WORKSTREAM_SOURCE_DIR) / "workstreams/broken"))
    out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

test::Loading load_broken(const fs::path& path) {
  return test::load("workstreams/broken/" + path.filename().string(), test::read_file(path));
}

TEST_CASE("every broken file shows its mistake") {
  for (const fs::path& path : broken_files()) {
    const std::string kind = path.stem().string();
    if (is_found_elsewhere(kind)) continue;
    const auto loaded = load_broken(path);
    INFO(path << "\n" << loaded.text());
    CHECK(loaded.has(kind));
    for (const Diagnostic& item : loaded.diagnostics.items()) {
      const bool is_own = item.kind->name == kind;
      CHECK(is_own);
    }
    test::check_golden("diagnostics/" + kind + ".txt", loaded.text());
  }
}

TEST_CASE("files whose mistake is found across steps are sound by themselves") {
  for (const fs::path& path : broken_files()) {
    if (!is_found_elsewhere(path.stem().string())) continue;
    const auto loaded = load_broken(path);
    INFO(path << "\n" << loaded.text());
    CHECK(loaded.verdict == LoadVerdict::loaded);
    CHECK(loaded.diagnostics.items().empty());
  }
}

TEST_CASE("every kind has a broken file") {
  std::set<std::string> files;
  for (const fs::path& path : broken_files()) files.insert(path.stem().string());
  for (const DiagnosticKind* kind : mistakes::all()) {
    const std::string name(kind->name);
    // No file can show these: they are about what is not in a file.
    if (name == "unreadable-file" || name == "no-workstreams" || name == "bad-option" ||
        name.starts_with("refused-"))
      continue;
    INFO(name);
    CHECK(files.count(name) == 1);
  }
}

}  // namespace
}  // namespace ws
