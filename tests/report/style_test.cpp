#include "report/style.h"

#include "base/text.h"
#include "support/catch.h"

using namespace ws;

TEST_CASE("hostile text loses its power") {
  const Style style;
  CHECK(style.clean("a\x1b[2Jb\nc\rd\te") == "a·[2Jb·c·d e");
  CHECK(style.clean("\xff") == "\\xFF");
}

TEST_CASE("ascii leaves nothing but ascii") {
  const Style style{.ascii = true};
  CHECK(style.clean("größe 漢字 …") == "gr??e ?? ...");
  for (const Symbol symbol : {Symbol::ok, Symbol::failed, Symbol::busy, Symbol::arrow,
                              Symbol::skipped, Symbol::check, Symbol::stopped, Symbol::ellipsis}) {
    for (const char c : style.symbol(symbol)) CHECK(static_cast<unsigned char>(c) < 0x80U);
  }
}

TEST_CASE("cut text fits at every width") {
  for (const std::string& text : {std::string("step-01-math-utils"), std::string("漢字漢字漢字"),
                                  std::string("e\xcc\x81tude"), std::string("\xff\xfe")}) {
    for (std::size_t columns = 0; columns < 24; ++columns) {
      CHECK(display_width(Style{}.cut(text, columns)) <= columns);
      CHECK(display_width(Style{.ascii = true}.cut(text, columns)) <= columns);
    }
  }
  CHECK(Style{}.cut("abcdef", 4) == "abc…");
  CHECK(Style{.ascii = true}.cut("abcdef", 5) == "ab...");
}

TEST_CASE("colour only when asked") {
  CHECK(Style{}.paint(Paint::red, "x") == "x");
  CHECK(Style{.colour = true}.paint(Paint::red, "x") == "\x1b[31mx\x1b[0m");
  CHECK(Style{.colour = true}.paint(Paint::plain, "x") == "x");
}
