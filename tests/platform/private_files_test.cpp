// Files of the state directory: nobody else's to read, and no way out of it.
#include "platform/private_files.h"

#include <cerrno>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/files.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ws;
using namespace ws::test;

namespace {

namespace fs = std::filesystem;

// Files and directories are made under this umask.
class Umask {
 public:
  explicit Umask(mode_t mask) : before_(::umask(mask)) {}
  ~Umask() { ::umask(before_); }
  Umask(const Umask&) = delete;
  Umask& operator=(const Umask&) = delete;

 private:
  mode_t before_;
};

unsigned mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::lstat(path.c_str(), &status) == 0);
  return status.st_mode & 07777U;
}

constexpr std::string_view kNoLinks =
    ": it is a symbolic link, and nothing in the state directory is reached through one";

}  // namespace

TEST_CASE("private files and directories have one mode under every umask") {
  for (const mode_t mask : {0U, 022U, 077U, 0277U, 0777U}) {
    INFO("umask " << mask);
    const TempDir dir;
    const std::string root = dir.path();
    const std::string deep = root + "/a/b/c";
    {
      const Umask umask(mask);
      REQUIRE(make_directories_below(root, deep).has_value());
      REQUIRE(make_directories(root + "/x/y").has_value());
      REQUIRE(write_private_file(deep + "/text", "secret").has_value());
      for (const PrivateOpen how : {PrivateOpen::replace, PrivateOpen::append, PrivateOpen::keep}) {
        const std::string path = deep + "/" + std::to_string(static_cast<int>(how));
        REQUIRE(open_private_file(path, how).has_value());
        CHECK(mode_of(path) == 0600);
      }
    }
    CHECK(mode_of(deep + "/text") == 0600);
    for (const char* made : {"/a", "/a/b", "/a/b/c", "/x", "/x/y"})
      CHECK(mode_of(root + made) == 0700);
  }
}

TEST_CASE("a file that was there keeps its mode and, when it is kept, its text") {
  const TempDir dir;
  const std::string path = dir.write("f", "text");
  ::chmod(path.c_str(), 0640);
  REQUIRE(open_private_file(path, PrivateOpen::keep).has_value());
  CHECK(dir.read("f") == "text");
  REQUIRE(open_private_file(path, PrivateOpen::append).has_value());
  CHECK(dir.read("f") == "text");
  REQUIRE(open_private_file(path, PrivateOpen::replace).has_value());
  CHECK(dir.read("f").empty());
  CHECK(mode_of(path) == 0640);
}

TEST_CASE("a link in a private file's place is refused, or replaced where all of it is written") {
  const TempDir dir;
  const std::string precious = dir.write("precious", "keys");
  const std::string link = dir.path() / "link";
  for (const PrivateOpen how : {PrivateOpen::replace, PrivateOpen::append, PrivateOpen::keep}) {
    fs::remove(link);
    fs::create_symlink(precious, link);
    const auto opened = open_private_file(link, how);
    REQUIRE(opened.has_error());
    CHECK(opened.error().os_error == ELOOP);
    CHECK(opened.error().message == "cannot write '" + link + "'" + std::string(kNoLinks));
  }
  REQUIRE(write_private_file(link, "new").has_value());
  CHECK(!fs::is_symlink(link));
  CHECK(dir.read("link") == "new");
  CHECK(dir.read("precious") == "keys");
}

TEST_CASE("what is no file is neither waited for nor written") {
  const TempDir dir;
  const std::string pipe = dir.path() / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(open_private_file(pipe, PrivateOpen::replace).error().os_error == ENXIO);
  CHECK(open_private_file(pipe, PrivateOpen::keep).error().message ==
        "cannot write '" + pipe + "': it is no regular file");
  CHECK(open_private_file(dir.path(), PrivateOpen::append).error().os_error == EISDIR);
}

TEST_CASE("directories below the root are never links, the root may be one") {
  const TempDir dir;
  fs::create_directories(dir.path() / "real" / "inner");
  fs::create_directories(dir.path() / "elsewhere");
  fs::create_directory_symlink(dir.path() / "real", dir.path() / "chosen");
  fs::create_directory_symlink(dir.path() / "elsewhere", dir.path() / "real" / "planted");
  fs::create_directory_symlink(dir.path() / "nowhere", dir.path() / "real" / "dangling");
  dir.write("real/file", "");
  const std::string root = (dir.path() / "chosen").string();
  CHECK(make_directories_below(root, root).has_value());
  CHECK(make_directories_below(root, root + "/inner/new").has_value());
  CHECK(make_directories_below(root, root + "/fresh/new").has_value());
  for (const char* name : {"/planted", "/dangling"}) {
    for (const std::string& path : {root + name, root + name + "/deeper"}) {
      const auto made = make_directories_below(root, path);
      REQUIRE(made.has_error());
      CHECK(made.error().message ==
            "cannot make the directory '" + root + name + "'" + std::string(kNoLinks));
      CHECK(refuse_links_below(root, path).error().os_error == ELOOP);
    }
  }
  CHECK(make_directories_below(root, root + "/file/x").error().os_error == ENOTDIR);
  CHECK(refuse_links_below(root, root + "/inner/not/there").has_value());
  CHECK(fs::is_empty(dir.path() / "elsewhere"));
  CHECK(!fs::exists(dir.path() / "nowhere"));
}

TEST_CASE("a path that is not below the root is our mistake") {
  const TempDir dir;
  CHECK(refuse_links_below(dir.path().string() + "/a", dir.path())
            .error()
            .message.starts_with("bug: "));
}
