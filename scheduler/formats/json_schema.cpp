#include "formats/json_schema.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "formats/shapes.h"

namespace ws {
namespace {

using Json = nlohmann::ordered_json;

// What parse_duration() reads, but for the limits of its total.
constexpr const char* kDurationPattern =
    "^ *(?=[0-9])([0-9]+(\\.[0-9]+)? *(d|days?) *)?([0-9]+(\\.[0-9]+)? *(h|hrs?|hours?) *)?"
    "([0-9]+(\\.[0-9]+)? *(m|mins?|minutes?) *)?([0-9]+(\\.[0-9]+)? *(s|secs?|seconds?) *)?"
    "([0-9]+(\\.[0-9]+)? *ms *)?([0-9]+(\\.[0-9]+)? *us *)?$";
constexpr const char* kExpressionPattern = "^\\$\\{(env|vars)\\..*\\}$";
constexpr const char* kPriorityPattern =
    "^([Cc][Rr][Ii][Tt][Ii][Cc][Aa][Ll]|[Hh][Ii][Gg][Hh]|[Mm][Ee][Dd][Ii][Uu][Mm]|"
    "[Nn][Oo][Rr][Mm][Aa][Ll]|[Ll][Oo][Ww]|[Ff][Oo][Rr][Ee][Gg][Rr][Oo][Uu][Nn][Dd]|"
    "[Bb][Aa][Cc][Kk][Gg][Rr][Oo][Uu][Nn][Dd]|[Pp][0-9]([-_ ].*)?)$";
constexpr const char* kIdPattern =
    "^(?!\\.{1,2}$)(?![ \\t])(?!.*[ \\t]$)[^/\\\\\\u0000-\\u001f\\u007f]+$";

// Of a workstream: neither hidden nor a file of the state directory.
constexpr const char* kDirectoryPattern =
    "^(?!\\.|workstream\\.db)(?![ \\t])(?!.*[ \\t]$)[^/\\\\\\u0000-\\u001f\\u007f]+$";

// Keys of other people (is_annotation()).
constexpr const char* kAnnotationPattern = "^(_|x-|doc_id$)";

std::string definition_name(const ObjectSpec& spec) {
  std::string name(spec.name);
  for (char& c : name) c = c == ' ' ? '_' : c;
  return name;
}

class SchemaPrinter {
 public:
  explicit SchemaPrinter(JsonSchemaDraft draft) : draft_(draft) {}

  std::string print() {
    Json root;
    const bool is_new = draft_ == JsonSchemaDraft::draft_2020_12;
    root["$schema"] = is_new ? "https://json-schema.org/draft/2020-12/schema"
                             : "http://json-schema.org/draft-07/schema#";
    root["title"] = "Workstream";
    root["description"] = "A workstream file: one workstream, a list of them, or a plan.";
    const Json workstream = reference(kWorkstreamObject);
    const Json plan = reference(kPlanObject);
    root["if"] = {{"type", "object"}, {"required", {"plan_id"}}};
    root["then"] = plan;
    root["else"] = {{"if", {{"type", "array"}}},
                    {"then",
                     {{"minItems", 1},
                      {"items",
                       {{"if", {{"type", "object"}, {"required", {"plan_id"}}}},
                        {"then", plan},
                        {"else", workstream}}}}},
                    {"else", workstream}};
    Json definitions = Json::object();
    definitions["expression"] = {{"description", "Evaluated when the file is loaded."},
                                 {"type", "string"},
                                 {"pattern", kExpressionPattern}};
    definitions["duration_text"] = {{"description", "90s, 5m, 1h30m, 250ms."},
                                    {"type", "string"},
                                    {"pattern", kDurationPattern}};
    while (!open_.empty()) {
      const ObjectSpec* spec = open_.back();
      open_.pop_back();
      definitions[definition_name(*spec)] = object(*spec);
    }
    root[definitions_key()] = std::move(definitions);
    return root.dump(2) + "\n";
  }

 private:
  [[nodiscard]] const char* definitions_key() const {
    return draft_ == JsonSchemaDraft::draft_2020_12 ? "$defs" : "definitions";
  }

  Json reference(const ObjectSpec& spec) {
    bool is_known = false;
    for (const ObjectSpec* named : named_) is_known = is_known || named == &spec;
    if (!is_known) {
      named_.push_back(&spec);
      open_.push_back(&spec);
    }
    return {{"$ref", fmt::format("#/{}/{}", definitions_key(), definition_name(spec))}};
  }

