// Times to wait for and names of events, as people may write them.
#include "model/wall_moment.h"

#include <string>

#include "support/catch.h"

using namespace ws;
using namespace std::chrono_literals;

namespace {

// Milliseconds since the epoch, of a text that names a moment.
std::int64_t moment(std::string_view text) {
  const auto parsed = parse_wall_time(text);
  REQUIRE(parsed.has_value());
  const auto* point = std::get_if<std::chrono::system_clock::time_point>(&*parsed);
  REQUIRE(point != nullptr);
  return std::chrono::duration_cast<std::chrono::milliseconds>(point->time_since_epoch()).count();
}

}  // namespace

TEST_CASE("a moment is RFC 3339") {
  CHECK(moment("1970-01-01T00:00:00Z") == 0);
  CHECK(moment("2026-03-01T14:30:00Z") == 1772375400000);
  CHECK(moment("2026-03-01t14:30:00z") == 1772375400000);
  CHECK(moment("2026-03-01 15:30:00+01:00") == 1772375400000);
  CHECK(moment("2026-03-01T09:00:00.25-05:30") == 1772375400250);
  CHECK(moment("2024-02-29T00:00:00Z") == 1709164800000);
  CHECK(moment("2016-12-31T23:59:60Z") == moment("2017-01-01T00:00:00Z"));
}

TEST_CASE("a time of day has no day") {
  CHECK(parse_wall_time("14:30") == WallMoment(TimeOfDay{14, 30, 0}));
  CHECK(parse_wall_time("00:00:59") == WallMoment(TimeOfDay{0, 0, 59}));
}

TEST_CASE("everything else is no time") {
  for (const char* text :
       {"", "noon", "24:00", "12:60", "12:00:60", "1:30", "12:30pm", "2026-02-30T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-03-01T14:30:00", "2026-03-01T14:30Z", "2026-03-01",
        "2026-03-01T24:00:00Z", "2026-03-01T14:30:00.Z", "2026-03-01T14:30:00+1:00",
        "2026-03-01T14:30:00+24:00", "2026-03-01T14:30:00Zx", "9999-01-01T00:00:00Z"}) {
    INFO(text);
    CHECK_FALSE(parse_wall_time(text).has_value());
  }
}

TEST_CASE("an event's name is the name of a file") {
  CHECK(is_event_name("deployed"));
  CHECK(is_event_name("review.ok-2 für alle"));
  for (const std::string& name :
       {std::string(), std::string("."), std::string(".."), std::string("../up"),
        std::string("a/b"), std::string(".hidden"), std::string("a\nb"), std::string("a\0b", 3),
        std::string(201, 'a'), std::string("\xff")})
    CHECK_FALSE(is_event_name(name));
}
