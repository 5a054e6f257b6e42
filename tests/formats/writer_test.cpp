// Values written as YAML and JSON read back as they were, and examples survive load, write, load.
#include <filesystem>
#include <random>

#include "formats/workstream_writer.h"
#include "formats/writer/native_value.h"
#include "loading.h"
#include "model_text.h"
#include "reading.h"
#include "support/catch.h"
#include "support/golden.h"

namespace ws {
namespace {

namespace fs = std::filesystem;

std::string random_text(std::mt19937_64& random) {
  static const char* const kPieces[] = {"a",
                                        "step",
                                        " ",
                                        ": ",
                                        "#",
                                        " #",
                                        "\n",
                                        "\n\n",
                                        "  x",
                                        "\t",
                                        "\"",
                                        "'",
                                        "\\",
                                        "{",
                                        "}",
                                        "[",
                                        "]",
                                        ",",
                                        "&x",
                                        "*y",
                                        "!t",
                                        "%",
                                        "@",
                                        "`",
                                        "|",
                                        ">",
                                        "-",
                                        "- ",
                                        "---",
                                        "...",
                                        "true",
                                        "null",
                                        "~",
                                        "12",
                                        "1.50",
                                        "0x1F",
                                        "yes",
                                        "é",
                                        "😀",
                                        "\x01",
                                        "\x7F",
                                        "\xC2\x85",
                                        "\xE2\x80\xA8",
                                        "\xEF\xBB\xBF",
                                        "?",
                                        "=",
                                        "<<",
                                        "${a}",
                                        "\r",
                                        "2026-01-31"};
  std::string out;
  for (std::size_t i = random() % 6; i > 0; --i) out += kPieces[random() % std::size(kPieces)];
  return out;
}

NativeValue random_value(std::mt19937_64& random, int depth) {
  switch (random() % (depth > 0 ? 7 : 5)) {
    case 0:
      return {};
    case 1:
      return {random() % 2 == 0};
    case 2:
      return NativeValue::number(std::to_string(static_cast<std::int32_t>(random())));
    case 3:
      return NativeValue::number("1.50");
    case 4:
      return NativeValue::text(random_text(random));
    case 5: {
      NativeValue::List list;
      for (std::size_t i = random() % 5; i > 0; --i)
        list.push_back(random_value(random, depth - 1));
      return {std::move(list)};
    }
    default: {
      NativeValue::Map map;
      for (std::size_t i = random() % 5; i > 0; --i) {
        const std::string key = std::to_string(i) + random_text(random);
        map.emplace_back(i == 1 && random() % 50 == 0 ? key + std::string(2000, 'k') : key,
                         random_value(random, depth - 1));
      }
      return {std::move(map)};
    }
  }
}

TEST_CASE("random values read back equal") {
  for (unsigned seed = 0; seed < 20000; ++seed) {
    std::mt19937_64 random(seed);
    const NativeValue value{NativeValue::List{random_value(random, 4)}};
    const std::string as_json = to_json_text(value);
    const std::string as_yaml = to_yaml_text(value);
    INFO("seed " << seed << "\n" << as_json << as_yaml);
    REQUIRE(parse_native(as_json) == value);
    const test::Reading json = test::json(as_json);
    const test::Reading yaml = test::yaml(as_yaml);
    INFO(json.errors() << yaml.errors());
    REQUIRE(json.document);
    REQUIRE(yaml.document);
    REQUIRE(test::written(yaml) == test::written(json));
  }
}

TEST_CASE("YAML as a person would write it") {
  const NativeValue value =
      *parse_native(R"({"id": "ws-a", "script": "one\ntwo\n", "strip": "one\ntwo",
    "keep": "one\n\n", "flag": "true", "old": "yes", "number": 1.50, "words": ["a", "b: c", "d, e"], "empty": [],
    "none": {}, "null": null, "nested": [{"a": 1, "b": [{"c": "it's"}]}], "both": "it's \"so\"", "date": "2026-01-31"})");
  test::check_golden("notation/writer.yaml", to_yaml_text(value));
  test::check_golden("notation/writer.json", to_json_text(value));
}

TEST_CASE("what looks like an expression of the file is read as the text it is") {
  for (const char* text :
       {"${env.HOME}", "a ${vars.x:-${env.Y}} b", "$${env.A}", "${env.open", "$$${vars.a}${env.b}",
        "${steps.a.result}", "$${steps.a.result}", "${HOME}", "${env.A == 'b'} \\}"}) {
    Workstream original;
    original.id = "ws-t";
    Step& step = original.steps.emplace_back();
    step.id = "a";
    step.action = CommandAction{Command::from_argv({"echo", text})};
    const Workstream* const all[] = {&original};
    for (const NativeNotation notation : {NativeNotation::json, NativeNotation::yaml}) {
      const auto loaded = test::load("t", write_workstreams(all, notation).text);
      INFO(text << "\n" << loaded.text());
      CHECK(std::get<CommandAction>(loaded.step("a").action).command.argv[1] == text);
    }
  }
}

void check_round(const Workset& workset, const std::string& name) {
  std::vector<const Workstream*> originals;
  for (const Workstream& workstream : workset.workstreams) originals.push_back(&workstream);
  for (const NativeNotation notation : {NativeNotation::json, NativeNotation::yaml}) {
    const NativeText first = write_workstreams(originals, notation);
    const auto again = test::load("t", first.text);
    INFO(name << "\n" << first.text << again.text());
    REQUIRE(again.verdict == LoadVerdict::loaded);
    REQUIRE(again.workset.workstreams.size() == originals.size());
    std::vector<const Workstream*> copies;
    for (const Workstream& workstream : again.workset.workstreams) copies.push_back(&workstream);
    CHECK(write_workstreams(copies, notation).text == first.text);
    for (std::size_t i = 0; i < copies.size(); ++i)
      CHECK(test::model_text(*copies[i]) == test::model_text(*originals[i]));
    CHECK(first.unwritten.empty());
  }
}

TEST_CASE("a workstream that is only an id is still one after it was written") {
  // Found by the fuzzer: `depends_on` without a value told that it is a workstream.
  const auto loaded = test::load_yaml("- {id: after, depends_on: }\n- {id: later, depends_on: }\n");
  REQUIRE(loaded.verdict == LoadVerdict::loaded);
  check_round(loaded.workset, "ids");
}

TEST_CASE("a check without a command is one after it was written, whatever its text looks like") {
  const auto loaded = test::load_yaml(
      "id: ws-x\nsteps:\n  - id: a\n    acceptance_tests:\n"
      "      - {description: make <number> pass}\n"
      "      - {id: r, description: a <number> of things}\n"
      "      - {command: make <target>}\n");
  REQUIRE(loaded.verdict == LoadVerdict::loaded);
  check_round(loaded.workset, "checks");
}

TEST_CASE("every example means the same after it was written") {
  const fs::path root(WORKSTREAM_SOURCE_DIR);
  std::size_t count = 0;
  for (const fs::path& folder :
       {root / "workstreams", root / "workstreams/set", root / "../shared/samples/workstreams"}) {
    if (!fs::is_directory(folder)) continue;
    for (const auto& entry : fs::directory_iterator(folder)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".json" && extension != ".yaml") continue;
      const auto loaded = test::load(entry.path().filename().string(),
                                     test::read_file(entry.path()), test::with_env({}));
      if (loaded.verdict != LoadVerdict::loaded) continue;
      check_round(loaded.workset, entry.path().string());
      ++count;
    }
  }
  CHECK(count > 70);
}

}  // namespace
}  // namespace ws
