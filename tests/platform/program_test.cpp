// Finding programs as the shell would.
#include "platform/program.h"

#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ws;
using namespace ws::test;

TEST_CASE("a program is the first executable file of its name along the path") {
  const TempDir dir;
  ::chmod(dir.write("one/tool", "").c_str(), 0644);
  ::chmod(dir.write("two/tool", "").c_str(), 0755);
  std::filesystem::create_directories(dir.path() / "zero/tool");
  const std::string at = dir.path();
  CHECK(find_program("tool", at + "/zero:" + at + "/one:" + at + "/two").value() ==
        at + "/two/tool");
  CHECK(find_program("tool", at + "/zero:" + at + "/one").error().message ==
        "'" + at + "/one/tool' is not executable (chmod +x would make it so)");
  CHECK(find_program("tool", at + "/zero:/nowhere").error().message ==
        "program 'tool' was not found; searched PATH: " + at + "/zero:/nowhere");
  CHECK(find_program("sh", "").value() == "/usr/bin/sh");
}

TEST_CASE("relative paths count from the working directory") {
  const TempDir dir;
  ::chmod(dir.write("bin/tool", "").c_str(), 0755);
  ::chmod(dir.write("here", "").c_str(), 0755);
  const std::string at = dir.path();
  CHECK(find_program("bin/tool", "", at).value() == "bin/tool");
  CHECK(find_program("tool", "/usr/bin:bin", at).value() == "bin/tool");
  CHECK(find_program("here", "/nowhere:", at).value() == "./here");
  CHECK(find_program("bin/other", "", at).error().message ==
        "program 'bin/other' does not exist in '" + at + "'");
}

TEST_CASE("what is no program says what it is") {
  CHECK(find_program("", "").error().message == "the command is empty");
  CHECK(find_program("/usr", "").error().message == "'/usr' is a directory, not a program");
  CHECK(find_program("/dev/null", "").error().message ==
        "'/dev/null' is not executable (chmod +x would make it so)");
  CHECK(find_program(std::string("a\0b", 3), "").error().message ==
        "the command's name holds a zero byte");
}

TEST_CASE("a script without an interpreter is text") {
  const TempDir dir;
  CHECK(is_script_without_interpreter(dir.write("a", "echo hi\n")));
  CHECK(is_script_without_interpreter(dir.write("b", "")));
  CHECK_FALSE(is_script_without_interpreter(dir.write("c", "#!/bin/sh\n")));
  CHECK_FALSE(is_script_without_interpreter(dir.write("d", std::string("\x7f"
                                                                       "ELF\0",
                                                                       5))));
}
