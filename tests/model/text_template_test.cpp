// Texts with `${…}` and `{item}` in them; and hostile values in shell texts, read by real shells.
#include "model/text_template.h"

#include <array>
#include <cstdio>
#include <map>
#include <memory>
#include <sys/wait.h>

#include <fmt/format.h>

#include "base/text.h"
#include "support/catch.h"

using namespace ws;

namespace {

Evaluated look_up(const Reference& path) {
  static const std::map<std::string, std::string, std::less<>> kValues = {
      {"steps.a.result", "\"x y\""},
      {"steps.a.outputs.n", "7"},
      {"steps.a.outputs.none", "null"},
      {"steps.a.outputs.list", "[1, \"b\"]"},
      {"steps.a.outputs.zero", "\"a\\u0000b\""},
      {"steps[\"a.b\"].result", "\"dotted\""},
      {"item", "\"it\""},
      {"item.os", "\"linux\""},
      {"index", "3"},
      {"step_id", "\"s[3]\""}};
  const auto found = kValues.find(path.text());
  if (found == kValues.end()) return NoValue{"it is not there"};
  return *parse_json(found->second);
}

std::string text_of(const std::variant<std::string, NoValue>& filled) {
  if (const auto* missing = std::get_if<NoValue>(&filled)) return "! " + missing->why;
  return std::get<std::string>(filled);
}

std::string plain(std::string_view text, bool has_item = false) {
  return text_of(fill(text, has_item, Splice::plain, look_up));
}

std::string shell(std::string_view text, std::string_view value) {
  const LookUp one = [&](const Reference&) { return Evaluated(Datum{std::string(value)}); };
  return text_of(fill(text, true, Splice::shell, one));
}

struct Ran {
  std::string output;
  int status = 0;
};
Ran run_with(std::string_view program, const std::string& line) {
  const std::string command = fmt::format("{} -c {}", program, shell_quoted(line));
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  REQUIRE(pipe);
  Ran ran;
  std::array<char, 4096> buffer{};
  while (const std::size_t got = fread(buffer.data(), 1, buffer.size(), pipe.get()))
    ran.output.append(buffer.data(), got);
  return ran;
}

const std::vector<std::string> kHostile = {
    "",
    "plain",
    "two words",
    "  blanks  ",
    "-n",
    "--help",
    "it's",
    "''",
    "\"",
    "\"; echo INJECTED; \"",
    "'; echo INJECTED; '",
    "$(echo INJECTED)",
    "`echo INJECTED`",
    "${HOME}",
    "$HOME",
    "$$",
    "\\",
    "\\\\",
    "\\'",
    "\\\"",
    "\\$(echo INJECTED)",
    "a\nb",
    "\n",
    "a\n",
    "trailing\\",
    "\necho INJECTED\n",
    "*",
    "~",
    "?",
    "[a-z]",
    "{a,b}",
    "# comment",
    "a & echo INJECTED",
    "| echo INJECTED",
    "> /dev/full",
    "2",
    "a=b",
    "if",
    "!",
    "\t",
    "\x01\x7f",
    "\xC3\xA4\xE2\x82\xAC",
    "\xff\xfe",
    "%s%n",
    "EOF ",
    "\r",
};

}  // namespace

TEST_CASE("what is ours is replaced, the rest stays") {
  struct Case {
    const char* text;
    const char* expected;
  };
  const Case cases[] = {
      {"", ""},
      {"nothing", "nothing"},
      {"${steps.a.result}", "x y"},
      {"-${steps.a.result}-${steps.a.outputs.n}-", "-x y-7-"},
      {"${ steps.a.result }", "x y"},
      {"${steps['a.b'].result}", "dotted"},
      {"${steps.a.outputs.none}", ""},
      {"${steps.a.outputs.list}", "[1,\"b\"]"},
      {"${step_id}", "s[3]"},
      // defaults
      {"${steps.b.result:-none}", "none"},
      {"${steps.b.result:-}", ""},
      {"${steps.a.result:-none}", "x y"},
      {"${steps.a.outputs.none:-none}", "none"},
      {"${steps.b.result:-${steps.a.result}!}", "x y!"},
      {"${steps.b.result:-a\\}b}", "a}b"},
      {"${steps.b.result:-'q'}", "'q'"},
      // the shell's
      {"${HOME} $x ${x:-y} ${#x} $(date) $$", "${HOME} $x ${x:-y} ${#x} $(date) $$"},
      {"${steps} ${steps[0]} ${steps[@]} ${steps:-x}",
       "${steps} ${steps[0]} ${steps[@]} ${steps:-x}"},
      {"${steps[\"a\"]}", "${steps[\"a\"]}"},
      {"${error} ${inputs}", "${error} ${inputs}"},
      {"for item in a; do echo ${item} ${index}; done",
       "for item in a; do echo ${item} ${index}; done"},
      {"{item} {index} {item.os}", "{item} {index} {item.os}"},
      {"${stepsx.a} ${Steps.a} ${step_ids}", "${stepsx.a} ${Steps.a} ${step_ids}"},
      // escapes
      {"$${steps.a.result}", "${steps.a.result}"},
      {"$${steps.b.result:-x} y", "${steps.b.result:-x} y"},
      {"$${HOME}", "$${HOME}"},
      {"$$${steps.a.result}", "$${steps.a.result}"},
      // no value
      {"a ${steps.b.result}", "! steps.b.result has no value: it is not there"},
      {"${steps.b.result:-${steps.c.result}}", "! steps.c.result has no value: it is not there"},
      {"${steps.a.outputs.zero}", "! steps.a.outputs.zero holds a zero byte, which no text can"},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    CHECK(plain(c.text) == c.expected);
  }
}

