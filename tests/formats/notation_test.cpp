// Which notation a file is in: extension, then shape.
#include "formats/notation.h"

#include "loading.h"
#include "support/catch.h"
#include "support/golden.h"

namespace ws {
namespace {

Format shape(std::string_view text) { return notation_of("", text).format; }

TEST_CASE("an extension decides") {
  CHECK(extension_of("a/b.JSON") == "json");
  CHECK(extension_of("a.b/c") == "");
  CHECK(extension_of(".yaml") == "");
  CHECK(notation_of("kata", "{}").format == Format::kata);
  CHECK(notation_of("prose", "{}").format == Format::prose);
  CHECK(notation_of("jsonc", "a: b").format == Format::json);
  CHECK(notation_of("yml", "kata x v1").format == Format::yaml);
}

TEST_CASE("without one its shape does") {
  CHECK(shape("{\"id\": 1}") == Format::json);
  CHECK(shape("// a comment\n{}") == Format::json);
  CHECK(shape("\n\n  [1]") == Format::json);
  CHECK(shape("kata build v2\n") == Format::kata);
  CHECK(shape("# a comment\n// another\n\nkata build v2\n") == Format::kata);
  CHECK(shape("session \"Say hello\"\n") == Format::prose);
  CHECK(shape("# what it does\nparallel (first):\n  a = session \"x\"\n") == Format::prose);
  CHECK(shape("agent writer:\n  model: opus\n\nsession: writer\n") == Format::prose);
  CHECK(shape("let x = session \"y\"\n") == Format::prose);
  CHECK(shape("id: ws-a\nsteps: []\n") == Format::yaml);
  CHECK(shape("kata: a\nid: b\n") == Format::yaml);
  CHECK(shape("agent: x\nuse: y\n") == Format::yaml);
  CHECK(shape("parallel:\n  - a\n") == Format::yaml);
  CHECK(shape("input:\n  a: 1\n") == Format::yaml);
  CHECK_FALSE(notation_of("", "id: ws-a\n").is_guess);
  CHECK_FALSE(notation_of("", "- id: ws-a\n").is_guess);
  CHECK(notation_of("txt", "just some words\n").is_guess);
}

TEST_CASE("a file that is nothing of it is told what was looked for") {
  test::check_golden("notation/words.txt",
                     test::load("notes.txt", "just some words\nand more\n").text());
  test::check_golden("notation/broken.txt", test::load("notes", "never said: [this\n").text());
  test::check_golden("notation/other_yaml.txt",
                     test::load("list.yaml", "title: Shopping\n").text());
  test::check_golden("notation/list.txt", test::load("list.json", "[1, 2]").text());
  test::check_golden("notation/ini.txt", test::load("a.ini", "a=1\n").text());
}

TEST_CASE("the format asked for wins over name and shape") {
  LoadOptions options;
  options.format = Format::yaml;
  CHECK(test::load("a.json", "id: ws-a\nsteps: [{id: a}]\n", options).verdict ==
        LoadVerdict::loaded);
  CHECK(test::load("a.toml", "id: ws-a\nsteps: [{id: a}]\n", options).verdict ==
        LoadVerdict::loaded);
}

TEST_CASE("marks and line ends of other systems") {
  CHECK(test::load("a", "\xEF\xBB\xBFid: ws-a\r\nsteps:\r\n  - id: a\r\n").verdict ==
        LoadVerdict::loaded);
  CHECK(
      test::load("a", "\xEF\xBB\xBF{\"id\": \"ws-a\",\r\n\"steps\": [{\"id\": \"a\"}]}").verdict ==
      LoadVerdict::loaded);
  CHECK(test::load("a", "").errors() == std::vector<std::string>{"empty-file"});
  CHECK(test::load("a", "id: caf\xE9\n").errors() == std::vector<std::string>{"not-utf8"});
}

}  // namespace
}  // namespace ws
