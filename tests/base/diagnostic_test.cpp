// How mistakes are shown.
#include "base/diagnostic.h"

#include "support/catch.h"
#include "support/golden.h"

using namespace ws;

namespace {

constexpr DiagnosticKind kKind{"some-kind", "schema"};

Place find(const SourceSet& set, SourceId id, std::string_view what) {
  return {id, static_cast<std::uint32_t>(set.text(id).find(what)),
          static_cast<std::uint32_t>(what.size())};
}

// The line with the source and the line with the caret.
std::string excerpt(std::string text, std::string_view what, std::size_t width = 160) {
  SourceSet set;
  const SourceId id = set.add("f", std::move(text));
  Diagnostic diagnostic{&kKind, Severity::error, find(set, id, what), "m", "", {}, ""};
  RenderOptions options;
  options.width = width;
  const std::string shown = render(diagnostic, set, options);
  return shown.substr(shown.find('\n') + 1);
}

}  // namespace

TEST_CASE("diagnostics are collected and counted") {
  Diagnostics diagnostics;
  CHECK_FALSE(diagnostics.has_errors());
  diagnostics.warning(kKind, {}, "w");
  CHECK_FALSE(diagnostics.has_errors());
  diagnostics.error(kKind, {}, "e").subject = "ws";
  CHECK(diagnostics.has_errors());
  CHECK(diagnostics.error_count() == 1);
  CHECK(diagnostics.warning_count() == 1);
  CHECK(diagnostics.items()[1].subject == "ws");
  diagnostics.promote_warnings();
  CHECK(diagnostics.error_count() == 2);
  CHECK(diagnostics.warning_count() == 0);
}

TEST_CASE("a whole report") {
  SourceSet set;
  const SourceId second = set.add("b.yaml", "steps:\n  - id: build\n    depend_on: [tset]\n");
  const SourceId first =
      set.add("a.json", "{\r\n\t\"id\": \"wş\u200d\x1b[31m\",\n  \"x\": 漢字 1}");
  Diagnostics diagnostics;
  diagnostics.warning(kKind, find(set, first, "漢字"), "wide letters count twice");
  diagnostics.error(kKind, find(set, first, "\"wş"), "control \x1b[2J characters stay out");
  Diagnostic& noted = diagnostics.error(kKind, find(set, second, "depend_on"),
                                        "unknown key 'depend_on'", "did you mean 'depends_on'?");
  noted.notes.push_back({find(set, second, "build"), "in this step"});
  noted.notes.push_back({{}, "and a note from nowhere"});
  diagnostics.error(kKind, {}, "from nowhere");
  diagnostics.error(kKind, {set.add("c.json", ""), 0, 0}, "an empty file");
  diagnostics.warning(kKind, {first, 4000, 1}, "the end of the file");
  test::check_golden("base/report.txt", render(diagnostics, set, {}));
  RenderOptions colour;
  colour.colour = true;
  test::check_golden("base/report_in_colour.txt", render(diagnostics, set, colour));
}

TEST_CASE("nothing wrong, nothing said") { CHECK(render(Diagnostics(), SourceSet(), {}).empty()); }

TEST_CASE("the caret stands under what it means") {
  CHECK(excerpt("ab cd ef", "cd") == " 1 | ab cd ef\n   |    ^^\n");
  CHECK(excerpt("x\n\tab", "ab") == " 2 |  ab\n   |  ^^\n");
  CHECK(excerpt("漢字 ab", "ab") == " 1 | 漢字 ab\n   |      ^^\n");
  CHECK(excerpt("漢字 ab", "字") == " 1 | 漢字 ab\n   |   ^^\n");
  CHECK(excerpt("ab cd\nef", "cd\nef") == " 1 | ab cd\n   |    ^^\n");  // the first line only
}

TEST_CASE("long lines are cut around the caret, between characters") {
  const std::string line = std::string(500, 'a') + "HERE" + std::string(500, 'b');
  CHECK(excerpt(line, "HERE", 20) == " 1 | …aaaaaaaaaaHEREbbbbbb…\n   |            ^^^^\n");
  CHECK(excerpt("HERE" + line, "HERE", 10) == " 1 | HEREaaaaaa…\n   | ^^^^\n");
  CHECK(excerpt(std::string(50, 'x') + "END", "END", 10) == " 1 | …xxxxxEND\n   |       ^^^\n");
  // a marked text longer than the width
  CHECK(excerpt(std::string(50, 'x'), std::string(50, 'x'), 10) ==
        " 1 | xxxxxxxxxx…\n   | ^^^^^^^^^^\n");
  for (std::size_t width = 4; width < 30; ++width) {
    const std::string shown = excerpt("ééééééééééééXéééééééééééé", "X", width);
    INFO(shown);
    CHECK(shown.find("\\x") == std::string::npos);
  }
}

TEST_CASE("the first fifty and a count; errors before warnings when not all are shown") {
  SourceSet set;
  Diagnostics diagnostics;
  for (int i = 0; i < 60; ++i) diagnostics.warning(kKind, {}, "w" + std::to_string(i));
  diagnostics.error(kKind, {}, "the reason");
  const std::string shown = render(diagnostics, set, {});
  CHECK(shown.starts_with("error: the reason\nwarning: w0\n"));
  CHECK(shown.ends_with("warning: w48\n… and 11 more\n1 error, 60 warnings\n"));
}

TEST_CASE("order: by source, by place, errors first") {
  SourceSet set;
  const SourceId a = set.add("a", "text");
  const SourceId b = set.add("b", "text");
  Diagnostics diagnostics;
  diagnostics.error(kKind, {b, 0, 1}, "3");
  diagnostics.error(kKind, {}, "4");
  diagnostics.warning(kKind, {a, 2, 1}, "2");
  diagnostics.error(kKind, {a, 2, 1}, "1");
  diagnostics.error(kKind, {a, 0, 1}, "0");
  std::string order;
  const std::string shown = render(diagnostics, set, {});
  for (std::size_t at = 0; (at = shown.find(": ", at)) != std::string::npos; ++at) {
    if (at + 3 < shown.size() && shown[at + 3] == '\n') order += shown[at + 2];
  }
  CHECK(order == "01234");
}
