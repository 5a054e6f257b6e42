// Globs over trees of real files.
#include "executors/path_glob.h"

#include <filesystem>
#include <unistd.h>

#include "base/text.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ws;
using namespace ws::test;

namespace {

struct Tree {
  Tree() {
    for (const char* file : {"b.c", "a.c", "a.h", ".hidden.c", "src/x.c", "src/deep/y.c",
                             "src/.git/z.c", "other/src/w.c"})
      (void)temp.write(file, "");
    std::filesystem::create_directory_symlink(temp.path() / "src", temp.path() / "link");
  }
  [[nodiscard]] std::string glob(std::string_view pattern, std::size_t limit = 100) const {
    const auto found = expand_path_glob(temp.path().string(), pattern, limit);
    if (found.has_error()) return "error: " + found.error().message;
    std::string out;
    for (const std::string& path : *found) out += (out.empty() ? "" : " ") + path;
    return out;
  }
  TempDir temp;
};

}  // namespace

TEST_CASE("a glob's paths are sorted, spelled as the pattern is, directories without a slash") {
  const Tree tree;
  CHECK(tree.glob("*.c") == "a.c b.c");
  CHECK(tree.glob("./[ab].?") == "a.c a.h b.c");
  CHECK(tree.glob(".*.c") == ".hidden.c");
  CHECK(tree.glob("*") == "a.c a.h b.c link other src");
  CHECK(tree.glob("*/") == "link other src");
  CHECK(tree.glob("src/*.c") == "src/x.c");
  CHECK(tree.glob("link/*.c") == "link/x.c");
  CHECK(tree.glob("a.c") == "a.c");
  CHECK(tree.glob("missing") == "");
  CHECK(tree.glob("missing/*") == "");
  CHECK(tree.glob("a.c/*") == "");
  CHECK(tree.glob("src/../a.*") == "src/../a.c src/../a.h");
  CHECK(tree.glob("") == "");
  CHECK(tree.glob(tree.temp.path().string() + "/*.h") == tree.temp.path().string() + "/a.h");
}

TEST_CASE("two stars are any number of directories, but no links and nothing hidden") {
  const Tree tree;
  CHECK(tree.glob("**/*.c") == "a.c b.c other/src/w.c src/deep/y.c src/x.c");
  CHECK(tree.glob("**/src/**/*.c") == "other/src/w.c src/deep/y.c src/x.c");
  CHECK(tree.glob("src/**") == "src/deep src/deep/y.c src/x.c");
  CHECK(tree.glob("src/**/") == "src/deep");
  CHECK(tree.glob("**/**/deep") == "src/deep");
}

TEST_CASE("too many paths and closed directories are errors") {
  const Tree tree;
  CHECK(tree.glob("**/*.c", 4) == "error: '**/*.c' matches more than 4 paths");
  if (::geteuid() == 0) return;  // who may read everything cannot see this
  const auto closed = tree.temp.path() / "closed";
  std::filesystem::create_directory(closed);
  std::filesystem::permissions(closed, std::filesystem::perms::none);
  CHECK(tree.glob("closed/*") == "error: cannot list '" + closed.string() + "': Permission denied");
  std::filesystem::permissions(closed, std::filesystem::perms::owner_all);
}
