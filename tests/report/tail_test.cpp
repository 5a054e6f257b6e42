#include "report/tail.h"

#include <filesystem>
#include <fstream>

#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ws;
using namespace ws::test;
using Lines = std::vector<std::string>;

TEST_CASE("the last lines of a log") {
  const TempDir dir;
  const auto tail = [&](const std::string& text, std::size_t lines) {
    return read_tail(dir.write("out.log", text).string(), lines);
  };
  CHECK(tail("a\nb\nc\n", 2) == Lines{"b", "c"});
  CHECK(tail("a\nb\nc", 2) == Lines{"b", "c"});
  CHECK(tail("a\n\n  \nb\n\n", 5) == Lines{"a", "b"});
  CHECK(tail("", 5).empty());
  CHECK(tail("\n\n\n", 5).empty());
  CHECK(tail("one", 5) == Lines{"one"});
  CHECK(tail("a\nb\n", 0).empty());
}

TEST_CASE("a progress bar shows what was left of it") {
  const TempDir dir;
  const auto log = dir.write("out.log", "10%\r50%\r100%\nwindows\r\n");
  CHECK(read_tail(log.string(), 5) == Lines{"100%", "windows"});
}

TEST_CASE("a log that cannot be read has no last lines") {
  const TempDir dir;
  CHECK(read_tail((dir.path() / "missing").string(), 5).empty());
  CHECK(read_tail(dir.path().string(), 5).empty());
}

TEST_CASE("only the end of a huge log is read") {
  const TempDir dir;
  const auto log = dir.write("out.log", "start\n");
  std::filesystem::resize_file(log, std::uintmax_t{1} << 32U);  // sparse: four gigabytes of nothing
  std::ofstream(log, std::ios::binary | std::ios::app) << "\nlast\n";
  CHECK(read_tail(log.string(), 1) == Lines{"last"});
}

TEST_CASE("a line longer than what is read is shown by its end") {
  const TempDir dir;
  const auto log = dir.write("out.log", "begin" + std::string(100000, 'x') + "end");
  const Lines lines = read_tail(log.string(), 3);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].size() == kTailBytes);
  CHECK(lines[0].ends_with("xend"));
}
