#include "formats/tool_profiles.h"

#include <chrono>
#include <filesystem>

#include "support/catch.h"
#include "support/golden.h"

namespace ws {
namespace {

using namespace std::chrono_literals;
using Strings = std::vector<std::string>;

struct Reading {
  SourceSet sources;
  ToolBook book;
  Diagnostics diagnostics;
  bool is_good = false;

  [[nodiscard]] std::string text() const { return render(diagnostics, sources, {}); }
};

Reading read(std::string name, std::string text) {
  Reading out;
  out.is_good =
      read_tool_profiles(std::move(name), std::move(text), out.sources, out.book, out.diagnostics);
  return out;
}

TEST_CASE("one profile per file, named after the file") {
  const Reading got = read("tools/aider.yaml", R"(
description: pair programmer
command: [aider, --message-file, "{prompt_file}", "{files}"]
stdin: "{prompt}"
env: {A: 1}
timeout: 10m
success: {exit_codes: [0, 1], require_output: done}
install: pipx install aider-chat
)");
  INFO(got.text());
  REQUIRE(got.is_good);
  const ToolProfile& profile = got.book.at("aider");
  CHECK(profile.argv == Strings{"aider", "--message-file", "{prompt_file}", "{files}"});
  CHECK(profile.stdin_template == "{prompt}");
  CHECK(profile.env == Environment{{"A", "1"}});
  CHECK(profile.timeout == 10min);
  CHECK(profile.success.exit_codes == std::vector<int>{0, 1});
  CHECK(profile.success.require_output == Strings{"done"});
  CHECK(profile.install_hint == "pipx install aider-chat");
  CHECK(profile.origin == "tools/aider.yaml");
}

TEST_CASE("a byte-order mark is no column of a profile") {
  const Reading got = read("x.yaml",
                           "\xEF\xBB\xBF"
                           "command: 'a {nonsense}'\n");
  REQUIRE(got.diagnostics.items().size() == 1);
  CHECK(got.sources.describe(got.diagnostics.items()[0].place) == "x.yaml:1:10");
  CHECK(read("x.yaml",
             "\xEF\xBB\xBF"
             "command: a\n")
            .is_good);
}

TEST_CASE("a name of its own, a line as command") {
  const Reading got =
      read("x.json", R"j({"name": "y", "command": "tool -p {prompt} '{workdir}'"})j");
  INFO(got.text());
  REQUIRE(got.is_good);
  CHECK(got.book.at("y").argv == Strings{"tool", "-p", "{prompt}", "{workdir}"});
  CHECK(read("z.yaml", "command: a | b\n").book.at("z").argv == Strings{"/bin/sh", "-c", "a | b"});
}

TEST_CASE("a table of profiles") {
  const Reading got = read("t.json", R"({
    "_comment": "x",
    "pytest": {"command": "pytest", "args": ["-q"], "timeout_seconds": 300,
               "success_pattern": "passed", "failure_pattern": ["failed", "error"]},
    "black": {"command": "black", "args": []}})");
  INFO(got.text());
  REQUIRE(got.is_good);
  CHECK(got.book.size() == 2);
  const ToolProfile& pytest = got.book.at("pytest");
  CHECK(pytest.argv == Strings{"pytest", "-q"});
  CHECK(pytest.timeout == 300s);
  CHECK(pytest.success.require_output == Strings{"passed"});
  CHECK(pytest.success.fail_on_output == Strings{"failed", "error"});
}

TEST_CASE("a later profile of a name replaces the earlier one") {
  Reading got = read("a.yaml", "command: one\n");
  CHECK(read_tool_profiles("b/a.yaml", "command: two\n", got.sources, got.book, got.diagnostics));
  CHECK(got.book.at("a").argv == Strings{"two"});
}

TEST_CASE("nothing of a broken file is added") {
  const Reading got = read("t.json", R"({"a": {"command": "x"}, "b": {"command": 5}})");
  CHECK_FALSE(got.is_good);
  CHECK(got.book.empty());
}

TEST_CASE("the mistakes of profiles") {
  const Reading got = read("tools.yaml", R"(
one: {command: [x, "{promt}", "{files}", "${HOME}", "{}", "{A}"]}
two: {command: "echo {prompt} | cat"}
three: {args: [x]}
four: {command: x, success_pattern: "a("}
five: {command: x, succes_pattern: ok}
six: {command: x, success: {exit_codes: 0}, failure_pattern: bad}
seven: 7
eight/nine: {command: x}
ten: {command: x, stdin: "{nonsense}"}
eleven: {command: x, success: {files: [out]}}
)");
  CHECK_FALSE(got.is_good);
  test::check_golden("tool_profile_mistakes.txt", got.text());
}

TEST_CASE("what is no profile") {
  CHECK_FALSE(read("a.yaml", "[1]\n").is_good);
  CHECK_FALSE(read("a.yaml", "").is_good);
  CHECK_FALSE(read("a.json", "{").is_good);
  CHECK_FALSE(read("a.yaml", "description: x\n").is_good);
}

TEST_CASE("the shipped profiles and the sample table are read") {
  namespace fs = std::filesystem;
  std::size_t count = 0;
  const fs::path root(WORKSTREAM_SOURCE_DIR);
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(root / "tools")) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  if (fs::exists(root / "../shared/samples/tool_profiles.json"))
    files.push_back(root / "../shared/samples/tool_profiles.json");
  for (const fs::path& path : files) {
    const Reading got = read(path.string(), test::read_file(path));
    INFO(got.text());
    CHECK(got.is_good);
    CHECK(got.diagnostics.items().empty());
    count += got.book.size();
  }
  CHECK(count >= 8);
}

}  // namespace
}  // namespace ws
