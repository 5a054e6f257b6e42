#include "report/run_outputs.h"

#include <algorithm>
#include <utility>

#include "model/expression.h"
#include "model/text_template.h"

namespace ws {
namespace {

NodeId end_of(const Plan& plan, std::uint32_t workstream) {
  for (const PlanGroup& group : plan.groups()) {
    if (group.role == GroupRole::workstream && group.workstream == workstream) return group.end;
  }
  return {};
}

// One that went by file is its path.
Evaluated one_value(const Expression& expression, const LookUp& look_up) {
  Evaluated found = expression.evaluate(look_up);
  const auto paths = expression.references();
  if (std::holds_alternative<Datum>(found) || paths.size() != 1) return found;
  Reference file = paths.front();
  file.names.emplace_back("file");
  const Evaluated path = look_up(file);
  const auto* text = std::get_if<Datum>(&path);
  if (text == nullptr || text->is_null()) return found;
  return Datum{Datum::Map{{"file", *text}}};
}

Evaluated value_of(const RunOutput& output, const LookUp& look_up) {
  if (is_one_value(output.source)) {
    const auto parsed = Expression::parse(output.source);
    if (const auto* expression = std::get_if<Expression>(&parsed))
      return one_value(*expression, look_up);
  }
  auto filled = fill(output.source, false, Splice::plain, look_up);
  if (auto* missing = std::get_if<NoValue>(&filled)) return std::move(*missing);
  return Datum{std::get<std::string>(std::move(filled))};
}

}  // namespace

std::vector<RunOutputValue> run_outputs(const RunState& state, const InputValues& inputs,
                                        std::uint32_t workstream) {
  std::vector<RunOutputValue> out;
  const auto& declared = state.plan().workset().workstreams[workstream].outputs;
  if (declared.empty()) return out;
  const RunValues values(state, inputs);
  const LookUp look_up = values.look_up({end_of(state.plan(), workstream), 1, 0});
  for (const RunOutput& output : declared) {
    Evaluated value = value_of(output, look_up);
    RunOutputValue& named = out.emplace_back();
    named.name = output.name;
    if (auto* missing = std::get_if<NoValue>(&value)) {
      named.why = std::move(missing->why);
    } else {
      named.value = std::get<Datum>(std::move(value));
    }
  }
  return out;
}

std::vector<std::string> unwritten_outputs(const RunState& state, NodeId node) {
  std::vector<std::string> out;
  const Step* step = state.plan().step_if_any(node);
  const NodeRecord& record = state.node(node);
  if (step == nullptr || state.header().is_dry || record.attempts == 0) return out;
  if (!is_success(record.state)) return out;
  const auto written = state.outputs(node);
  for (const auto& [name, source] : step->details().outputs) {
    if (std::none_of(written.begin(), written.end(),
                     [&, &key = name](const NamedValue& value) { return value.name == key; }))
      out.push_back(name);
  }
  return out;
}

}  // namespace ws
