#include "formats/substitution.h"

#include "reading.h"
#include "support/catch.h"

using namespace ws;
using namespace ws::test;

namespace {

VariableLookup lookup() {
  VariableLookup result;
  result.env = [](std::string_view name) -> std::optional<std::string> {
    if (name == "HOME") return "/home/ada";
    if (name == "EMPTY") return "";
    if (name == "N") return "5";
    if (name == "TRICKY") return "a \"b\"\n'c' ${env.HOME} é";
    return std::nullopt;
  };
  result.vars = {{"target", "release"}, {"my-name", "x"}, {"a.b", "dotted"}};
  return result;
}

// The text, or "kind@offset+length" of every mistake.
std::string outcome(std::string_view text) {
  const std::optional<Substitution> result = substitute(text, lookup());
  if (!result) return "untouched";
  if (result->mistakes.empty()) return result->text;
  std::string out;
  for (const SubstitutionMistake& mistake : result->mistakes) {
    if (!out.empty()) out += ' ';
    out += std::string(mistake.kind->name) + "@" + std::to_string(mistake.offset) + "+" +
           std::to_string(mistake.length);
  }
  return out;
}

std::string hint(std::string_view text) {
  const std::optional<Substitution> result = substitute(text, lookup());
  return result && !result->mistakes.empty() ? result->mistakes[0].hint : "";
}

}  // namespace

TEST_CASE("substitution: values of the environment and of variables") {
  CHECK(outcome("${env.HOME}") == "/home/ada");
  CHECK(outcome("cd ${env.HOME}/x && make ${vars.target}") == "cd /home/ada/x && make release");
  CHECK(outcome("${vars.my-name}${vars.a.b}") == "xdotted");
  CHECK(outcome("${env.EMPTY}").empty());
  CHECK(outcome("${env.HOME }") == "/home/ada");
}

TEST_CASE("substitution: everything else is left alone") {
  for (const char* text :
       {"", "plain", "$", "${", "${}", "${HOME}", "$HOME", "${step_output.k}", "${worktree_path}",
        "${env}", "${envx.A}", "${environment.A}", "$(env.A)", "${ env.A }", "{env.A}", "$$", "$${",
        "$${HOME}", "${steps.env.outputs.x}"}) {
    INFO(text);
    CHECK(outcome(text) == "untouched");
  }
  CHECK(outcome("${HOME}:${env.N}:${step_output.k}") == "${HOME}:5:${step_output.k}");
}

TEST_CASE("substitution: a default replaces what is not set or empty") {
  CHECK(outcome("${env.HOME:-x}") == "/home/ada");
  CHECK(outcome("${env.NONE:-x y}") == "x y");
  CHECK(outcome("${env.EMPTY:-x}") == "x");
  CHECK(outcome("${env.NONE:-}").empty());
  CHECK(outcome("${vars.none:-dev}") == "dev");
  CHECK(outcome("${env.NONE:-it's}") == "it's");
  CHECK(outcome("${env.NONE:-a:-b}") == "a:-b");
}

TEST_CASE("substitution: defaults may hold expressions and braces") {
  CHECK(outcome("${env.NONE:-${env.HOME}/.cache}/x") == "/home/ada/.cache/x");
  CHECK(outcome("${env.NONE:-${env.NONE2:-${vars.target}}}") == "release");
  CHECK(outcome("${env.NONE:-{\"a\":{\\}\\}}") == "{\"a\":{}}");
  CHECK(outcome("${env.NONE:-a\\}b}c") == "a}bc");
  CHECK(outcome("${env.NONE:-${HOME}}") == "${HOME}");
  CHECK(outcome("${env.HOME:-${env.NONE}}") == "/home/ada");
}

TEST_CASE("substitution: comparisons are true or false") {
  CHECK(outcome("${env.N == '5'}") == "true");
  CHECK(outcome("${env.N=='5'}") == "true");
  CHECK(outcome("${env.N == \"6\"}") == "false");
  CHECK(outcome("${env.N != '5'}") == "false");
  CHECK(outcome("${vars.target != 'debug'}") == "true");
  CHECK(outcome("${env.N == 'a } b'}") == "false");
  CHECK(outcome("${env.N == ''}") == "false");
}

TEST_CASE("substitution: in a comparison an unset environment variable is empty") {
  CHECK(outcome("${env.NONE == 'x'}") == "false");
  CHECK(outcome("${env.NONE != 'x'}") == "true");
  CHECK(outcome("${env.NONE == ''}") == "true");
  CHECK(outcome("${vars.none == 'x'}") == "missing-variable@0+19");
}

TEST_CASE("substitution: a doubled dollar sign keeps the expression") {
  CHECK(outcome("$${env.HOME}") == "${env.HOME}");
  CHECK(outcome("echo $${env.HOME} ${env.N}") == "echo ${env.HOME} 5");
  CHECK(outcome("$${env.NONE:-${env.NONE}}") == "${env.NONE:-${env.NONE}}");
  CHECK(outcome("$$${env.HOME}") == "$${env.HOME}");
  CHECK(outcome("$${env.open") == "${env.open");
}

TEST_CASE("substitution: values survive and are not searched again") {
  CHECK(outcome("<${env.TRICKY}>") == "<a \"b\"\n'c' ${env.HOME} é>");
}