TEST_CASE("items in braces") {
  CHECK(plain("{item}-{item.os}-{index}-${item}-${item.os}-${index}", true) ==
        "it-linux-3-it-linux-3");
  CHECK(plain("{ item } {items} {item {itemx} {index.} {} {{item}}", true) ==
        "{ item } {items} {item {itemx} {index.} {} {it}");
  CHECK(plain("{item.arch}", true) == "! item.arch has no value: it is not there");
  CHECK(plain("awk '{print $1}' {item}", true) == "awk '{print $1}' it");
}

TEST_CASE("references and mistakes of a text") {
  const std::string text =
      "a ${steps.b.c:-${steps.d.e}} $${steps.no.no} {item.x} ${steps.} ${steps.z";
  const TemplateReferences found = find_references(text, true);
  REQUIRE(found.references.size() == 3);
  const std::vector<std::string> expected = {"steps.b.c", "steps.d.e", "item.x"};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const Reference& path = found.references[i];
    CHECK(text.substr(path.offset, path.length) == expected[i]);
  }
  CHECK(found.references[0].has_default);
  REQUIRE(found.mistakes.size() == 2);
  CHECK(found.mistakes[0].message == "a name after '.' was expected, not '}'");
  CHECK(found.mistakes[1].message == "this '${' is never closed");
  CHECK(find_references("${steps.a.b == 1}", false).mistakes[0].hint ==
        "a text holds ${path} and ${path:-default}, no other expression");
  CHECK(find_references("${HOME} {item.x}", false).references.empty());
  std::string deep = "x";
  for (int i = 0; i < 30; ++i) deep = "${steps.b.c:-" + deep + "}";
  CHECK(find_references(deep, false).mistakes.size() == 1);
  CHECK(plain(deep) == "! its defaults nest too deeply");
}

TEST_CASE("hostile values reach the command as they are, wherever they stand") {
  struct Place {
    const char* text;
    const char* before;
    const char* after;
  };
  // Each prints the value between brackets.
  const Place places[] = {
      {"printf '[%s]' ${steps.a.b}", "[", "]"},
      {"printf '[%s]' -x=${steps.a.b}y", "[-x=", "y]"},
      {"printf '[%s]' {item}", "[", "]"},
      {"printf '[%s]' \"<${steps.a.b}>\"", "[<", ">]"},
      {"printf '[%s]' '<${steps.a.b}>'", "[<", ">]"},
      {"x=${steps.a.b}; printf '[%s]' \"$x\"", "[", "]"},
      {"x=\"$(printf '%s.' ${steps.a.b})\"; printf '[%s]' \"$x\"", "[", ".]"},
      {"x=\"$(printf '%s.' \"${steps.a.b}\")\"; printf '[%s]' \"$x\"", "[", ".]"},
      {"# don't ${steps.a.b}\nprintf '[%s]' ${steps.a.b} # can't ${steps.a.b}", "[", "]"},
      {"x='a'\\''b'; printf '[%s]' ${steps.a.b}", "[", "]"},
      {"x=`echo \"it's\" 2>/dev/null`; printf '[%s]' ${steps.a.b}", nullptr, nullptr},
      {"x=`echo a`; printf '[%s]' \"$x${steps.a.b}\"", "[a", "]"},
      {"printf '[%s]' \"${x:-y}${steps.a.b}\"", "[y", "]"},
      {"(echo a; (echo b)) >/dev/null; printf '[%s]' ${steps.a.b}", "[", "]"},
      {"echo $((1 + (2 * 3))) >/dev/null; printf '[%s]' ${steps.a.b}", "[", "]"},
      {"case x in x) printf '[%s]' ${steps.a.b};; esac", "[", "]"},
      {"cat <<'END' >/dev/null\nit's \"\nEND\nprintf '[%s]' ${steps.a.b}", "[", "]"},
      {"cat <<-END >/dev/null; printf '[%s]' ${steps.a.b}\n\tit's\n\tEND\n", "[", "]"},
      {"cat <<END\n[${steps.a.b}]\nEND\n", "[", "]\n"},
      {"cat <<'END'\n[${steps.a.b}]\nEND\n", "[", "]\n"},
      {"cat <<A <<B\nx\nA\n[${steps.a.b}]\nB\n", "[", "]\n"},
  };
  for (const char* program : {"sh", "bash"}) {
    if (run_with(program, "echo yes").output != "yes\n") continue;
    for (const Place& place : places) {
      for (const std::string& value : kHostile) {
        const std::string line = shell(place.text, value);
        INFO(program << "\n" << place.text << "\n" << line);
        if (place.before == nullptr) {
          CHECK(line.starts_with("! "));
        } else {
          CHECK(run_with(program, line).output == place.before + value + place.after);
        }
      }
    }
  }
}

