// Durations as people write and read them.
#include "base/duration.h"

#include <limits>
#include <random>

#include "support/catch.h"

using namespace ws;
using namespace std::chrono_literals;

TEST_CASE("durations are numbers with units, in falling order") {
  CHECK(parse_duration("90s") == 90s);
  CHECK(parse_duration("5m") == 5min);
  CHECK(parse_duration("1h30m") == 90min);
  CHECK(parse_duration("1h 30m 5s") == 1h + 30min + 5s);
  CHECK(parse_duration("250ms") == 250ms);
  CHECK(parse_duration("2d") == 48h);
  CHECK(parse_duration("1.5s") == 1500ms);
  CHECK(parse_duration("1m0.25s") == 60s + 250ms);
  CHECK(parse_duration("0s") == 0s);
  CHECK(parse_duration("3us") == 3us);
  CHECK(parse_duration("7ns") == 7ns);
  CHECK(parse_duration("  5 min  ") == 5min);
  CHECK(parse_duration("5 minutes") == 5min);
  CHECK(parse_duration("1 hour 1 second") == 1h + 1s);
  CHECK(parse_duration("20 milliseconds") == 20ms);
}

TEST_CASE("what is no duration") {
  for (const char* text : {"",     " ",    "5",       "m",        "-5s",  "+5s",   "5x",   "5S",
                           "1m1h", "1s1s", "1.5h30m", "1..5s",    ".5s",  "5.s",   "1e3s", "5s!",
                           "s5",   "1,5s", "٣s",      "4000000d", "1h30", "inf s", "nan"}) {
    INFO(text);
    CHECK_FALSE(parse_duration(text));
  }
  CHECK_FALSE(parse_duration(std::string(400, '9') + "s"));
  CHECK_FALSE(parse_duration(std::string("5s\0", 3)));
}

TEST_CASE("ten years and no more") {
  CHECK(parse_duration("3653d") == kLongestDuration);
  CHECK_FALSE(parse_duration("3653d1ns"));
  CHECK(from_seconds(to_seconds(kLongestDuration)) == kLongestDuration);
  CHECK_FALSE(from_seconds(to_seconds(kLongestDuration) + 1));
}

TEST_CASE("seconds with fractions") {
  CHECK(from_seconds(0.5) == 500ms);
  CHECK(from_seconds(0) == 0s);
  CHECK(from_seconds(300) == 5min);
  CHECK_FALSE(from_seconds(-0.1));
  CHECK_FALSE(from_seconds(std::numeric_limits<double>::infinity()));
  CHECK_FALSE(from_seconds(std::numeric_limits<double>::quiet_NaN()));
  CHECK(to_seconds(1500ms) == Approx(1.5));
}

TEST_CASE("for people: two units at most, never rounded up") {
  CHECK(format_duration(0s) == "0.00s");
  CHECK(format_duration(250ms) == "0.25s");
  CHECK(format_duration(9999ms) == "9.99s");
  CHECK(format_duration(10s) == "10s");
  CHECK(format_duration(59999ms) == "59s");
  CHECK(format_duration(60s) == "1m 00s");
  CHECK(format_duration(165s) == "2m 45s");
  CHECK(format_duration(3599s) == "59m 59s");
  CHECK(format_duration(3h + 7min + 59s) == "3h 07m");
  CHECK(format_duration(52h) == "2d 04h");
  CHECK(format_duration(-5s) == "0.00s");
}

TEST_CASE("the exact form is read back") {
  CHECK(format_exact(90min) == "1h30m");
  CHECK(format_exact(250ms) == "250ms");
  CHECK(format_exact(0s) == "0s");
  CHECK(format_exact(1s + 1ns) == "1s1ns");
  std::mt19937_64 random(1);
  for (int round = 0; round < 2000; ++round) {
    const auto span = static_cast<std::uint64_t>(kLongestDuration.count()) >> (random() % 58);
    const Duration duration(static_cast<std::int64_t>(random() % (span + 1)));
    INFO(format_exact(duration));
    CHECK(parse_duration(format_exact(duration)) == duration);
  }
}
