// UTF-8, what may reach a screen, spelling, quoting.
#include "base/text.h"

#include "support/catch.h"

using namespace ws;

TEST_CASE("UTF-8 by RFC 3629") {
  const auto bad = [](std::string_view text) { return first_invalid_utf8(text); };
  CHECK_FALSE(bad("plain"));
  CHECK_FALSE(bad("é €😀\u0000\uFFFF"));
  CHECK_FALSE(bad("\xF4\x8F\xBF\xBF"));          // the last one
  CHECK(bad("a\xFF") == std::size_t{1});         // never a byte of it
  CHECK(bad("\x80") == std::size_t{0});          // continuation alone
  CHECK(bad("\xC0\xAF") == std::size_t{0});      // overlong '/'
  CHECK(bad("\xE0\x80\xAF") == std::size_t{0});  // overlong
  CHECK(bad("\xF0\x80\x80\xAF") == std::size_t{0});
  CHECK(bad("\xED\xA0\x80") == std::size_t{0});      // surrogate
  CHECK(bad("\xF4\x90\x80\x80") == std::size_t{0});  // beyond the last
  CHECK(bad("ab\xE2\x82") == std::size_t{2});        // cut short
  CHECK(bad("\xE2(\xA1") == std::size_t{0});
}

TEST_CASE("nothing that steers a terminal gets through") {
  CHECK(printable("a\tb") == "a b");
  CHECK(printable("a\x1b[31mb") == "a·[31mb");
  CHECK(printable(std::string_view("a\0b\x7f\r\n", 6)) == "a·b···");
  CHECK(printable("\u009b31m") == "·31m");       // the one-character CSI
  CHECK(printable("a\u202Eb\u2066") == "a·b·");  // text that reads backwards
  CHECK(printable("\xFFz\xE2\x82") == "\\xFFz\\xE2\\x82");
  CHECK(printable("é 漢 😀") == "é 漢 😀");
}

TEST_CASE("columns on a screen") {
  CHECK(display_width("") == 0);
  CHECK(display_width("abc") == 3);
  CHECK(display_width("é") == 1);
  CHECK(display_width("e\u0301") == 1);
  CHECK(display_width("漢字") == 4);
  CHECK(display_width("한") == 2);
  CHECK(display_width("😀") == 2);
  CHECK(display_width("✅❌") == 4);
  CHECK(display_width("✓✗") == 2);
  CHECK(display_width("→…·") == 3);
  CHECK(display_width("ก\u0e34") == 1);
  CHECK(display_width("\xFF") == 1);
}

TEST_CASE("cutting to a width never splits a character") {
  CHECK(truncate_to_width("abc", 3) == "abc");
  CHECK(truncate_to_width("abcd", 3) == "ab…");
  CHECK(truncate_to_width("abcd", 1) == "…");
  CHECK(truncate_to_width("abcd", 0).empty());
  CHECK(truncate_to_width("漢字漢", 4) == "漢…");
  CHECK(truncate_to_width("漢字漢", 5) == "漢字…");
  for (std::size_t columns = 0; columns < 12; ++columns) {
    const std::string cut = truncate_to_width("aé漢😀e\u0301字xyz", columns);
    CHECK(display_width(cut) <= columns);
    CHECK_FALSE(first_invalid_utf8(cut));
  }
}

TEST_CASE("the nearest spelling, when it is near") {
  const std::vector<std::string_view> known = {"depends_on", "description", "id", "timeout",
                                               "tasks"};
  CHECK(nearest("depend_on", known) == "depends_on");
  CHECK(nearest("dependsOn", known) == "depends_on");
  CHECK(nearest("depends-on", known) == "depends_on");
  CHECK(nearest("TIMEOUT", known) == "timeout");
  CHECK(nearest("timoeut", known) == "timeout");  // two letters swapped
  CHECK(nearest("task", known) == "tasks");
  CHECK(nearest("di", known) == "id");
  CHECK_FALSE(nearest("parallel", known));
  CHECK_FALSE(nearest("ws-03-refactor-meta", std::vector<std::string_view>{"ws-04-refactor-gui"}));
  CHECK_FALSE(nearest("x", std::vector<std::string_view>{"y"}));  // nothing in common
  CHECK_FALSE(nearest("xy", std::vector<std::string_view>{"ab"}));
  CHECK(nearest("A", std::vector<std::string_view>{"b", "a"}) == "a");
  CHECK_FALSE(nearest("", known));
  CHECK_FALSE(nearest("x", std::vector<std::string_view>{}));
  CHECK_FALSE(nearest(std::string(100'000, 'x'), std::vector<std::string_view>{"x"}));
  // the first of equals
  CHECK(nearest("abx", std::vector<std::string_view>{"aby", "abz"}) == "aby");
}

TEST_CASE("quoted words mean themselves to a shell") {
  CHECK(shell_quoted("plain-1.0_a/b:c,d@e%f+g=h") == "plain-1.0_a/b:c,d@e%f+g=h");
  CHECK(shell_quoted("") == "''");
  CHECK(shell_quoted("a b") == "'a b'");
  CHECK(shell_quoted("it's") == "'it'\\''s'");
  CHECK(shell_quoted("$HOME") == "'$HOME'");
  CHECK(shell_quoted("~") == "'~'");
  CHECK(shell_quoted("é") == "'é'");
  CHECK(shell_joined(std::vector<std::string>{"make", "CC=gcc", "a b"}) == "make CC=gcc 'a b'");
  CHECK(shell_joined(std::vector<std::string>{"A=b", "x"}) == "'A=b' x");
  CHECK(shell_joined(std::vector<std::string>{}).empty());
}

TEST_CASE("counts and lists in words") {
  CHECK(counted(0, "error") == "0 errors");
  CHECK(counted(1, "error") == "1 error");
  CHECK(counted(2, "error") == "2 errors");
  using Names = std::vector<std::string>;
  CHECK(listed(Names{}).empty());
  CHECK(listed(Names{"a"}) == "a");
  CHECK(listed(Names{"a", "b"}) == "a and b");
  CHECK(listed(Names{"a", "b", "c"}) == "a, b and c");
  CHECK(listed(Names{"a", "b", "c", "d"}, 2) == "a, b and 2 more");
  CHECK(listed(Names{"a", "b"}, 2) == "a and b");
}

TEST_CASE("trimming") {
  CHECK(trimmed("  a b \r\n") == "a b");
  CHECK(trimmed(" \t ").empty());
  CHECK(trimmed("").empty());
}

TEST_CASE("the stable hash is FNV-1a") {
  CHECK(stable_hash("") == 0xcbf29ce484222325U);
  CHECK(stable_hash("a") == 0xaf63dc4c8601ec8cU);
  CHECK(stable_hash("foobar") == 0x85944171f73967e8U);
  CHECK(stable_hash("bar", stable_hash("foo")) == stable_hash("foobar"));
}

TEST_CASE("what may be shown of several lines") {
  CHECK(printable_lines("a\x1b[2J\n\tb\n") == "a·[2J\n b\n");
  CHECK(printable_lines("no end") == "no end");
  CHECK(printable_lines("\r\n\n") == "·\n\n");
  CHECK(printable_lines("").empty());
}

TEST_CASE("control characters of a JSON text are escaped, all else stays") {
  CHECK(with_escaped_controls(R"({"é": "€ 日"})") == R"({"é": "€ 日"})");
  CHECK(with_escaped_controls("\"a\x7f\u009b\u202e\u2028\u2066b\"") ==
        R"("a\u007f\u009b\u202e\u2028\u2066b")");
  CHECK(with_escaped_controls("\"\xc2\"") == "\"\xc2\"");
}
