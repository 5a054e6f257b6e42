// Patterns against output that comes in any pieces.
#include "executors/output_matcher.h"

#include "executors/last_line.h"
#include "support/catch.h"

using namespace ws;

namespace {

SuccessRule rule_of(std::vector<std::string> require, std::vector<std::string> forbid) {
  SuccessRule rule;
  rule.require_output = std::move(require);
  rule.fail_on_output = std::move(forbid);
  return rule;
}

}  // namespace

TEST_CASE("a line is matched whole however it comes") {
  const std::string text = "alpha\nbeta gamma\r\n\ndelta";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    PatternBook book;
    auto matcher = OutputMatcher::make(
        rule_of({"^beta gamma$", "^$", "^delta$", "alpha.*beta"}, {"zeta"}), {}, book);
    REQUIRE(matcher.has_value());
    for (std::size_t at = 0; at < text.size(); at += piece)
      matcher->feed(std::string_view(text).substr(at, piece));
    matcher->finish();
    CHECK(matcher->missing() == std::vector<std::string>{"alpha.*beta"});
    CHECK(matcher->forbidden().empty());
  }
}

TEST_CASE("the first forbidden match is kept, printable and short") {
  PatternBook book;
  auto matcher = OutputMatcher::make(rule_of({}, {"[Ee]rror"}), {}, book);
  REQUIRE(matcher.has_value());
  matcher->feed("fine\n\x1b[31mError: " + std::string(1000, 'x') + "\nerror two\n");
  CHECK(matcher->forbidden().starts_with("'[Ee]rror' in \"·[31mError: xxx"));
  CHECK(matcher->forbidden().size() < 300);
}

TEST_CASE("a line without end costs bounded memory and is still searched") {
  PatternBook book;
  auto matcher = OutputMatcher::make(rule_of({"needle"}, {}), {}, book);
  REQUIRE(matcher.has_value());
  for (int i = 0; i < 1000; ++i) matcher->feed(std::string(10000, 'x'));
  matcher->feed("needle");
  matcher->finish();
  CHECK(matcher->missing().empty());
}

TEST_CASE("a pattern that is none is an error") {
  PatternBook book;
  const auto matcher = OutputMatcher::make(rule_of({"(unclosed"}, {}), {}, book);
  REQUIRE(matcher.has_error());
  CHECK(matcher.error().message == "'(unclosed' is no regular expression: missing ): (unclosed");
}

TEST_CASE("the last line with text") {
  LastLine line;
  CHECK(line.text().empty());
  line.feed("one\n");
  CHECK(line.text() == "one");
  line.feed("  \n\n");
  CHECK(line.text() == "one");
  line.feed("tw");
  line.feed("o");
  CHECK(line.text() == "two");
  line.feed("\r50%");
  CHECK(line.text() == "50%");
  line.feed(std::string(100000, 'x'));
  CHECK(line.text().size() == LastLine::kLongest);
  line.feed(std::string(100000, 'x') + "\nend\n");
  CHECK(line.text() == "end");
}
