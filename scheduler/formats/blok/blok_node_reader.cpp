// Steps that run a node, and what v1 keeps in the outer `nodes`: inputs, the parallel-execution
// container, the conditions of if-else.
#include <fmt/format.h>

#include "base/ascii.h"
#include "base/text.h"
#include "formats/blok/blok_step_reader.h"
#include "model/mistakes.h"

namespace ws {
namespace {

constexpr std::string_view kConfigKeys[] = {"execution", "nodes", "inputs", "description"};
constexpr std::string_view kExecutionKeys[] = {"strategy", "error_handling", "timeout",
                                               "max_concurrent", "global_timeout"};
constexpr std::string_view kConditionKeys[] = {"type", "condition", "steps"};

constexpr std::size_t kLeastName = 3;
constexpr std::size_t kLeastNode = 5;
constexpr std::size_t kMostMembers = 20;
constexpr std::int64_t kMostConcurrent = 20;

bool is_container(Value config) {
  if (!config.is_object()) return false;
  const auto nodes = config.find("nodes");
  const auto execution = config.find("execution");
  return execution && execution->is_object() && nodes && nodes->is_array();
}

// The configuration stands directly in the entry, or in its `inputs`.
Value configuration_in(Value entry) {
  if (entry.is_object() && !entry.find("nodes") && !entry.find("execution")) {
    if (const auto inputs = entry.find("inputs"); inputs && inputs->is_object()) return *inputs;
  }
  return entry;
}

std::optional<Value> conditions_in(Value entry) {
  if (!entry.is_object()) return std::nullopt;
  if (const auto found = entry.find("conditions"); found && found->is_array()) return found;
  const auto inputs = entry.find("inputs");
  if (inputs && inputs->is_array()) return inputs;
  return inputs && inputs->is_object() ? conditions_in(*inputs) : std::nullopt;
}

}  // namespace

std::string_view plain_node_name(std::string_view node) {
  if (node.starts_with('@')) {
    const std::size_t slash = node.find('/');
    if (slash != std::string_view::npos) node.remove_prefix(slash + 1);
  }
  return node.substr(0, node.find('@'));
}

BlokWork BlokStepReader::node(const BlokObject& object, const std::string& name) {
  BlokNode out;
  const std::string_view key = object.has("use") ? "use" : "node";
  if (const auto text = object.text(key)) out.node = {*text, object.find(key)->place()};
  if (out.node.text.empty() && object.find(key)->is_string()) {
    object.error(mistakes::bad_value, object.find(key)->place(),
                 fmt::format("'{}' of {} is empty", key, object.owner()));
  }
  if (key == "node") check_lengths(object, name, out.node.text);
  out.type = type_of(object, out.node.text);
  const bool has_own_inputs = object.has("inputs");
  // v2 has no `nodes`; beside `use` an entry is looked at, and need not exist.
  const std::optional<Value> entry = name.empty() ? std::nullopt : entry_of(object, name);
  const std::string_view plain = plain_node_name(out.node.text);
  std::optional<Value> config = entry;
  if (has_own_inputs && object.find("inputs")->is_object()) config = object.find("inputs");
  if (config) config = configuration_in(*config);
  if (plain == "parallel-execution" || (config && is_container(*config))) {
    if (config) return container(*config, object.owner());
    object.error(mistakes::missing_key, object.place(),
                 fmt::format("{} has no configuration", object.owner()),
                 fmt::format("put {{\"execution\": …, \"nodes\": […]}} under 'nodes', as '{}'",
                             printable(name)));
    return BlokContainer{};
  }
  auto conditions = entry ? conditions_in(*entry) : std::nullopt;
  const bool is_told = entry && entry->find("conditions");
  if (has_own_inputs && plain == "if-else" && !conditions) {
    const Value inputs = *object.find("inputs");
    conditions = inputs.is_array() ? inputs : conditions_in(inputs);
  }
  if (conditions && (plain == "if-else" || is_told)) return if_else(*conditions, object.owner());
  if (plain == "if-else") {
    object.error(mistakes::missing_key, object.place(),
                 fmt::format("{} has no 'conditions'", object.owner()),
                 "put them under 'nodes': [{\"type\": \"if\", \"condition\": …, \"steps\": […]}]");
    return BlokBranch{};
  }
  if (has_own_inputs) {
    out.inputs = object.find("inputs");
  } else if (entry && entry->is_object()) {
    out.inputs = entry->find("inputs");
  }
  return out;
}

void BlokStepReader::check_lengths(const BlokObject& object, std::string_view name,
                                   std::string_view node) const {
  const auto warn = [&](std::string_view key, std::string_view text, std::size_t least) {
    if (text.empty() || text.size() >= least || !object.has(key)) return;
    object.warning(mistakes::unusual_value, object.find(key)->place(),
                   fmt::format("'{}' of {} is shorter than the documented {} characters", key,
                               object.owner(), least));
  };
  warn("name", name, kLeastName);
  warn("node", node, kLeastNode);
}

std::string BlokStepReader::type_of(const BlokObject& object, std::string_view node) const {
  constexpr std::string_view kTypes[] = {"module", "local", "runtime.python3"};
  if (const auto type = object.text("type")) {
    if (*type == "module" || *type == "local" || type->starts_with("runtime.")) return *type;
    const auto near = nearest(*type, kTypes);
    object.error(mistakes::bad_value, object.find("type")->place(),
                 fmt::format("'type' of {} is '{}'", object.owner(),
                             truncate_to_width(printable(*type), 60)),
                 near ? fmt::format("did you mean '{}'?", *near)
                      : "it is module, local, runtime.python3 or another runtime.NAME");
    return "module";
  }
  if (const auto runtime = object.text("runtime")) return "runtime." + *runtime;
  if (node.starts_with("runtime.")) return std::string(node.substr(0, node.find(':')));
  return "module";
}

// Without inputs of its own a step of v1 needs an entry; inside containers and arms the original's
// own documents leave it out.
std::optional<Value> BlokStepReader::entry_of(const BlokObject& object, const std::string& name) {
  if (const auto found = nodes_.find(name); found != nodes_.end()) {
    const Value entry = found->second;
    used_entries_.insert(name);
    if (entry.is_object()) return entry;
    object.error(mistakes::wrong_type, entry.place(),
                 fmt::format("the entry '{}' of 'nodes' must be an object, not {}", printable(name),
                             describe(entry.kind())));
    return std::nullopt;
  }
  if (object.has("use") || object.has("inputs")) return std::nullopt;
  std::vector<std::string_view> entries;
  if (hints_left_ > 0) {
    --hints_left_;
    for (const auto& known : nodes_) {
      if (used_entries_.count(known.first) == 0) entries.push_back(known.first);
    }
  }
  const auto near = nearest(name, entries);
  const std::string message = fmt::format("{} has no entry in 'nodes'", object.owner());
  if (path_.empty() || near) {
    object.error(mistakes::missing_key, object.place_of("name"), message,
                 near ? fmt::format("did you mean its entry '{}'?", printable(*near))
                      : fmt::format("add \"{}\": {{\"inputs\": {{}}}}", printable(name)));
  } else {
    object.warning(mistakes::missing_key, object.place_of("name"), message,
                   "it runs without inputs");
  }
  return std::nullopt;
}

BlokWork BlokStepReader::container(Value config, std::string_view owner) {
  BlokContainer out;
  const BlokObject object(config, std::string(owner), reading_);
  object.warn_unknown(kConfigKeys);
  execution(object, out);
  if (!object.has("nodes")) {
    object.require("nodes", "it is the list of nodes to run side by side");
    return out;
  }
  const auto members = object.list("nodes");
  if (!members) return out;
  if (members->size() == 0) {
    object.error(mistakes::out_of_range, members->place(),
                 fmt::format("'nodes' of {} must have at least one node", owner));
  } else if (members->size() == 1) {
    object.warning(mistakes::unusual_value, members->place(),
                   fmt::format("'nodes' of {} has one node: the documented least is 2", owner),
                   "it runs all the same");
  } else if (members->size() > kMostMembers) {
    object.warning(mistakes::unusual_value, members->place(),
                   fmt::format("'nodes' of {} has {} nodes: more than the documented {}", owner,
                               members->size(), kMostMembers),
                   "all of them run");
  }
  out.members = arm(++constructs_, 0, *members, fmt::format("'nodes' of {}", owner));
  return out;
}

void BlokStepReader::execution(const BlokObject& config, BlokContainer& out) const {
  const auto value = config.object("execution");
  if (!value) {
    if (!config.has("execution")) {
      config.warning(mistakes::missing_key, config.place(),
                     fmt::format("'execution' of {} is missing", config.owner()),
                     "the defaults hold: parallel, fail-fast, 5 at a time");
    }
    return;
  }
  const BlokObject object(*value, fmt::format("'execution' of {}", config.owner()), reading_);
  object.warn_unknown(kExecutionKeys);
  const auto choose = [&](std::string_view key, std::string_view usual, std::string_view other) {
    const auto word = object.text(key);
    if (!word || *word == usual) return false;
    if (*word == other) return true;
    const std::string_view words[] = {usual, other};
    const auto near = nearest(*word, words);
    object.error(mistakes::bad_value, object.find(key)->place(),
                 fmt::format("'{}' of {} is '{}'", key, object.owner(),
                             truncate_to_width(printable(*word), 60)),
                 near ? fmt::format("did you mean '{}'?", *near)
                      : fmt::format("it is {} or {}", usual, other));
    return false;
  };
  out.is_sequential = choose("strategy", "parallel", "sequential");
  out.is_partial = choose("error_handling", "fail-fast", "continue-partial");
  const auto duration = [&](std::string_view key, BlokRange range) {
    const auto count = object.whole(key, range);
    if (!count) return Duration{};
    return from_seconds(static_cast<double>(*count) / 1000).value_or(kLongestDuration);
  };
  out.timeout = duration("timeout", {1, 300'000, 1000, " ms"});
  out.global_timeout = duration("global_timeout", {1, 600'000, 5000, " ms"});
  if (const auto count = object.whole("max_concurrent", {1, kMostConcurrent}))
    out.max_concurrent = static_cast<std::uint32_t>(std::min<std::int64_t>(*count, 1'000'000));
}

BlokWork BlokStepReader::if_else(Value conditions, std::string_view owner) {
  BlokBranch out;
  const std::size_t construct = ++constructs_;
  const std::size_t count = conditions.size();
  if (count == 0) {
    reading_.diagnostics.error(mistakes::out_of_range, conditions.place(),
                               fmt::format("'conditions' of {} must have at least one", owner));
  }
  std::size_t index = 0;
  for (const Value element : conditions.items()) {
    ++index;
    if (!element.is_object()) {
      reading_.diagnostics.error(mistakes::wrong_type, element.place(),
                                 fmt::format("condition {} of {} must be an object, not {}", index,
                                             owner, describe(element.kind())));
      continue;
    }
    const BlokObject one(element, fmt::format("condition {} of {}", index, owner), reading_);
    one.warn_unknown(kConditionKeys);
    const std::string type = one.text("type").value_or("");
    check_order(one, type, index, count);
    BlokArm arm;
    arm.place = one.place();
    arm.name = type == "else" ? "else" : count > 2 ? fmt::format("if-{}", index) : "if";
    if (type != "else") {
      const auto text = one.text("condition");
      if (!one.has("condition"))
        one.require("condition", "an expression such as ctx.request.method === 'GET'");
      arm.when =
          BlokText{text.value_or("false"), text ? one.find("condition")->place() : one.place()};
    }
    arm.steps = steps_under(one, "steps", 0, construct, index);
    if (!one.has("steps")) one.require("steps", "it is a list of steps");
    out.arms.push_back(std::move(arm));
  }
  return out;
}

void BlokStepReader::check_order(const BlokObject& condition, std::string_view type,
                                 std::size_t index, std::size_t count) const {
  const auto value = condition.find("type");
  if (!value) return condition.require("type", "it is if or else");
  if (!value->is_string()) return;
  if (type == "else" && index == 1) {
    condition.error(mistakes::bad_value, value->place(),
                    fmt::format("{} is an else: the first must be an if", condition.owner()));
  } else if (type == "else" && index < count) {
    condition.error(mistakes::bad_value, value->place(),
                    fmt::format("{} is an else: only the last may be one", condition.owner()),
                    "what stands behind it never runs");
  } else if (type != "if" && type != "else") {
    condition.error(mistakes::bad_value, value->place(),
                    fmt::format("'type' of {} is '{}'", condition.owner(),
                                truncate_to_width(printable(type), 40)),
                    "it is if or else");
  } else if (type == "if" && index > 1 && index == count) {
    condition.warning(
        mistakes::unusual_value, value->place(),
        fmt::format("{} is the last and an if: the last of several is an else", condition.owner()),
        "without one nothing runs when no condition holds");
  }
}

}  // namespace ws
