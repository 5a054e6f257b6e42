// Random workstreams of the model, written and read back: every field is as it was.
#include "formats/workstream_writer.h"
#include "loading.h"
#include "model_text.h"
#include "random_workstream.h"
#include "support/catch.h"

namespace ws {
namespace {

// The first line that differs, of both; empty: none does.
std::string difference(const std::string& one, const std::string& other) {
  std::size_t start = 0;
  for (std::size_t i = 0; i < std::min(one.size(), other.size()) && one[i] == other[i]; ++i) {
    if (one[i] == '\n') start = i + 1;
  }
  return one == other ? ""
                      : one.substr(start, one.find('\n', start) - start) + " | " +
                            other.substr(start, other.find('\n', start) - start);
}

TEST_CASE("a random workstream reads back with every field as it was") {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    const Workstream original = test::random_workstream(seed);
    const Workstream* const all[] = {&original};
    const NativeText text =
        write_workstreams(all, seed % 2 == 0 ? NativeNotation::yaml : NativeNotation::json);
    const auto loaded = test::load("t", text.text);
    INFO("seed " << seed << "\n" << text.text << loaded.text());
    REQUIRE(loaded.workset.workstreams.size() == 1);
    REQUIRE(difference(test::model_text(loaded.only()), test::model_text(original)) == "");
    REQUIRE(text.unwritten.empty());
  }
}

}  // namespace
}  // namespace ws
