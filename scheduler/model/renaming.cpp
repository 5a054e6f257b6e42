#include "model/renaming.h"

#include <algorithm>
#include <utility>

#include "model/datum.h"
#include "model/expression.h"
#include "model/text_template.h"
#include "model/value_template.h"

namespace ws {

// The texts of one step or group.
class Renaming::Texts {
 public:
  struct Kind {
    bool has_item = false;  // `{item}` is a value in them
  };
  Texts(const Renaming& renaming, Kind kind) : renaming_(renaming), has_item_(kind.has_item) {}

  void text(std::string& text) const {
    text = rewritten(text, find_references(text, has_item_).references);
  }

  void expression(std::string& text) const {
    if (text.empty()) return;
    const auto parsed = Expression::parse(text);
    if (const auto* found = std::get_if<Expression>(&parsed))
      text = rewritten(text, found->references());
  }

  void json(std::string& json) const {
    std::optional<Datum> value = parse_json(json);
    if (!value) return;
    change_texts(*value, [&](std::string& part) {
      if (part == "${inputs}" && !renaming_.given_.empty())
        part = "${" + Reference{{"steps", renaming_.giver_, "outputs"}}.text() + "}";
      else
        text(part);
    });
    json = to_json(*value);
  }

  void pairs(std::vector<std::pair<std::string, std::string>>& pairs) const {
    for (auto& pair : pairs) text(pair.second);
  }

  void command(Command& command) const {
    for (std::string& word : command.argv) text(word);
  }

  void action(Action& action) const {
    if (auto* own = std::get_if<CommandAction>(&action)) command(own->command);
    if (auto* script = std::get_if<ScriptAction>(&action)) {
      text(script->script);
      command(script->shell);
    }
    if (auto* tool = std::get_if<ToolAction>(&action)) {
      for (std::string& line : tool->prompt) text(line);
    }
    if (auto* wait = std::get_if<WaitAction>(&action)) {
      text(wait->until);
      text(wait->event);
    }
    if (auto* call = std::get_if<CallAction>(&action)) {
      for (auto& input : call->inputs) json(input.second);
    }
  }

  void test(AcceptanceTest& test) const {
    command(test.command);
    text(test.artifact);
  }

  void compensation(Compensation& undo) const {
    action(undo.action);
    pairs(undo.parameters);
  }

  void dependencies(std::vector<Dependency>& names) const {
    for (Dependency& one : names) one.name = renaming_.name(one.name);
  }

 private:
  [[nodiscard]] std::string rewritten(const std::string& text,
                                      std::vector<Reference> references) const {
    std::sort(references.begin(), references.end(),
              [](const Reference& a, const Reference& b) { return a.offset < b.offset; });
    std::string out;
    std::size_t at = 0;
    for (const Reference& path : references) {
      Reference renamed = path;
      if (path.offset < at || !renaming_.rename(renamed.names)) continue;
      out.append(text, at, path.offset - at);
      out += renamed.text();
      at = path.offset + path.length;
    }
    return out.append(text, at);
  }

  const Renaming& renaming_;
  bool has_item_;
};

Renaming::Renaming(const Workstream& of, std::string prefix, std::string giver,
                   std::unordered_set<std::string> given)
    : prefix_(std::move(prefix)), giver_(std::move(giver)), given_(std::move(given)) {
  for (const Step& step : of.steps) names_.insert(step.id);
  for (const Group& group : of.groups) names_.insert(group.id);
}

std::string Renaming::name(const std::string& of) const {
  return names_.contains(of) ? prefix_ + of : of;
}

bool Renaming::rename(std::vector<std::string>& path) const {
  if (path.size() < 2) return false;
  if (path[0] == "steps" && names_.contains(path[1])) {
    path[1] = prefix_ + path[1];
    return true;
  }
  if (path[0] != "inputs" || !given_.contains(path[1])) return false;
  path[0] = "outputs";
  path.insert(path.begin(), {"steps", giver_});
  return true;
}

std::string Renaming::in_template(const std::string& text) const {
  std::string out = text;
  Texts(*this, {}).text(out);
  return out;
}

void Renaming::apply(Step& step) const {
  const bool has_item = step.details().for_each.has_value();
  const Texts texts(*this, {has_item});
  step.id = name(step.id);
  texts.dependencies(step.depends_on);
  texts.action(step.action);
  if (!step.details_if_any) return;
  StepDetails& details = *step.details_if_any;
  texts.pairs(details.env);
  texts.text(details.working_dir);
  texts.text(details.stdin_file);
  if (details.stdin_text) texts.text(*details.stdin_text);
  if (!details.stdin_json.empty()) texts.json(details.stdin_json);
  for (auto& made : details.values) texts.json(made.second);
  texts.text(details.idempotency_key);
  texts.expression(details.when);
  for (AcceptanceTest& test : details.acceptance_tests) texts.test(test);
  if (details.compensation) texts.compensation(*details.compensation);
  if (details.for_each) {
    ForEach& items = *details.for_each;
    items.kind == ForEach::Kind::from ? texts.expression(items.source) : texts.text(items.source);
  }
}

void Renaming::apply(Group& group) const {
  const Texts texts(*this, {});
  group.id = name(group.id);
  texts.dependencies(group.members);
  texts.dependencies(group.depends_on);
  texts.expression(group.when);
  if (group.repeat) {
    texts.expression(group.repeat->until);
    texts.expression(group.repeat->while_);
  }
  for (std::string& step : group.catch_steps) step = name(step);
  for (std::string& step : group.finally_steps) step = name(step);
  if (!group.result_from.empty()) group.result_from = name(group.result_from);
}

}  // namespace ws
