#include "platform/environment_block.h"

#include <string>
#include <vector>

#include "support/catch.h"

using namespace ws;

namespace {

std::vector<std::string> words(EnvironmentBlock& block) {
  std::vector<std::string> all;
  for (char* const* entry = block.data(); *entry != nullptr; ++entry) all.emplace_back(*entry);
  return all;
}

}  // namespace

TEST_CASE("an overlay replaces in place and adds at the end") {
  const EnvironmentBase base({{"A", "1"}, {"B", "2"}, {"A", "3"}});
  CHECK(base.value("A") == "3");
  CHECK(base.value("X").empty());
  EnvironmentBlock block(base);
  block.set("B", "new");
  block.set("C", "4");
  block.set("C", "5");
  CHECK(words(block) == std::vector<std::string>{"A=3", "B=new", "C=5"});
  block.set("D", "");
  CHECK(words(block) == std::vector<std::string>{"A=3", "B=new", "C=5", "D="});
  CHECK(block.value("C") == "5");
  EnvironmentBlock untouched(base);
  CHECK(words(untouched) == std::vector<std::string>{"A=3", "B=2"});
}

TEST_CASE("what execve cannot carry is dropped") {
  const EnvironmentBase base({{"", "1"}, {"A=B", "2"}, {"OK", "3"}});
  EnvironmentBlock block(base);
  block.set("Z", std::string("a\0b", 3));
  CHECK(words(block) == std::vector<std::string>{"OK=3"});
}
