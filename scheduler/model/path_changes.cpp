#include "model/path_changes.h"

#include <algorithm>

#include "model/datum.h"
#include "model/text_template.h"
#include "model/value_template.h"

namespace ws {

// Whose item `{item}` is.
struct PathChanges::Place {
  bool has_own_item = false;
  bool has_outer_item = false;
  [[nodiscard]] bool has_item() const { return has_own_item || has_outer_item; }
};

std::string PathChanges::changed(const std::string& text, std::vector<Reference> paths,
                                 const Place& place) const {
  std::sort(paths.begin(), paths.end(),
            [](const Reference& a, const Reference& b) { return a.offset < b.offset; });
  std::string out;
  std::size_t at = 0;
  for (Reference& path : paths) {
    const bool is_own =
        place.has_own_item && (path.names.front() == "item" || path.names.front() == "index");
    if (path.offset < at || is_own || !change_(path)) continue;
    out.append(text, at, path.offset - at);
    // `{item}` becomes `${path}`.
    const bool is_bare = out.ends_with('{') && !out.ends_with("${");
    if (is_bare && place.has_item()) out.insert(out.size() - 1, "$");
    out += path.text();
    at = path.offset + path.length;
  }
  return out.append(text, at);
}

void PathChanges::template_at(std::string& text, const Place& place) const {
  text = changed(text, find_references(text, place.has_item()).references, place);
}

void PathChanges::text(std::string& text) const {
  template_at(text, {false, options_.has_outer_item});
}

void PathChanges::expression(std::string& text, const Place& place) const {
  if (text.empty()) return;
  const auto parsed = Expression::parse(text);
  if (const auto* found = std::get_if<Expression>(&parsed))
    text = changed(text, found->references(), place);
}

void PathChanges::json(std::string& json, const Place& place) const {
  std::optional<Datum> value = parse_json(json);
  if (!value) return;
  change_texts(*value, [&](std::string& part) {
    if (part == "${inputs}" && options_.all_inputs)
      part = options_.all_inputs();
    else
      template_at(part, place);
  });
  json = to_json(*value);
}

void PathChanges::command(Command& command, const Place& place) const {
  for (std::string& word : command.argv) template_at(word, place);
}

void PathChanges::action(Action& action, const Place& place) const {
  if (auto* own = std::get_if<CommandAction>(&action)) command(own->command, place);
  if (auto* script = std::get_if<ScriptAction>(&action)) {
    template_at(script->script, place);
    command(script->shell, place);
  }
  if (auto* tool = std::get_if<ToolAction>(&action)) {
    for (std::string& line : tool->prompt) template_at(line, place);
  }
  if (auto* wait = std::get_if<WaitAction>(&action)) {
    template_at(wait->until, place);
    template_at(wait->event, place);
  }
  if (auto* call = std::get_if<CallAction>(&action)) {
    for (auto& input : call->inputs) json(input.second, place);
  }
}

// The list is asked for before there is an item.
void PathChanges::for_each(ForEach& items) const {
  const Place place{false, options_.has_outer_item};
  if (items.kind == ForEach::Kind::from)
    expression(items.source, place);
  else
    template_at(items.source, place);
}

void PathChanges::apply(Step& step) const {
  const Place place{step.details().for_each.has_value(), options_.has_outer_item};
  action(step.action, place);
  if (!step.details_if_any) return;
  StepDetails& details = *step.details_if_any;
  for (auto& variable : details.env) template_at(variable.second, place);
  template_at(details.working_dir, place);
  template_at(details.stdin_file, place);
  if (details.stdin_text) template_at(*details.stdin_text, place);
  if (!details.stdin_json.empty()) json(details.stdin_json, place);
  for (auto& made : details.values) json(made.second, place);
  template_at(details.idempotency_key, place);
  expression(details.when, place);
  for (AcceptanceTest& test : details.acceptance_tests) {
    command(test.command, place);
    template_at(test.artifact, place);
  }
  if (details.compensation) {
    action(details.compensation->action, place);
    for (auto& parameter : details.compensation->parameters) template_at(parameter.second, place);
  }
  if (details.for_each) for_each(*details.for_each);
}

void PathChanges::apply(Group& group) const {
  const Place place{false, options_.has_outer_item};
  expression(group.when, place);
  if (group.repeat) {
    expression(group.repeat->until, place);
    expression(group.repeat->while_, place);
  }
  if (group.for_each) for_each(*group.for_each);
}

}  // namespace ws
