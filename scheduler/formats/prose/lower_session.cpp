// Sessions: a step that hands a prompt to an agent's tool profile and takes its output as result.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/prose/lowering_state.h"
#include "formats/prose/words.h"
#include "model/mistakes.h"

namespace ws::prose {
namespace {

constexpr std::string_view kResult = "result";

void add_paragraph(std::string& prompt, std::string_view text) {
  if (trimmed(text).empty()) return;
  if (!prompt.empty()) prompt += prompt.ends_with('\n') ? "\n" : "\n\n";
  append_template(prompt, text);
}

std::string joined_words(const Expression& list) {
  std::string out;
  for (const Expression& item : list.items) {
    if (!out.empty()) out += ",";
    out += word_of(item);
  }
  return out;
}

// {"read": ["*.md"], "bash": "deny"}
std::string rules_as_json(const Property& permissions) {
  Value out;
  out.kind = Value::Kind::object;
  for (const auto& [name, value] : permissions.rules) {
    Value rule;
    if (value.kind == Expression::Kind::list) {
      rule.kind = Value::Kind::list;
      for (const Expression& item : value.items) put_item(rule, text_value(escaped(word_of(item))));
    } else {
      rule = text_value(escaped(word_of(value)));
    }
    put_member(out, name.text, std::move(rule));
  }
  return as_json(out);
}

std::string label_of(const Expression& expression) {
  if (expression.kind != Expression::Kind::name) return "";
  std::string out;
  for (const std::string& name : expression.names) out += (out.empty() ? "" : ".") + name;
  return out;
}

}  // namespace

std::vector<Lowering::Entry> Lowering::context_of(const Expression& expression, Members& members) {
  std::vector<Entry> out;
  switch (expression.kind) {
    case Expression::Kind::list:
      for (const Expression& item : expression.items)
        out.push_back({label_of(item), evaluate(item, members)});
      break;
    case Expression::Kind::object:
      for (const auto& [name, member] : expression.members)
        out.push_back({name.text, evaluate(member, members)});
      break;
    case Expression::Kind::null:
    case Expression::Kind::missing:
      break;
    case Expression::Kind::boolean:
    case Expression::Kind::number:
    case Expression::Kind::text:
    case Expression::Kind::name:
    case Expression::Kind::sum:
    case Expression::Kind::discretion:
      out.push_back({label_of(expression), evaluate(expression, members)});
      break;
  }
  return out;
}

// What a branch that may be left out has to say is put together by a step of its own, which is
// skipped when the branch failed.
std::string Lowering::context_text(const std::vector<Entry>& entries, const std::string& id,
                                   Place place, Members& members) {
  std::string out;
  for (const Entry& entry : entries) {
    if (entry.value.kind == Value::Kind::missing) continue;
    std::string text = entry.label.empty() ? "" : entry.label + ":\n";
    append_template(text, as_lines(entry.value));
    text += "\n";
    if (entry.value.left_out_unless.empty()) {
      out += "\n";
      append_template(out, text);
      continue;
    }
    const std::string let =
        make_.below(id, "context." + (entry.label.empty() ? "value" : entry.label));
    Step& step = make_.add_let(let, place, {{"text", as_json(text_value("\n" + text))}});
    step.edit_details().when = entry.value.left_out_unless;
    members.push_back({let, true});
    append_template(out, fmt::format("${{{}:-}}", step_path(let, "outputs.text")));
  }
  if (out.empty()) return "";
  while (out.ends_with('\n')) out.pop_back();
  return "Context:\n" + out;
}

std::string Lowering::agent_prompt(const AgentBody& agent) {
  const Property* const prompt = find_property(agent.properties, "prompt");
  if (prompt == nullptr || prompt->is_block) return "";
  if (prompt->value.kind == Expression::Kind::text) return text_of(prompt->value.words);
  if (prompt->value.kind == Expression::Kind::name)
    return as_template(look_up(prompt->value.names, prompt->value.place));
  return "";
}

// What the profile is told beside the prompt; nothing here acts on it.
void Lowering::session_words(const SessionBody& body, const AgentBody* agent, Step& step) {
  const auto given = [&](std::string_view name) -> const Property* {
    if (const Property* const own = find_property(body.properties, name)) return own;
    return agent == nullptr ? nullptr : find_property(agent->properties, name);
  };
  Environment& env = step.edit_details().env;
  ToolAction action;
  action.place = step.place;
  const Property* const model = given("model");
  const std::string model_name = model == nullptr ? "" : word_of(model->value);
  if (!body.agent.text.empty()) {
    action.tool = "agent:" + body.agent.text;
    action.place = body.agent.place;
    env.emplace_back("WORKSTREAM_AGENT", body.agent.text);
    if (!model_name.empty()) action.general.push_back("model:" + model_name);
    action.general.emplace_back("session");
  } else if (!model_name.empty()) {
    action.tool = "model:" + model_name;
    action.general.emplace_back("session");
  } else {
    action.tool = "session";
  }
  if (!model_name.empty()) env.emplace_back("WORKSTREAM_MODEL", model_name);
  if (const Property* const skills = given("skills"); skills != nullptr)
    env.emplace_back("WORKSTREAM_SKILLS", joined_words(skills->value));
  if (const Property* const rules = given("permissions"); rules != nullptr && rules->is_block)
    env.emplace_back("WORKSTREAM_PERMISSIONS", rules_as_json(*rules));
  if (const Property* const persist = given("persist"); persist != nullptr)
    env.emplace_back("WORKSTREAM_PERSIST", escaped(word_of(persist->value)));
  if (body.is_resume) env.emplace_back("WORKSTREAM_RESUME", "true");
  step.action = std::move(action);
}

void Lowering::session_retry(const SessionBody& body, Step& step) {
  const Property* const retry = find_property(body.properties, "retry");
  if (retry == nullptr) return;
  const auto count = count_of(retry->value);
  if (!count || *count == 0) return;
  RetryPolicy policy;
  policy.attempts = *count == UINT32_MAX ? *count : *count + 1;
  const Property* const backoff = find_property(body.properties, "backoff");
  const std::string word = backoff == nullptr ? "" : word_of(backoff->value);
  if (word == "linear") policy.backoff = Backoff::fixed;
  if (word == "exponential") policy.backoff = Backoff::exponential;
  if (policy.backoff != Backoff::none) policy.initial_delay = kDefaultInitialDelay;
  step.edit_details().retry = std::move(policy);
}

Value Lowering::session(const SessionBody& body, const Wish& wish, Members& members) {
  Wish named = wish;
  if (named.name.empty()) named.name = body.title.text;
  const std::string id = id_for(named, "session");
  const auto agent = declared_.agents.find(body.agent.text);
  const AgentBody* const of = agent == declared_.agents.end() ? nullptr : agent->second;
  std::string prompt = of == nullptr ? "" : agent_prompt(*of);
  if (body.prompt) add_paragraph(prompt, text_of(*body.prompt));
  const Property* const own = find_property(body.properties, "prompt");
  if (own != nullptr && own->value.kind == Expression::Kind::text)
    add_paragraph(prompt, text_of(own->value.words));
  if (own != nullptr && own->value.kind == Expression::Kind::name)
    add_paragraph(prompt, as_template(look_up(own->value.names, own->value.place)));
  const Property* const context = find_property(body.properties, "context");
  if (context != nullptr && !context->is_block) {
    add_paragraph(prompt, context_text(context_of(context->value, members), id,
                                       context->value.place, members));
  }
  const std::size_t born = make_.count();
  Step& step = make_.add_step(id, wish.place);
  session_words(body, of, step);
  std::get<ToolAction>(step.action).prompt.push_back(std::move(prompt));
  session_retry(body, step);
  step.edit_details().outputs.emplace_back(kResult, "stdout");
  if (!body.title.text.empty() && body.title.text != id) step.edit_details().name = body.title.text;
  members.push_back({id});
  Value value = reference_value(step_path(id, kResult), born);
  if (!body.title.text.empty() && wish.name.empty()) scope_.set(body.title.text, value);
  return value;
}

}  // namespace ws::prose