  Json object(const ObjectSpec& spec) {
    Json out{{"type", "object"}};
    Json properties = Json::object();
    Json patterns = Json::object();
    Json required = Json::array();
    Json needs = Json::object();
    for (const KeySpec& key : spec.keys) {
      const std::string name(name_of(key.key));
      Json value = shape(*key.shape, key.is_required);
      if (takes_duration(*key.shape))
        patterns[fmt::format("^{}_(ms|secs?|seconds)$", name)] = value_in_named_unit(*key.shape);
      value["description"] = key.doc;
      properties[name] = std::move(value);
      if (key.is_required) required.push_back(name);
      if (key.needs != Key::none) needs[name] = {name_of(key.needs)};
    }
    out["properties"] = std::move(properties);
    if (spec.others != nullptr) {
      patterns[kAnnotationPattern] = Json::object();
      out["additionalProperties"] = shape(*spec.others, true);
    }
    if (!patterns.empty()) out["patternProperties"] = std::move(patterns);
    if (!required.empty()) out["required"] = std::move(required);
    if (!needs.empty()) {
      out[draft_ == JsonSchemaDraft::draft_2020_12 ? "dependentRequired" : "dependencies"] =
          std::move(needs);
    }
    const Json rules = exclusions(spec);
    if (!rules.empty()) out["allOf"] = rules;
    return out;
  }

  // At most one of the keys: not (a and b) for every pair; and at least one when it must be. A null
  // counts as absent, so presence is "present and not null".
  static Json exclusions(const ObjectSpec& spec) {
    const auto has = [](Key key) {
      const std::string name(name_of(key));
      return Json{{"required", {name}}, {"properties", {{name, {{"not", {{"type", "null"}}}}}}}};
    };
    Json rules = Json::array();
    for (const OneOf& group : spec.exclusions) {
      Json some = Json::array();
      for (std::size_t i = 0; i < group.keys.size(); ++i) {
        some.push_back(has(group.keys[i]));
        for (std::size_t j = i + 1; j < group.keys.size() && !group.are_several_allowed; ++j)
          rules.push_back({{"not", {{"allOf", {has(group.keys[i]), has(group.keys[j])}}}}});
      }
      if (group.is_required) rules.push_back({{"anyOf", std::move(some)}});
    }
    for (const Misplaced& misplaced : spec.misplaced)
      rules.push_back({{"not", {{"required", {std::string(name_of(misplaced.key))}}}}});
    return rules;
  }

  // Whether the value stands for itself or may be an expression or null as well.
  Json shape(const Shape& described, bool is_required) {
    Json choices = Json::array();
    add(described, choices);
    if (takes_expression(described)) choices.push_back(expression());
    if (!is_required) choices.push_back({{"type", "null"}});
    return choices.size() == 1 ? choices[0] : Json{{"anyOf", std::move(choices)}};
  }

  [[nodiscard]] Json common(const char* name) const {
    return {{"$ref", fmt::format("#/{}/{}", definitions_key(), name)}};
  }
  [[nodiscard]] Json expression() const { return common("expression"); }
  [[nodiscard]] Json duration_text() const { return common("duration_text"); }

  static bool takes_expression(const Shape& described) {
    switch (described.kind) {
      case ShapeKind::anything:
      case ShapeKind::scalar:
      case ShapeKind::list:
      case ShapeKind::map:
      case ShapeKind::object:
        return false;
      case ShapeKind::boolean:
      case ShapeKind::integer:
      case ShapeKind::number:
      case ShapeKind::duration:
      case ShapeKind::words:
        return true;
      case ShapeKind::text:  // other texts match as they are
        return described.text == TextRule::step_id || described.text == TextRule::workstream_id ||
               described.text == TextRule::plan_id || described.text == TextRule::priority;
      case ShapeKind::either:
        for (const Shape* part : described.alternatives) {
          if (takes_expression(*part)) return true;
        }
        return false;
    }
    return false;
  }

  // The objects of an `either` from the first one that has a marker on: its key decides which of
  // them it is, as in alternative_for(). Sets `next` behind them.
  Json marked_objects(std::span<const Shape* const> parts, std::size_t& next) {
    std::size_t last = next;
    while (parts[last]->object->marker != Key::none && last + 1 < parts.size() &&
           parts[last + 1]->kind == ShapeKind::object)
      ++last;
    Json out = plain(*parts[last]);
    for (std::size_t i = last; i-- > next;) {
      const ObjectSpec& object = *parts[i]->object;
      Json choice{{"type", "object"}};
      choice["if"] = Json{{"required", Json::array({std::string(name_of(object.marker))})}};
      choice["then"] = reference(object);
      choice["else"] = std::move(out);
      out = std::move(choice);
    }
    next = last + 1;
    return out;
  }

