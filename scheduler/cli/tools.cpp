// `workstream tools`: the profiles, where they come from, and whether their programs are there.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/console.h"
#include "cli/subcommand.h"
#include "cli/tool_search.h"
#include "model/mistakes.h"
#include "report/diagnostics_json.h"
#include "report/json_text.h"

namespace ws::cli {
namespace {

struct ToolsOptions {
  std::vector<std::string> names;
  ToolFlags tools;
  bool is_json = false;
};

struct Row {
  const ToolProfile* profile;
  std::string name;
  Result<std::string> program;
};

Json json_of(const std::vector<Row>& rows) {
  Json list = Json::array();
  for (const Row& row : rows) {
    Json item;
    item["name"] = row.name;
    item["description"] = row.profile->description;
    item["command"] = row.profile->argv;
    item["installed"] = row.program.has_value();
    item["program"] = row.program.has_value() ? Json(*row.program) : Json(nullptr);
    item["timeout_ms"] = row.profile->timeout > Duration::zero()
                             ? Json(milliseconds_of(row.profile->timeout))
                             : Json(nullptr);
    item["install"] = row.profile->install_hint;
    item["origin"] = row.profile->origin;
    list.push_back(std::move(item));
  }
  return list;
}

std::string text_of(const std::vector<Row>& rows, const std::vector<std::string>& searched,
                    const Style& style) {
  std::size_t width = 4;
  for (const Row& row : rows) width = std::max(width, display_width(row.name));
  std::string out;
  for (const Row& row : rows) {
    const bool is_there = row.program.has_value();
    out += fmt::format("{} {}{}  {}\n",
                       style.paint(is_there ? Paint::green : Paint::yellow,
                                   style.symbol(is_there ? Symbol::ok : Symbol::skipped)),
                       style.clean(row.name), std::string(width - display_width(row.name), ' '),
                       style.clean(is_there ? *row.program : "not installed"));
    const std::string indent(width + 4, ' ');
    if (!row.profile->description.empty()) {
      out += fmt::format("{}{}\n", indent, style.clean(row.profile->description));
    }
    out += fmt::format("{}{}\n", indent, style.clean(shell_joined(row.profile->argv)));
    if (!is_there && !row.profile->install_hint.empty()) {
      out += fmt::format("{}to install: {}\n", indent, style.clean(row.profile->install_hint));
    }
  }
  out += fmt::format(
      "{} from {}\n", counted(rows.size(), "profile"),
      searched.empty() ? "nowhere: no directory with profiles was found" : listed(searched));
  return out;
}

ExitCode show_tools(const ToolsOptions& options) {
  const Tools tools = find_tools(options.tools);
  RenderOptions render_options;
  render_options.colour = style_for(Stream::err).colour;
  write(Stream::err, render(tools.mistakes, *tools.sources, render_options));
  write(Stream::err, render(tools.broken, *tools.sources, render_options));

  std::vector<Row> rows;
  std::vector<std::string_view> known;
  for (const auto& [name, profile] : tools.book) {
    known.push_back(name);
    const bool is_wanted =
        options.names.empty() ||
        std::find(options.names.begin(), options.names.end(), name) != options.names.end();
    if (is_wanted) rows.push_back({&profile, name, program_of(profile)});
  }
  ExitCode code = tools.mistakes.has_errors() || tools.broken.has_errors() ? ExitCode::bad_input
                                                                           : ExitCode::success;
  Diagnostics unknown;
  for (const std::string& name : options.names) {
    if (tools.book.contains(name)) continue;
    const auto near = nearest(name, known);
    const std::string why = fmt::format("there is no tool profile '{}'{}", printable(name),
                                        near ? fmt::format("; did you mean '{}'?", *near) : "");
    complain(why);
    unknown.error(mistakes::unknown_tool, {}, why);
  }
  if (unknown.has_errors()) {
    code = ExitCode::bad_input;
    if (options.is_json) {
      (void)answer(diagnostics_json(unknown, *tools.sources, 0));
      return code;
    }
  }
  const ExitCode written =
      answer(options.is_json ? pretty(json_of(rows))
                             : text_of(rows, tools.searched, style_for(Stream::out)));
  return code == ExitCode::success ? written : code;
}

}  // namespace

SubcommandBody declare_tools(CLI::App& app) {
  auto options = std::make_shared<ToolsOptions>();
  app.add_option("names", options->names, "Only these profiles")->type_name("NAME");
  add_tool_flags(app, options->tools);
  app.add_flag("--json", options->is_json, "Print JSON");
  return [options] { return show_tools(*options); };
}

}  // namespace ws::cli