TEST_CASE("substitution: only exactly one expression is whole") {
  const auto is_whole = [](std::string_view text) { return substitute(text, lookup())->is_whole; };
  CHECK(is_whole("${env.N}"));
  CHECK(is_whole("${env.NONE:-${env.N}}"));
  CHECK(is_whole("${env.N == 'a}'}"));
  CHECK_FALSE(is_whole(" ${env.N}"));
  CHECK_FALSE(is_whole("${env.N} "));
  CHECK_FALSE(is_whole("${env.N}${env.N}"));
  CHECK_FALSE(is_whole("$${env.N}"));
}

TEST_CASE("substitution: mistakes have places inside the text") {
  CHECK(outcome("${env.NONE}") == "missing-variable@0+11");
  CHECK(outcome("é ${env.NONE} ${vars.none}") == "missing-variable@3+11 missing-variable@15+12");
  CHECK(outcome("${env.NONE:-x${env.NONE}}") == "missing-variable@13+11");
  CHECK(outcome("${env.N") == "bad-expression@0+2");
  CHECK(outcome("x ${env.N ${env.HOME}") == "bad-expression@2+2");
  CHECK(outcome("${env.}") == "bad-expression@0+7");
  CHECK(outcome("${env.1A}") == "bad-expression@0+9");
  CHECK(outcome("${env.A-B}") == "bad-expression@0+10");
  CHECK(outcome("${env.A:=x}") == "bad-expression@0+11");
  CHECK(outcome("${env.N = 'x'}") == "bad-expression@0+14");
  CHECK(outcome("${env.N == x}") == "bad-expression@0+13");
  CHECK(outcome("${env.N == 'x' && 1}") == "bad-expression@0+20");
  CHECK(outcome("${env.N > '1'}") == "bad-expression@0+14");
}

TEST_CASE("substitution: hints name what would work") {
  CHECK(hint("${env.NONE}").find("${env.NONE:-text}") != std::string::npos);
  CHECK(hint("${vars.targt}").find("did you mean 'target'?") != std::string::npos);
  CHECK(hint("${vars.zzzzzzz}").find("--var zzzzzzz=") != std::string::npos);
  CHECK(hint("${env.N = 'x'}").find("==") != std::string::npos);
  CHECK(hint("${env.A-B}").find("${env.A:-text}") != std::string::npos);
}

TEST_CASE("substitution: without an environment nothing is set") {
  const std::optional<Substitution> result = substitute("${env.HOME}", VariableLookup{});
  REQUIRE(result);
  CHECK(result->mistakes.size() == 1);
}

TEST_CASE("substitution: used variables are told") {
  const std::optional<Substitution> result =
      substitute("${vars.target} ${vars.none:-x} ${env.N}", lookup());
  REQUIRE(result);
  CHECK(result->used_vars == std::vector<std::string>{"target", "none"});
}

TEST_CASE("substitution: hostile texts") {
  std::string nested;
  for (int i = 0; i < 20000; ++i) nested += "${env.NONE:-";
  CHECK(outcome(nested) == "bad-expression@0+2");
  CHECK(outcome(nested + std::string(20000, '}')).find("bad-expression@252+") == 0);
  std::string many;
  for (int i = 0; i < 30000; ++i) many += "${env.}";
  CHECK(substitute(many, lookup())->mistakes.size() == 10000);
  CHECK(outcome("${env." + std::string(100000, 'A') + "}").find("bad-expression@0+") == 0);
}

TEST_CASE("substitution: a whole document, with exact places") {
  Reading reading = json(
      "{\"${env.HOME}\": \"${env.N}\", \"plain\": \"x\",\n"
      "  \"a\": [\"see ${env.NONE} and \\n ${env.OTHER}\", \"${env.NONE}\"],\n"
      "  \"b\": \"\\t${env.HOME == x}\"}");
  REQUIRE(reading.document);
  std::set<std::string, std::less<>> used;
  CHECK_FALSE(substitute(*reading.document, reading.sources, lookup(), reading.diagnostics, used));
  std::string found;
  for (const Diagnostic& item : reading.diagnostics.items()) {
    found +=
        std::string(item.kind->name) + " " +
        std::string(
            reading.sources.text(item.place.source).substr(item.place.offset, item.place.length)) +
        " " + std::to_string(item.notes.size()) + "\n";
  }
  CHECK(found ==
        "missing-variable ${env.NONE} 1\n"
        "missing-variable ${env.OTHER} 0\n"
        "bad-expression ${env.HOME == x} 0\n");
  const Value whole = reading.document->root().find("${env.HOME}").value();
  CHECK(whole.as_string() == "5");
  CHECK(whole.is_substituted());
  CHECK_FALSE(reading.document->root().find("plain")->is_substituted());
}

TEST_CASE("substitution: block texts of YAML have exact places too") {
  Reading reading = yaml("a: |\n  first\n  second ${env.NONE}\n");
  REQUIRE(reading.document);
  std::set<std::string, std::less<>> used;
  CHECK_FALSE(substitute(*reading.document, reading.sources, lookup(), reading.diagnostics, used));
  CHECK(reading.where() == "3:10");
}

TEST_CASE("substitution: a document without mistakes") {
  Reading reading = yaml("timeout: ${env.N}\ncommand: run $${env.N} ${vars.target}\n");
  REQUIRE(reading.document);
  std::set<std::string, std::less<>> used;
  CHECK(substitute(*reading.document, reading.sources, lookup(), reading.diagnostics, used));
  CHECK(written(reading) == R"({"timeout":"5","command":"run ${env.N} release"})");
  CHECK(used == std::set<std::string, std::less<>>{"target"});
}
