// Places: lines and columns of a text.
#include "base/source.h"

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
