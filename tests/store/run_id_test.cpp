#include "store/run_id.h"

#include "support/catch.h"

namespace ws {
namespace {

WallTime at(int year, unsigned month, unsigned day, int seconds) {
  return WallTime(std::chrono::sys_days(std::chrono::year(year) / static_cast<int>(month) /
                                        static_cast<int>(day)) +
                  std::chrono::seconds(seconds));
}

}  // namespace

TEST_CASE("a run id is the UTC time and four random characters") {
  CHECK(make_run_id(at(2025, 1, 31, 86399), 0) == "20250131-235959-0000");
  CHECK(make_run_id(at(2024, 2, 29, 0), 0xfffff) == "20240229-000000-zzzz");
  CHECK(make_run_id(at(2025, 12, 1, 3661), 0xfff00001) == "20251201-010101-0001");
}

TEST_CASE("fractions of a second are cut off, also before 1970") {
  CHECK(make_run_id(at(2025, 1, 1, 0) + std::chrono::milliseconds(999), 1) ==
        "20250101-000000-0001");
  CHECK(make_run_id(at(1970, 1, 1, 0) - std::chrono::milliseconds(1), 1) == "19691231-235959-0001");
}

TEST_CASE("every id that is made is one that is accepted") {
  for (std::uint32_t bits = 0; bits < 1U << 20; bits += 4099) {
    CHECK(is_run_id(make_run_id(at(2025, 6, 1, 0), bits)));
  }
}

TEST_CASE("a run id of the user's is a plain file name") {
  CHECK(is_run_id("nightly"));
  CHECK(is_run_id("2025.01-a_B"));
  CHECK(is_run_id(std::string(64, 'x')));
  CHECK(!is_run_id(""));
  CHECK(!is_run_id(std::string(65, 'x')));
  CHECK(!is_run_id("."));
  CHECK(!is_run_id(".."));
  CHECK(!is_run_id(".hidden"));
  CHECK(!is_run_id("-rf"));
  CHECK(!is_run_id("a/b"));
  CHECK(!is_run_id("a b"));
  CHECK(!is_run_id("caf\xc3\xa9"));
  CHECK(!is_run_id(std::string_view("a\0b", 3)));
}

}  // namespace ws