  void add(const Shape& described, Json& choices) {
    if (described.kind == ShapeKind::either) {
      for (std::size_t i = 0; i < described.alternatives.size();) {
        const Shape& part = *described.alternatives[i];
        if (part.kind == ShapeKind::object) {
          choices.push_back(marked_objects(described.alternatives, i));
          continue;
        }
        add(part, choices);
        ++i;
      }
      return;
    }
    if (described.kind == ShapeKind::duration) {
      choices.push_back(range(described, "number", described.unit));
      choices.push_back(duration_text());
      return;
    }
    choices.push_back(plain(described));
  }

  // `timeout_ms: 500`: the number counts another unit, so only its sign is said.
  [[nodiscard]] Json value_in_named_unit(const Shape& described) const {
    Json number{{"type", "number"}};
    number[described.is_minimum_exclusive ? "exclusiveMinimum" : "minimum"] = 0;
    return {{"anyOf", {std::move(number), duration_text(), expression(), {{"type", "null"}}}}};
  }

  static Json range(const Shape& described, const char* type, Unit unit) {
    const double scale = unit == Unit::milliseconds ? 1000 : 1;
    const auto number = [](double value) {
      return std::floor(value) == value ? Json(static_cast<std::int64_t>(value)) : Json(value);
    };
    Json out{{"type", type}};
    if (std::isfinite(described.minimum)) {
      out[described.is_minimum_exclusive ? "exclusiveMinimum" : "minimum"] =
          number(described.minimum * scale);
    }
    if (std::isfinite(described.maximum)) out["maximum"] = number(described.maximum * scale);
    return out;
  }

  static Json text(TextRule rule) {
    Json out{{"type", "string"}};
    switch (rule) {
      case TextRule::any:
      case TextRule::pattern:
      case TextRule::env_name:
        break;
      case TextRule::not_empty:
        out["pattern"] = "[^ \\t\\r\\n]";
        break;
      case TextRule::path:
        out["minLength"] = 1;
        break;
      case TextRule::step_id:
        out["pattern"] = kIdPattern;
        out["maxLength"] = 200;
        break;
      case TextRule::workstream_id:
      case TextRule::plan_id:
        out["pattern"] = kDirectoryPattern;
        out["maxLength"] = 200;
        break;
      case TextRule::priority:
        out["pattern"] = kPriorityPattern;
        break;
    }
    return out;
  }

  Json plain(const Shape& described) {
    switch (described.kind) {
      case ShapeKind::anything:
      case ShapeKind::either:
      case ShapeKind::duration:
        return Json::object();
      case ShapeKind::boolean:
        return {{"type", "boolean"}};
      case ShapeKind::text:
        return text(described.text);
      case ShapeKind::scalar:
        return {{"type", {"string", "number", "boolean"}}};
      case ShapeKind::integer:
        return range(described, "integer", Unit::seconds);
      case ShapeKind::number:
        return range(described, "number", Unit::seconds);
      case ShapeKind::words: {
        Json words = Json::array();
        for (const std::string_view word : described.words) words.push_back(std::string(word));
        if (described.is_open) return {{"type", "string"}, {"examples", std::move(words)}};
        return {{"enum", std::move(words)}};
      }
      case ShapeKind::list: {
        Json out{{"type", "array"}, {"items", shape(*described.element, true)}};
        const std::size_t least =
            std::max<std::size_t>(described.minimum_items, described.is_filled ? 1 : 0);
        if (least > 0) out["minItems"] = least;
        return out;
      }
      case ShapeKind::map:
        return map(described);
      case ShapeKind::object:
        return reference(*described.object);
    }
    return Json::object();
  }

  Json map(const Shape& described) {
    Json out{{"type", "object"}};
    const bool is_environment = described.map_keys == TextRule::env_name;
    Json element = shape(*described.element, !described.element->takes_null);
    // Annotations are passed over in a map, but are names like any other in an environment.
    if (is_environment) {
      out["additionalProperties"] = std::move(element);
      out["propertyNames"] = {{"pattern", "^[^=]+$"}};
    } else {
      out["patternProperties"] = {{kAnnotationPattern, Json::object()}};
      out["additionalProperties"] = std::move(element);
    }
    return out;
  }

  JsonSchemaDraft draft_;
  std::vector<const ObjectSpec*> named_;  // already referred to
  std::vector<const ObjectSpec*> open_;   // of these, not yet printed
};

}  // namespace

std::string json_schema(JsonSchemaDraft draft) { return SchemaPrinter(draft).print(); }

}  // namespace ws
