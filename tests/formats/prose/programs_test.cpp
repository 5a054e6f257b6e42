// Tables of small programs: the good ones with what they become, the bad ones with every error.
#include <algorithm>

#include <fmt/format.h>

#include "../loading.h"
#include "bad_programs.h"
#include "good_programs.h"
#include "model/bodies.h"
#include "model/calls.h"
#include "model/lower.h"
#include "outline.h"
#include "support/catch.h"

namespace ws::prose {
namespace {

TEST_CASE("good programs load, make a plan, and keep the order of their source") {
  for (const GoodProgram& program : kGoodPrograms) {
    auto loaded = test::load("t.prose", std::string(program.text));
    INFO(program.text << "\n" << loaded.text());
    CHECK(loaded.errors().empty());
    REQUIRE(loaded.workset.workstreams.size() == 1);
    CHECK(outline(loaded.only()) == program.outline);
    Diagnostics found;
    take_out_bodies(loaded.workset);
    link_calls(loaded.workset, {}, found);
    CHECK(lower(loaded.workset, {}, found).has_value());
    INFO(render(found, loaded.workset.sources, {}));
    CHECK(found.error_count() == 0);
  }
}

TEST_CASE("bad programs are refused with every mistake and its place") {
  for (const BadProgram& program : kBadPrograms) {
    const auto loaded = test::load("t.prose", std::string(program.text));
    std::string found;
    std::vector<const Diagnostic*> items;
    for (const Diagnostic& item : loaded.diagnostics.items()) {
      if (item.severity == Severity::error) items.push_back(&item);
    }
    std::stable_sort(items.begin(), items.end(), [](const auto* a, const auto* b) {
      return a->place.offset < b->place.offset;
    });
    for (const Diagnostic* item : items) {
      const bool has_text = !program.text.empty();
      const LineColumn at =
          has_text ? loaded.workset.sources.line_column(item->place) : LineColumn{1, 1};
      found += fmt::format("{}{} {}:{}", found.empty() ? "" : ", ", item->kind->name, at.line,
                           at.column);
    }
    INFO(program.text << "\n" << loaded.text());
    CHECK(found == program.found);
    CHECK(loaded.verdict == LoadVerdict::has_errors);
  }
}

TEST_CASE("every prefix of every program is read without a crash, and says something") {
  for (const GoodProgram& program : kGoodPrograms) {
    for (std::size_t size = 0; size < program.text.size(); ++size) {
      const auto loaded = test::load("t.prose", std::string(program.text.substr(0, size)));
      CHECK((loaded.verdict == LoadVerdict::loaded) != loaded.diagnostics.has_errors());
    }
  }
}

TEST_CASE("there are enough of them") {
  CHECK(kGoodPrograms.size() >= 60);
  CHECK(kBadPrograms.size() >= 60);
}

}  // namespace
}  // namespace ws::prose
