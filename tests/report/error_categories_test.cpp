#include "report/error_categories.h"

#include "support/catch.h"

using namespace ws;

namespace {

std::vector<MemberError> errors(std::initializer_list<std::pair<std::size_t, const char*>> list) {
  std::vector<MemberError> all;
  for (const auto& [index, message] : list) all.push_back({index, message});
  return all;
}

}  // namespace

TEST_CASE("one failure is told with its item") {
  CHECK(describe_errors(errors({{5, "connection refused"}})) ==
        "parallel execution failed: item 5: connection refused");
  CHECK(describe_errors({}).empty());
}

TEST_CASE("many failures are told by kind, most frequent first") {
  std::vector<MemberError> many;
  for (std::size_t i = 0; i < 3; ++i) many.push_back({i, "timeout exceeded"});
  for (std::size_t i = 3; i < 15; ++i) many.push_back({i, "connection refused"});
  CHECK(describe_errors(many) ==
        "parallel execution failed: 15 items failed with 2 error types: 'connection refused' (12 "
        "items), 'timeout exceeded' (3 items)");
}

TEST_CASE("one kind is told as the source document does, and one of a kind is an item") {
  CHECK(describe_errors(errors({{0, "a"}, {1, "a"}})) ==
        "parallel execution failed: 2 items failed with 1 error types: 'a' (2 items)");
  CHECK(describe_errors(errors({{0, "a"}, {1, "b"}, {2, "b"}})) ==
        "parallel execution failed: 3 items failed with 2 error types: 'b' (2 items), 'a' (1 "
        "item)");
}

TEST_CASE("kinds of the same number are in the order of their first item") {
  const auto categories = categorise(errors({{4, "z"}, {1, "y"}, {9, "x"}, {0, "z"}, {7, "y"}}));
  REQUIRE(categories.size() == 3);
  CHECK(categories[0].message == "z");
  CHECK(categories[0].first_index == 0);
  CHECK(categories[1].message == "y");
  CHECK(categories[2].message == "x");
}
