// A line is run without a shell only when that means the same.
#include "base/shell_words.h"

#include <cstdio>
#include <random>

#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ws;
using Words = std::vector<std::string>;

TEST_CASE("plain words and quotes") {
  CHECK(split_without_shell("make -j2 all") == Words{"make", "-j2", "all"});
  CHECK(split_without_shell("  make\t all  ") == Words{"make", "all"});
  CHECK(split_without_shell("grep 'a b' \"c d\" e'f'\"g\"") == Words{"grep", "a b", "c d", "efg"});
  CHECK(split_without_shell("x '' \"\"") == Words{"x", "", ""});
  CHECK(split_without_shell("x '$HOME|*' \"a'b\"") == Words{"x", "$HOME|*", "a'b"});
  CHECK(split_without_shell("x a#b a!b a]b") == Words{"x", "a#b", "a!b", "a]b"});
  CHECK(split_without_shell("make CC=gcc") == Words{"make", "CC=gcc"});
  CHECK(split_without_shell("python3 -c 'print(1); exit(2)'") ==
        Words{"python3", "-c", "print(1); exit(2)"});
  CHECK(split_without_shell("./run é") == Words{"./run", "é"});
  CHECK(split_without_shell("echo hello") == Words{"echo", "hello"});
}

TEST_CASE("whatever may mean more goes to a shell") {
  for (const char* line : {"",
                           "   ",
                           "a | b",
                           "a && b",
                           "a; b",
                           "a &",
                           "a > f",
                           "a < f",
                           "a $X",
                           "a `b`",
                           "a *.c",
                           "a ?",
                           "a [x]",
                           "a b[0]",
                           "~/bin/x",
                           "a ~",
                           "a {b,c}",
                           "a\\ b",
                           "a \\",
                           "(a)",
                           "# a",
                           "a # b",
                           "! a",
                           "a \"$X\"",
                           "a \"b\\n\"",
                           "a \"b`c`\"",
                           "a 'b",
                           "a \"b",
                           "a\nb",
                           "a 'b\nc'",
                           "a\r",
                           "A=b make",
                           "A= make",
                           "A=\"b c\" make",
                           "A='b c' make",
                           "'' x",
                           "\"\"",
                           "cd src",
                           "'cd' src",
                           "c\"d\" src",
                           "exit 3",
                           "\"exit\" 3",
                           "export A=b",
                           "set -e",
                           "ulimit -n 5",
                           "if x",
                           "while x",
                           "{ x",
                           "[ -f a ]",
                           "[[ -f a ]]",
                           "time make",
                           "printf '%s\\n' a",
                           "pwd",
                           "kill 5",
                           "wait",
                           ". x",
                           ": x",
                           "echo -n a",
                           "echo '-n' a",
                           "echo 'a\\nb'",
                           "type x",
                           "command x",
                           "exec x"}) {
    INFO(line);
    CHECK_FALSE(split_without_shell(line));
  }
  CHECK_FALSE(split_without_shell(std::string_view("a\0b", 3)));
}

TEST_CASE("where no shell is needed, a shell would have seen the same words") {
  const std::vector<std::string> parts = {
      "a", "b c", "'", "\"", " ", "  ", "\t",   "=", "-x", "#", "!", "~", "{",     "}",      "[",
      "]", "\\",  "$", "*",  "?", "''", "\"\"", "é", "%",  "^", ",", "1", "'q w'", "\"r s\""};
  std::mt19937 random(17);
  std::string script = "show() { for word in \"$@\"; do printf '<%s>' \"$word\"; done; echo; }\n";
  std::string expected;
  int direct = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string line = "show ";
    for (std::size_t i = 0; i < 1 + random() % 7; ++i) line += parts[random() % parts.size()];
    const auto words = split_without_shell(line);
    if (!words || words->front() != "show") continue;
    ++direct;
    script += line + "\n";
    for (std::size_t i = 1; i < words->size(); ++i) expected += "<" + (*words)[i] + ">";
    expected += '\n';
  }
  CHECK(direct > 1000);
  const test::TempDir directory;
  directory.write("script", script);
  const std::string command = "cd " + directory.path().string() + " && /bin/sh script > out 2>&1";
  REQUIRE(std::system(command.c_str()) == 0);
  CHECK(directory.read("out") == expected);
}
