#include "executors/attempt_environment.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/run_state.h"
#include "executors/stdout_capture.h"
#include "model/datum.h"

namespace ws {

namespace {

std::string plain_text_of(const std::string& json) {
  const std::optional<Datum> datum = parse_json(json);
  return datum ? to_plain_text(*datum) : json;
}

// In `catch` or `finally` of some group around it: inside the outer group, and not in its body.
bool answers_an_error(const Plan& plan, NodeId node) {
  GroupRole inner = GroupRole::group;
  for (GroupId id = plan.node(node).group; id.is_valid(); id = plan.group(id).parent) {
    const PlanGroup& group = plan.group(id);
    if (group.role == GroupRole::group && inner != GroupRole::body) {
      const Group& declared = plan.workset().workstreams[group.workstream].groups[group.declared];
      if (has_handlers(declared)) return true;
    }
    inner = group.role;
  }
  return false;
}

}  // namespace

std::string result_variable(std::string_view name) { return "WS_RESULT_" + variable_part(name); }

void set_results(EnvironmentBlock& environment, std::span<const NamedValue> results) {
  std::size_t left = kMostResultBytes;
  std::unordered_set<std::string>
      names;  // of two the first: it is asked for, or earlier in the plan
  for (const NamedValue& result : results) {
    std::string name = result_variable(result.name);
    if (!result.file.empty()) name += "_FILE";
    if (!names.insert(name).second) continue;
    const std::string value = result.file.empty() ? plain_text_of(result.json) : result.file;
    // A longer one would keep the program from starting (execve(2): MAX_ARG_STRLEN).
    if (value.size() > kLongestValue || name.size() + value.size() > left) continue;
    left -= name.size() + value.size();
    environment.set(name, value);
  }
}

std::string results_as_json(std::span<const NamedValue> results) {
  std::string json = "{";
  for (const NamedValue& result : results) {
    if (json.size() > 1) json += ",";
    json += fmt::format("\n  {}: ", to_json(Datum{result.name}));
    if (result.file.empty()) {
      json += result.json;
    } else {
      json += to_json(Datum{Datum::Map{{"file", Datum{result.file}}}});
    }
  }
  return json + "\n}\n";
}

void set_item(EnvironmentBlock& environment, const Plan& plan, NodeId node) {
  const std::uint32_t index = plan.node(node).item;
  if (index == PlanNode::kNoItem) return;
  environment.set("INDEX", std::to_string(index));
  const std::optional<Datum> item = parse_json(plan.item_of(node));
  if (!item) return;
  environment.set("ITEM", to_plain_text(*item));
  const auto* members = std::get_if<Datum::Map>(&item->value);
  if (members == nullptr) return;
  for (const auto& [name, value] : *members)
    environment.set("ITEM_" + variable_part(name), to_plain_text(value));
}

void set_error(EnvironmentBlock& environment, const Plan& plan, AttemptKey key,
               const RunValues& values) {
  if (!answers_an_error(plan, key.node)) return;
  constexpr std::array<std::pair<const char*, const char*>, 3> kNames = {
      std::pair{"ERROR_STEP", "step"}, {"ERROR_MESSAGE", "message"}, {"ERROR_CODE", "code"}};
  for (const auto& [variable, member] : kNames) {
    const Evaluated value = values.value(key, Reference{{"error", member}});
    const auto* datum = std::get_if<Datum>(&value);
    if (datum != nullptr && !datum->is_null()) environment.set(variable, to_plain_text(*datum));
  }
}

std::string previous_failure(const RunValues& values, AttemptKey key) {
  const auto attempts = values.state().attempts(key.node);
  const auto failed = std::find_if(attempts.rbegin(), attempts.rend(), [&](const auto& one) {
    return one.key.attempt + 1 == key.attempt && !one.is_success && !one.key.is_compensation();
  });
  if (failed == attempts.rend()) return {};
  if (!failed->key.is_test()) return failed->why;
  const auto tests = values.state().plan().acceptance_tests(key.node);
  const std::uint32_t number = failed->key.part;
  const std::string text = number <= tests.size() ? tests[number - 1].text : std::string();
  return fmt::format("acceptance test {}{} failed: {}", number,
                     text.empty() ? "" : fmt::format(" ({})", text), failed->why);
}

}  // namespace ws
