// Globs and scope patterns as text.
#include "model/glob.h"

#include <random>
#include <string>

#include "model/scope_pattern.h"
#include "support/catch.h"

using namespace ws;

TEST_CASE("a glob matches a whole text") {
  CHECK(glob_matches("ws-0*", "ws-01"));
  CHECK(glob_matches("ws-0*", "ws-0"));
  CHECK_FALSE(glob_matches("ws-0*", "ws-1"));
  CHECK_FALSE(glob_matches("ws-0*", "a-ws-0"));
  CHECK(glob_matches("*a*b", "xxaxxab"));
  CHECK_FALSE(glob_matches("*a*b", "xxbxxa"));
  CHECK(glob_matches("a?c", "abc"));
  CHECK_FALSE(glob_matches("a?c", "ac"));
  CHECK(glob_matches("a?c", "aéc"));
  CHECK(glob_matches("[a-c]x", "bx"));
  CHECK_FALSE(glob_matches("[a-c]x", "dx"));
  CHECK(glob_matches("[!a-c]x", "dx"));
  CHECK_FALSE(glob_matches("[!a-c]x", "ax"));
  CHECK(glob_matches("[]]", "]"));
  CHECK(glob_matches("[a-]", "-"));
  CHECK(glob_matches("[x", "[x"));  // never closed: itself
  CHECK(glob_matches("plain", "plain"));
  CHECK_FALSE(glob_matches("plain", "Plain"));
  CHECK(glob_matches("*", ""));
  CHECK_FALSE(glob_matches("?", ""));
}

TEST_CASE("a hostile glob takes no exponential time") {
  std::string glob, text;
  for (int i = 0; i < 300; ++i) {
    glob += "*a";
    text += "aa";
  }
  CHECK_FALSE(glob_matches(glob + "b", text));
}

TEST_CASE("two globs meet when a text matches both") {
  CHECK(globs_meet("*.py", "test_*"));
  CHECK_FALSE(globs_meet("*.py", "*.js"));
  CHECK_FALSE(globs_meet("a*", "b*"));
  CHECK(globs_meet("a*", "*b"));
  CHECK(globs_meet("[a-c]*", "[c-e]*"));
  CHECK_FALSE(globs_meet("[a-b]*", "[c-e]*"));
  CHECK(globs_meet("[!a]", "[!b]"));
  CHECK_FALSE(globs_meet("[!a]", "a"));
  CHECK(globs_meet("?", "[xyz]"));
  CHECK_FALSE(globs_meet("??", "?"));
  CHECK(globs_meet("*", "*"));
}

TEST_CASE("globs meet exactly as a search over short texts says") {
  std::vector<std::string> texts = {""};
  for (std::size_t i = 0; i < texts.size() && texts[i].size() < 4; ++i) {
    for (const char c : {'a', 'b'}) texts.push_back(texts[i] + c);
  }
  std::mt19937 random(3);
  const auto some_glob = [&] {
    const std::vector<std::string> parts = {"a", "b", "?", "*", "[ab]", "[!a]"};
    std::string glob;
    for (std::size_t i = 0; i < 1 + random() % 3; ++i) glob += parts[random() % parts.size()];
    return glob;
  };
  for (int round = 0; round < 3000; ++round) {
    const std::string a = some_glob();
    const std::string b = some_glob();
    bool expected = false;
    for (const std::string& text : texts) {
      expected = expected || (glob_matches(a, text) && glob_matches(b, text));
    }
    INFO(a << " and " << b);
    // a text over other letters may exist where none over a and b does, never the reverse
    if (expected) CHECK(globs_meet(a, b));
    const bool uses_negation = (a + b).find('!') != std::string::npos;
    if (!expected && !uses_negation) CHECK_FALSE(globs_meet(a, b));
    CHECK(globs_meet(a, b) == globs_meet(b, a));
  }
}

