// Files, listings, globs: every error says the path and what was tried.
#include "platform/files.h"

#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ws;
using namespace ws::test;

TEST_CASE("read_file reads all of it, within its limit") {
  const TempDir dir;
  const std::string path = dir.write("a", std::string(10000, 'x'));
  CHECK(ws::read_file(path).value().size() == 10000);
  CHECK(ws::read_file(path, 10000).value().size() == 10000);
  CHECK(ws::read_file(path, 9999).error().message ==
        "cannot read '" + path + "': it is larger than 9999 bytes");
  CHECK(ws::read_file(dir.write("empty", "")).value().empty());
  CHECK(ws::read_file("/proc/self/status").value().starts_with("Name:"));
}

TEST_CASE("what cannot be read says why") {
  const TempDir dir;
  CHECK(ws::read_file("/no/such/file").error().message ==
        "cannot open '/no/such/file': No such file or directory");
  CHECK(ws::read_file("/usr").error().message == "cannot read '/usr': it is a directory");
  if (::geteuid() != 0) {
    const std::string secret = dir.write("secret", "x");
    ::chmod(secret.c_str(), 0);
    CHECK(ws::read_file(secret).error().message ==
          "cannot open '" + secret + "': Permission denied");
  }
  CHECK(ws::read_file(std::string("a\nb")).error().message ==
        "cannot open 'a·b': No such file or directory");
}

// What a step leaves behind must not stop the loop that reads it.
TEST_CASE("read_regular_file waits for nobody and ends") {
  const TempDir dir;
  CHECK(read_regular_file(dir.write("a", "text")).value() == "text");
  const std::string pipe = dir.path() / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(read_regular_file(pipe).error().message ==
        "cannot read '" + pipe + "': it is no regular file");
  const std::string link = dir.path() / "link";
  std::filesystem::create_symlink("/dev/zero", link);
  CHECK(read_regular_file(link).error().message ==
        "cannot read '" + link + "': it is no regular file");
  CHECK_FALSE(read_regular_file("/usr").has_value());
  CHECK_FALSE(read_regular_file("/no/such/file").has_value());
}

TEST_CASE("write_file replaces whole files and leaves nothing else") {
  const TempDir dir;
  const std::string path = dir.path() / "a";
  REQUIRE(write_file(path, "one").has_value());
  REQUIRE(write_file(path, "two").has_value());
  CHECK(dir.read("a") == "two");
  CHECK(list_files(dir.path()).value() == std::vector<std::string>{path});
  CHECK(write_file("/no/such/dir/a", "x").error().message ==
        "cannot write '/no/such/dir/a': No such file or directory");
  std::filesystem::create_directory(dir.path() / "d");
  CHECK(write_file(dir.path() / "d", "x").error().message ==
        "cannot write '" + (dir.path() / "d").string() + "': Is a directory");
  CHECK(list_files(dir.path()).value() == std::vector<std::string>{path});
}

TEST_CASE("make_directories makes what is missing, for the owner only") {
  const TempDir dir;
  const std::string deep = dir.path() / "a/b/c";
  REQUIRE(make_directories(deep).has_value());
  REQUIRE(make_directories(deep).has_value());
  struct stat status {};
  REQUIRE(::stat(deep.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0700);
  const std::string file = dir.write("f", "");
  CHECK(make_directories(file + "/x").error().message ==
        "cannot make the directory '" + file + "/x': Not a directory");
  CHECK(make_directories(file).error().message ==
        "cannot make the directory '" + file + "': Not a directory");
  CHECK(make_directories("/proc/nowhere/x").error().message ==
        "cannot make the directory '/proc/nowhere': No such file or directory");
}

TEST_CASE("list_files is sorted, hides hidden ones, and enters folders on request") {
  const TempDir dir;
  for (const char* name : {"b.json", "a.yaml", ".hidden", "sub/c.json", "sub/deep/d.json", "z.txt"})
    dir.write(name, "");
  ::symlink(".", (dir.path() / "sub" / "circle").c_str());
  const std::string at = dir.path().string() + "/";
  CHECK(list_files(dir.path()).value() ==
        std::vector<std::string>{at + "a.yaml", at + "b.json", at + "z.txt"});
  CHECK(list_files(dir.path(), {true, ".json"}).value() ==
        std::vector<std::string>{at + "b.json", at + "sub/c.json", at + "sub/deep/d.json"});
  CHECK(list_files("/no/such/dir").error().message ==
        "cannot list '/no/such/dir': No such file or directory");
}

TEST_CASE("globs") {
  const TempDir dir;
  for (const char* name : {"ws-1.json", "ws-2.json", "other"}) dir.write(name, "");
  const std::string at = dir.path().string() + "/";
  CHECK(expand_glob(at + "ws-*.json").value() ==
        std::vector<std::string>{at + "ws-1.json", at + "ws-2.json"});
  CHECK(expand_glob(at + "nothing*").value().empty());
  CHECK(has_glob_characters("a[bc]"));
  CHECK_FALSE(has_glob_characters("a/b.json"));
}

TEST_CASE("paths") {
  CHECK(join_path("a/b", "c") == "a/b/c");
  CHECK(join_path("a/", "c") == "a/c");
  CHECK(join_path("", "c") == "c");
  CHECK(join_path("a", "/c") == "/c");
  CHECK(join_path("a", "") == "a");
  CHECK(directory_of("a/b.json") == "a");
  CHECK(directory_of("b.json").empty());
  CHECK(directory_of("/b") == "/");
}
