// Places: lines and columns of a text.
#include "base/source.h"

#include <chrono>

#include "support/catch.h"

using namespace ws;

namespace {

std::string at(const SourceSet& set, SourceId id, std::uint32_t offset) {
  return set.describe({id, offset, 0});
}

}  // namespace

TEST_CASE("lines and columns count from one, columns in characters") {
  SourceSet set;
  const SourceId id = set.add("a.json", "one\ntwö x\n\nend");
  CHECK(at(set, id, 0) == "a.json:1:1");
  CHECK(at(set, id, 3) == "a.json:1:4");  // the line break itself
  CHECK(at(set, id, 4) == "a.json:2:1");
  CHECK(at(set, id, 9) == "a.json:2:5");  // 'x' after a two-byte letter
  CHECK(at(set, id, 11) == "a.json:3:1");
  CHECK(at(set, id, 15) == "a.json:4:4");
  CHECK(at(set, id, 4'000'000) == "a.json:4:4");  // beyond the end: the end
  CHECK(set.line_text({id, 9, 1}) == "twö x");
  CHECK(set.line_text({id, 11, 1}).empty());
  CHECK(set.line_text({id, 13, 1}) == "end");
}

TEST_CASE("carriage returns are no part of a line") {
  SourceSet set;
  const SourceId id = set.add("a", "one\r\ntwo\r\n");
  CHECK(set.line_text({id, 1, 1}) == "one");
  CHECK(set.line_text({id, 5, 1}) == "two");
  CHECK(at(set, id, 5) == "a:2:1");
  CHECK(at(set, id, 10) == "a:3:1");
}

TEST_CASE("nowhere, and a source without text") {
  SourceSet set;
  CHECK(set.describe({}).empty());
  CHECK_FALSE(Place().is_known());
  const SourceId id = set.add("missing.json", "");
  CHECK(at(set, id, 0) == "missing.json");
  CHECK(set.line_text({id, 0, 0}).empty());
  CHECK(set.size() == 1);
}

TEST_CASE("texts stay where they are when more come in") {
  SourceSet set;
  const SourceId first = set.add("first", "short");
  const char* where = set.text(first).data();
  for (int i = 0; i < 1000; ++i) set.add("n", "x");
  CHECK(set.text(first).data() == where);
  CHECK(set.name(first) == "first");
}

TEST_CASE("columns far into a line, at every distance from its start") {
  // One three-byte character among every seven bytes, so that blocks of bytes begin inside of some.
  std::string text = "first\n";
  for (int i = 0; i < 3000; ++i) text += "ab€cd";
  text += "\nlast line";
  SourceSet set;
  const SourceId id = set.add("a", text);
  std::uint32_t column = 1;
  std::uint32_t wrong = 0;
  for (std::uint32_t i = 6; i < 6 + 3000 * 7; ++i) {
    const bool begins = (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U;
    if (begins && set.line_column({id, i, 0}).column != column) ++wrong;
    if (begins) ++column;
  }
  CHECK(column == 3000 * 5 + 1);
  CHECK(wrong == 0);
  CHECK(at(set, id, 6 + 3000 * 7) == "a:2:15001");
  CHECK(at(set, id, 6 + 3000 * 7 + 6) == "a:3:6");
  CHECK(set.line_text({id, 100, 1}).size() == 3000 * 7);
  CHECK(set.line_text({id, 6 + 3000 * 7 + 6, 1}) == "last line");
}

// The bound is far above what is needed and far below what counting from the line's start takes.
TEST_CASE("many places in one long line are found at once") {
  constexpr std::uint32_t kLength = 5'000'000;
  constexpr std::uint32_t kPlaces = 50'000;
  SourceSet set;
  const SourceId id = set.add("a.json", std::string(kLength, 'x'));
  const auto start = std::chrono::steady_clock::now();
  std::uint32_t wrong = 0;
  for (std::uint32_t i = 0; i < kPlaces; ++i) {
    const Place place{id, i * (kLength / kPlaces), 1};
    if (set.line_column(place).column != place.offset + 1) ++wrong;
    if (set.line_text(place).size() != kLength) ++wrong;
  }
  CHECK(wrong == 0);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(1));
}
