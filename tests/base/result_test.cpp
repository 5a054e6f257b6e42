// Errors of the world, and strong ids.
#include "base/result.h"

#include <cerrno>
#include <stdexcept>

#include "base/ids.h"
#include "support/catch.h"

using namespace ws;

TEST_CASE("an error says what was tried, why, and in which course") {
  const Error error = os_error("cannot open 'x'", ENOENT);
  CHECK(error.message == "cannot open 'x': No such file or directory");
  CHECK(error.os_error == ENOENT);
  const Error outer = in_context("cannot start the run", error);
  CHECK(outer.message == "cannot start the run: cannot open 'x': No such file or directory");
  CHECK(outer.os_error == ENOENT);
}

TEST_CASE("reading an error as a value is a bug, said so") {
  const Result<int> result = Error{"no", 0};
  CHECK(result.has_error());
  CHECK_THROWS_AS(result.value(), std::logic_error);
  CHECK(Result<int>(3).value() == 3);
}

TEST_CASE("an id is a number of its own kind, invalid until it is given one") {
  struct Tag;
  using AnId = Id<Tag>;
  CHECK_FALSE(AnId().is_valid());
  CHECK(AnId(3U).is_valid());
  CHECK(AnId(3U).index() == 3);
  CHECK(AnId(3U) < AnId(4U));
  CHECK(AnId(std::size_t{3}) == AnId(3U));
  CHECK(std::hash<AnId>()(AnId(3U)) == std::hash<AnId>()(AnId(3U)));
}
