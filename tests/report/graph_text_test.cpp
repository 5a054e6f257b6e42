#include "report/graph_text.h"

#include <cstdlib>

#include "base/text.h"
#include "report/json_text.h"
#include "support/catch.h"
#include "support/golden.h"
#include "support/temp_dir.h"

using namespace ws;
using namespace ws::test;

namespace {

const std::vector<std::string> kHostile = {"quote \" backslash \\ end\\",
                                           "new\nline and \x1b[2J",
                                           "\\N \\G \\l",
                                           "<b>html</b> &amp; &lt;",
                                           "x\"]; evil [label=\"",
                                           "#quot; `tick` | pipe",
                                           "not utf-8 \xff",
                                           "ünïcödé 漢字",
                                           "",
                                           "end",
                                           "[brackets] {braces} (parens)"};

Drawing hostile_drawing() {
  std::vector<Edge> edges;
  for (std::uint32_t i = 1; i < kHostile.size(); ++i) edges.push_back({0, i});
  Drawing drawing = drawing_of(kHostile, edges, {});
  drawing.title = kHostile[0];
  drawing.clusters.push_back({kHostile[4], kHostile[4], ClusterKind::workstream, {}});
  drawing.nodes[1].cluster = 0;
  return drawing;
}

}  // namespace

TEST_CASE("hostile names are only names") {
  const Drawing drawing = hostile_drawing();
  check_golden("report/graph_hostile.dot", dot_text(drawing));
  check_golden("report/graph_hostile.mmd", mermaid_text(drawing));
  const Json json = Json::parse(graph_json(drawing));
  CHECK(json["nodes"].size() == kHostile.size());
  CHECK(json["edges"].size() == kHostile.size() - 1);
}

TEST_CASE("row 4q: Graphviz reads what we write") {
  const TempDir dir;
  if (std::system("command -v dot >/dev/null 2>&1") != 0) {
    WARN("Graphviz is not installed: not checked");
    return;
  }
  const auto input = dir.write("g.dot", dot_text(hostile_drawing()));
  const auto output = dir.path() / "g.txt";
  const auto command = graphviz_command("plain", input.string(), output.string());
  REQUIRE(std::system((shell_joined(command) + " 2>/dev/null").c_str()) == 0);
  const std::string drawn = dir.read("g.txt");
  std::size_t nodes = 0;
  for (std::size_t at = drawn.find("\nnode "); at != std::string::npos;
       at = drawn.find("\nnode ", at + 1))
    ++nodes;
  CHECK(nodes == kHostile.size());
}

TEST_CASE("the command that draws") {
  CHECK(graphviz_command("png", "in file.dot", "out.png") ==
        std::vector<std::string>{"dot", "-Tpng", "-o", "out.png", "in file.dot"});
}