TEST_CASE("scope patterns have one normal form") {
  CHECK(normal_scope("src") == "src");
  CHECK(normal_scope("src/") == "src");
  CHECK(normal_scope("./src//lib/") == "src/lib");
  CHECK(normal_scope("src/**") == "src");
  CHECK(normal_scope("src/*") == "src");
  CHECK(normal_scope("conf.d/") == "conf.d/**");
  CHECK(normal_scope(".github/") == ".github");
  CHECK(normal_scope("src/**/*") == "src");
  CHECK(normal_scope("src/*.py") == "src/*.py");
  CHECK(normal_scope("src/../lib") == "lib");
  CHECK(normal_scope("../lib") == "../lib");
  CHECK(normal_scope("*.d/../lib") == "*.d/../lib");
  CHECK(normal_scope("/etc/x/") == "/etc/x");
  CHECK(normal_scope("/") == "/");
  CHECK(normal_scope(".") == "");
  CHECK(normal_scope("**") == "");
}

TEST_CASE("scopes overlap when they can name the same file") {
  const auto overlap = [](std::string_view a, std::string_view b) {
    const bool one = scopes_overlap(normal_scope(a), normal_scope(b));
    const bool other = scopes_overlap(normal_scope(b), normal_scope(a));
    CHECK(one == other);
    return one;
  };
  CHECK(overlap("src", "src/"));
  CHECK(overlap("src/", "src/a/b.py"));
  CHECK_FALSE(overlap("src", "src2"));
  CHECK_FALSE(overlap("src/a", "src/b"));
  CHECK(overlap("src/*.py", "src/a.py"));
  CHECK_FALSE(overlap("src/*.py", "src/a.js"));
  CHECK_FALSE(overlap("src/*.py", "lib/*.py"));
  CHECK(overlap("src/*.py", "src/"));
  CHECK(overlap("src/**/*.py", "src/a/b/c.py"));
  CHECK(overlap("src/**/*.py", "src/c.py"));
  CHECK_FALSE(overlap("src/**/*.py", "src/a/b/c.js"));
  CHECK(overlap("**/*.py", "src/"));
  CHECK(overlap("**/a.py", "src/**/a.*"));
  CHECK_FALSE(overlap("**/a.py", "src/**/b.*"));
  CHECK(overlap("src/*/x", "src/a/*"));
  CHECK(overlap("src/*/x", "src/a"));
  CHECK(overlap("conf.d/", "**/*.conf"));
  CHECK(overlap("conf.d", "conf.d/*.conf"));
  CHECK_FALSE(overlap("src/app.js", "**/*.py"));
  CHECK(overlap("src/app", "**/*.py"));
  CHECK(overlap("src/app.js", "src/**"));
  CHECK(overlap("src/app.js", "**/app.*"));
  CHECK(overlap("a/**/b/**/c", "a/x/b/b/c"));
  CHECK_FALSE(overlap("a/**/b/**/c.txt", "a/x/d/c.txt"));
  CHECK(overlap(".", "anything"));
  CHECK_FALSE(overlap(".", "/etc"));
  CHECK_FALSE(overlap("etc", "/etc"));
  CHECK(overlap("/etc", "/etc/passwd"));
  CHECK(overlap("/", "/etc/passwd"));
  CHECK_FALSE(overlap("README.md", "readme.md"));
  CHECK(overlap("scripts/aim_*.py", "scripts/aim_bridge.py"));
  CHECK_FALSE(overlap("scripts/aim_*.py", "scripts/generate.py"));
}

TEST_CASE("the literal directory of a glob") {
  CHECK(literal_directory("src/a*.py") == "src");
  CHECK(literal_directory("src/**/x") == "src");
  CHECK(literal_directory("*.py") == "");
  CHECK(literal_directory("/*.py") == "/");
  CHECK(literal_directory("/etc/*.py") == "/etc");
  CHECK(literal_directory("src/a.py") == "src/a.py");
}
