// A Drawing as text: DOT for Graphviz, Mermaid for Markdown, JSON for programs.
//
// Pure; knows nothing of plans or runs. Hostile names are quoted in each notation. Running Graphviz
// for SVG or PNG is cli's work, through platform/: graphviz_command() says what to run on the DOT
// text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/drawing.h"

namespace ws {

// The DOT language (graphviz.org/doc/info/lang.html). Clusters nested, states coloured with a
// legend, cycles red, missing workstreams dashed.
[[nodiscard]] std::string dot_text(const Drawing& drawing);
// A Mermaid flowchart.
[[nodiscard]] std::string mermaid_text(const Drawing& drawing);
// {schema_version, title, clusters, nodes, edges}.
[[nodiscard]] std::string graph_json(const Drawing& drawing);

// argv that turns the DOT text of `input` into `output`; `format` is "svg" or "png".
[[nodiscard]] std::vector<std::string> graphviz_command(std::string_view format,
                                                        const std::string& input,
                                                        const std::string& output);

// Fill and border of a state, as "#rrggbb"; shared by the notations.
struct StateColours {
  std::string_view fill;
  std::string_view border;
};
[[nodiscard]] StateColours colours_of(StepState state);

// A quoted DOT string whose text is shown as it is: quotes, backslashes and '&' lose their meaning.
[[nodiscard]] std::string dot_quoted(std::string_view text);
// A quoted Mermaid label, with entity codes for what Mermaid would read.
[[nodiscard]] std::string mermaid_quoted(std::string_view text);

}  // namespace ws
