// Removing directories: links, modes, depth.
#include "platform/remove_tree.h"

#include <cerrno>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/machine.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ws;
using namespace ws::test;

namespace fs = std::filesystem;

TEST_CASE("a tree goes with all that is in it, and what links lead to stays") {
  const TempDir dir;
  const std::string precious = dir.write("precious", "keys");
  dir.write("tree/a/b/file", std::string(100000, 'x'));
  dir.write("tree/.hidden", "");
  fs::create_symlink(precious, dir.path() / "tree" / "link");
  fs::create_directory_symlink(dir.path(), dir.path() / "tree" / "up");
  REQUIRE(::mkfifo((dir.path() / "tree" / "pipe").c_str(), 0600) == 0);
  const std::string tree = dir.path() / "tree";
  const auto measured = measure_tree(tree);
  REQUIRE(measured.has_value());
  CHECK(measured->entries == 8);
  CHECK(fs::exists(tree));
  const auto before = current_directory();
  const auto removed = remove_tree(tree);
  REQUIRE(removed.has_value());
  CHECK(removed->entries == 8);
  CHECK(removed->bytes == measured->bytes);
  CHECK(removed->bytes >= 100000);
  CHECK(!fs::exists(tree));
  CHECK(dir.read("precious") == "keys");
  CHECK(*current_directory() == *before);
}

TEST_CASE("a link in the tree's place is removed alone") {
  const TempDir dir;
  dir.write("real/file", "x");
  fs::create_directory_symlink(dir.path() / "real", dir.path() / "link");
  CHECK(remove_tree(dir.path() / "link")->entries == 1);
  CHECK(dir.read("real/file") == "x");
}

TEST_CASE("what is not there is removed already") {
  const TempDir dir;
  const auto removed = remove_tree(dir.path() / "nothing");
  REQUIRE(removed.has_value());
  CHECK(removed->entries == 0);
}

TEST_CASE("directories without permission are emptied all the same") {
  const TempDir dir;
  dir.write("tree/closed/file", "x");
  ::chmod((dir.path() / "tree" / "closed").c_str(), 0);
  CHECK(remove_tree(dir.path() / "tree").has_value());
  CHECK(!fs::exists(dir.path() / "tree"));
}

TEST_CASE("a tree that is deeper than a path can be long (PATH_MAX) goes too") {
  const TempDir dir;
  const auto before = current_directory();
  REQUIRE(::chdir(dir.path().c_str()) == 0);
  const std::string name(200, 'd');
  REQUIRE(::mkdir("tree", 0700) == 0);
  REQUIRE(::chdir("tree") == 0);
  for (int i = 0; i < 100; ++i) {
    REQUIRE(::mkdir(name.c_str(), 0700) == 0);
    REQUIRE(::chdir(name.c_str()) == 0);
  }
  REQUIRE(::chdir(before->c_str()) == 0);
  const auto removed = remove_tree(dir.path() / "tree");
  INFO((removed ? "" : removed.error().message.substr(0, 200)));
  REQUIRE(removed.has_value());
  CHECK(removed->entries == 101);
  CHECK(!fs::exists(dir.path() / "tree"));
}
