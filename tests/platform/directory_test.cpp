// Listings, stamps and local times.
#include "platform/directory.h"

#include <ctime>
#include <filesystem>

#include "platform/local_time.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

TEST_CASE("a listing is sorted and knows directories and links") {
  const TempDir temp;
  (void)temp.write("b", "");
  (void)temp.write(".a/x", "");
  std::filesystem::create_directory_symlink(temp.path() / ".a", temp.path() / "c");
  std::filesystem::create_symlink("nowhere", temp.path() / "d");
  const auto entries = list_directory(temp.path().string());
  REQUIRE(entries.has_value());
  std::string text;
  for (const DirectoryEntry& entry : *entries)
    text += entry.name + (entry.is_directory ? "/" : "") + (entry.is_link ? "@ " : " ");
  CHECK(text == ".a/ b c/@ d@ ");

  const auto missing = list_directory((temp.path() / "nowhere").string());
  REQUIRE(missing.has_error());
  CHECK(missing.error().message ==
        "cannot list '" + (temp.path() / "nowhere").string() + "': No such file or directory");
}

TEST_CASE("a stamp differs when a file was written or replaced") {
  const TempDir temp;
  const std::string path = temp.write("f", "one").string();
  const auto first = stamp_of(path);
  REQUIRE(first.has_value());
  CHECK(stamp_of(path) == first);
  (void)temp.write("g", "two");
  std::filesystem::rename(temp.path() / "g", path);
  CHECK(stamp_of(path) != first);
  remove_file(path);
  CHECK_FALSE(stamp_of(path).has_value());
  remove_file(path);
}

TEST_CASE("the next local time is today or tomorrow") {
  const auto now = std::chrono::system_clock::now();
  const std::time_t second = std::chrono::system_clock::to_time_t(now);
  std::tm local{};
  ::localtime_r(&second, &local);
  const auto then = next_local_time(local.tm_hour, local.tm_min, local.tm_sec, now);
  const std::time_t then_second = std::chrono::system_clock::to_time_t(then);
  std::tm shown{};
  ::localtime_r(&then_second, &shown);
  CHECK(shown.tm_hour == local.tm_hour);
  CHECK(shown.tm_min == local.tm_min);
  CHECK(then >= now);
  CHECK(then - now <= 50h);
  // A second from now it is today, unless this is the last second of a day.
  const auto soon = next_local_time(0, 0, 0, now);
  CHECK(soon >= now);
  CHECK(soon - now <= 25h);
}