TEST_CASE("what cannot be quoted with certainty is refused") {
  const auto refused = [](std::string_view text, std::string_view value = "v") {
    const std::string made = shell(text, value);
    const std::string start = "! steps.a.b cannot be put safely into this shell text: ";
    return made.starts_with(start) ? made.substr(start.size()) : "no: " + made;
  };
  CHECK(refused("x=`echo ${steps.a.b}`") == "it stands inside `…`; use $(…)");
  CHECK(refused("echo \"${x:-${steps.a.b}}\"") == "it stands inside ${…} of the shell");
  CHECK(refused("echo $'a' ${steps.a.b}") ==
        "it stands behind $'…', which shells read differently");
  CHECK(refused("x=$(case a in a) echo 1;; esac); echo ${steps.a.b}") ==
        "it stands behind a 'case' inside $( )");
  CHECK(refused("echo $((1 + ${steps.a.b}))") == "only an integer can stand inside (( ))");
  CHECK(refused("echo $((1 + ${steps.a.b}))", "a[$(id)]") ==
        "only an integer can stand inside (( ))");
  CHECK(shell("echo $((1 + ${steps.a.b}))", "-41") == "echo $((1 + -41))");
  CHECK(refused("cat <<EOF\n${steps.a.b}\nEOF\n", "a\nEOF\nrm -rf /\n") ==
        "a line of it could end the here-document ('EOF')");
  CHECK(refused("cat <<EOF\nE${steps.a.b}\nEOF\n", "OF") ==
        "a line of it could end the here-document ('EOF')");
  CHECK(refused("cat <<-EOF\n${steps.a.b}\nEOF\n", "\tEOF\nrm") ==
        "a line of it could end the here-document ('EOF')");
  CHECK(refused("cat <<EOF\n$(echo) ${steps.a.b}\nEOF\n") ==
        "it stands behind a command inside a here-document");
  CHECK(refused("x << 2; echo ${steps.a.b}") ==
        "a '<<' before it begins no here-document that ends");
  CHECK(refused("cat <<$x\n${steps.a.b}\n$x\n") ==
        "the delimiter of a here-document is not plain text");
  CHECK(shell("(( x << 2 )); echo ${steps.a.b}", "v") == "(( x << 2 )); echo 'v'");
  CHECK(shell("cat <<< ${steps.a.b}", "v") == "cat <<< 'v'");
  // what the shell would not look at stays as it is
  CHECK(shell("echo \\${steps.a.b} \"\\${steps.a.b}\"", "v") ==
        "echo \\${steps.a.b} \"\\${steps.a.b}\"");
  CHECK(shell("true # ${steps.a.b}", "a\nrm") == "true # ${steps.a.b}");
  CHECK(shell("echo $${steps.a.b} \"$${steps.a.b}\"", "v") ==
        "echo '${steps.a.b}' \"\\${steps.a.b}\"");
  CHECK(find_unquotable("x=`echo ${steps.a.b}`; echo ${steps.a.b}", false).size() == 1);
  CHECK(find_unquotable("echo '${steps.a.b}' # `${steps.a.b}`", false).empty());
}
