#include "formats/blok/blok_values.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/value_text.h"
#include "model/expression.h"
#include "model/text_template.h"

namespace ws {
namespace {

constexpr std::string_view kScript = "js/";
// How far `${` is looked at to tell whose it is.
constexpr std::size_t kLongestReference = 1000;

// What stands behind `js/`, or a path of today's spelling: $.state.x.
std::optional<std::string_view> script_in(std::string_view text) {
  if (text.starts_with(kScript)) return text.substr(kScript.size());
  constexpr std::array<std::string_view, 8> kRoots = {"$.state.",   "$.state[",   "$.req.",
                                                      "$.request.", "$.vars.",    "$.prev",
                                                      "$.error",    "$.response."};
  for (const std::string_view root : kRoots) {
    if (text.starts_with(root)) return text;
  }
  return std::nullopt;
}

std::string path_text(const NativePath& path) { return Reference{path}.text(); }

// "${a:-${b:-${c}}}", or with nothing at the end where nothing may be.
std::string chained(const BlokValue& value, bool ends_empty) {
  std::string out;
  std::size_t open = 0;
  const std::size_t count = value.candidates.size();
  for (std::size_t i = 0; i < count; ++i) {
    // What is null at the end is nothing in a text.
    if (ends_empty && value.ends_in_null && i + 1 == count) break;
    if (i > 0) out += ":-";
    out += "${" + path_text(value.candidates[i]);
    ++open;
  }
  if (ends_empty && !value.is_certain) out += ":-";
  return out.append(open, '}');
}

std::vector<std::string> names_of(Value list) {
  std::vector<std::string> out;
  for (const Value element : list.items()) {
    if (element.is_string()) out.emplace_back(element.as_string());
    if (element.kind() == ValueKind::integer) out.push_back(std::to_string(element.as_integer()));
  }
  return out;
}

bool is_single(Value value, std::string_view key) {
  return value.is_object() && value.size() == 1 && value.find(key).has_value();
}

}  // namespace

BlokValues::BlokValues(const BlokScope& scope, const SourceSet& sources,
                       std::vector<DeferredFeature>& deferred)
    : scope_(scope), sources_(sources), deferred_(deferred) {}

void BlokValues::asked_by(std::string owner, bool has_item) {
  owner_ = std::move(owner);
  has_item_ = has_item;
}

void BlokValues::refuse(Place place, std::string_view written, std::string message,
                        std::string hint) {
  DeferredFeature feature{"expression", owner_, place, to_json(Datum{std::string(written)})};
  feature.message =
      fmt::format("'{}' of {} {}", truncate_to_width(printable(written), 200), owner_, message);
  feature.hint = std::move(hint);
  deferred_.push_back(std::move(feature));
}

void BlokValues::defer(Place place, std::string_view written, std::string_view why,
                       std::string hint) {
  if (hint.empty())
    hint = "paths, literals, comparisons, !, && and || are understood; let a node work it out";
  refuse(place, written,
         why.empty() ? std::string("is no expression that is understood here")
                     : fmt::format("is JavaScript beyond what is understood here: {}", why),
         std::move(hint));
}

void BlokValues::defer(Place place, std::string_view written, const BlokValue& nothing) {
  refuse(place, written, fmt::format("has no value here: {}", nothing.why), nothing.hint);
}

std::optional<BlokExpression> BlokValues::parsed(std::string_view text, std::string_view written,
                                                 Place place) {
  auto result = parse_blok_expression(text);
  if (auto* expression = std::get_if<BlokExpression>(&result)) return std::move(*expression);
  defer(place, written, std::get<BlokBeyond>(result).why);
  return std::nullopt;
}

std::string BlokValues::whole(const BlokValue& value) { return chained(value, false); }

std::string BlokValues::json(Value value) { return to_json(datum(value)); }

Datum BlokValues::datum(Value value) {
  switch (value.kind()) {
    case ValueKind::null:
    case ValueKind::boolean:
    case ValueKind::integer:
    case ValueKind::number:
      return parse_json(json_text(value, sources_)).value_or(Datum{});
    case ValueKind::string:
      return text_datum(value.as_string(), value.place());
    case ValueKind::array: {
      Datum::List out;
      for (const Value element : value.items()) out.push_back(datum(element));
      return {std::move(out)};
    }
    case ValueKind::object:
      break;
  }
  if (is_single(value, "$ref")) return reference(value, value.place());
  if (is_single(value, "$tpl")) return pieces(*value.find("$tpl"), value.place());
  Datum::Map out;
  for (const Member& member : value.members())
    out.emplace_back(std::string(member.key), datum(member.value));
  return {std::move(out)};
}

Datum BlokValues::text_datum(std::string_view text, Place place) {
  if (const auto script = script_in(text)) {
    const auto expression = parsed(*script, text, place);
    return expression ? of_expression(*expression, text, place) : Datum{escaped(text, place)};
  }
  if (text.find("${") != std::string_view::npos) return interpolated(text, place);
  return {escaped(text, place)};
}

// As the original: up to the first brace.
Datum BlokValues::interpolated(std::string_view text, Place place) {
  std::string out;
  std::size_t at = 0;
  while (true) {
    const std::size_t open = text.find("${", at);
    const std::size_t close = open == text.npos ? text.npos : text.find('}', open);
    if (close == std::string_view::npos) break;
    const std::string_view written = text.substr(open, close + 1 - open);
    const auto expression = parsed(text.substr(open + 2, close - open - 2), written, place);
    if (expression && written.size() == text.size())
      return of_expression(*expression, written, place);
    out += escaped(text.substr(at, open - at), place);
    at = close + 1;
    if (!expression) {
      out += escaped(written, place);
    } else if (expression->kind == BlokExpression::Kind::path) {
      out += spliced(scope_.resolve(expression->path), written, place);
    } else if (expression->kind == BlokExpression::Kind::literal) {
      out += escaped(to_plain_text(expression->literal), place);
    } else {
      defer(place, written, "only a path has a value here");
    }
  }
  return {out + escaped(text.substr(at), place)};
}

Datum BlokValues::of_expression(const BlokExpression& expression, std::string_view written,
                                Place place) {
  switch (expression.kind) {
    case BlokExpression::Kind::literal:
      return plain(expression.literal, place);
    case BlokExpression::Kind::path: {
      const BlokValue value = scope_.resolve(expression.path);
      if (value.literal) return plain(*value.literal, place);
      if (!value.candidates.empty()) return {whole(value)};
      defer(place, written, value);
      return {escaped(written, place)};
    }
    case BlokExpression::Kind::text: {
      std::string out;
      for (const BlokExpression& part : expression.parts) {
        out += part.kind == BlokExpression::Kind::path
                   ? spliced(scope_.resolve(part.path), written, place)
                   : escaped(to_plain_text(part.literal), place);
      }
      return {std::move(out)};
    }
    case BlokExpression::Kind::negation:
    case BlokExpression::Kind::all_of:
    case BlokExpression::Kind::any_of:
    case BlokExpression::Kind::equal:
    case BlokExpression::Kind::not_equal:
    case BlokExpression::Kind::less:
    case BlokExpression::Kind::less_or_equal:
    case BlokExpression::Kind::greater:
    case BlokExpression::Kind::greater_or_equal:
      break;
  }
  defer(place, written, "the value of a condition: only a path has a value here");
  return {escaped(written, place)};
}

std::string BlokValues::spliced(const BlokValue& value, std::string_view written, Place place) {
  if (value.literal) return escaped(to_plain_text(*value.literal), place);
  if (!value.candidates.empty()) return chained(value, true);
  defer(place, written, value);
  return "";
}

std::optional<BlokValue> BlokValues::referred(Value value, std::string& written) const {
  const auto inner = value.find("$ref");
  const auto step = inner && inner->is_object() ? inner->find("step") : std::nullopt;
  if (!step || !step->is_string()) return std::nullopt;
  const auto path = inner->find("path");
  const auto names = path && path->is_array() ? names_of(*path) : std::vector<std::string>();
  written = json_text(value, sources_);
  return scope_.resolve_reference(std::string(step->as_string()), names);
}

Datum BlokValues::reference(Value value, Place place) {
  std::string written;
  const auto found = referred(value, written);
  if (!found) {
    defer(place, json_text(value, sources_), "",
          "a reference is {\"$ref\": {\"step\": \"name\", \"path\": [\"member\"]}}");
    return {};
  }
  if (found->literal) return plain(*found->literal, place);
  if (!found->candidates.empty()) return {whole(*found)};
  defer(place, written, *found);
  return {};
}

// {"$tpl": ["text", {"$ref": …}, "text"]}
Datum BlokValues::pieces(Value list, Place place) {
  std::string out;
  if (!list.is_array()) {
    defer(place, json_text(list, sources_), "", "a text is {\"$tpl\": [\"text\", {\"$ref\": …}]}");
    return {};
  }
  for (const Value piece : list.items()) {
    std::string written;
    const auto found = piece.is_object() ? referred(piece, written) : std::nullopt;
    if (found) {
      out += spliced(*found, written, place);
    } else if (piece.is_string()) {
      out += escaped(piece.as_string(), place);
    } else {
      const Datum datum = parse_json(json_text(piece, sources_)).value_or(Datum{});
      out += escaped(to_plain_text(datum), place);
    }
  }
  return {std::move(out)};
}

std::string BlokValues::text(Value value) {
  const Datum out = datum(value);
  const auto* text = std::get_if<std::string>(&out.value);
  return text != nullptr ? *text : to_plain_text(out);
}

// A value that holds no templates.
Datum BlokValues::plain(const Datum& literal, Place place) {
  if (const auto* text = std::get_if<std::string>(&literal.value)) return {escaped(*text, place)};
  if (const auto* list = std::get_if<Datum::List>(&literal.value)) {
    Datum::List out;
    for (const Datum& element : *list) out.push_back(plain(element, place));
    return {std::move(out)};
  }
  if (const auto* map = std::get_if<Datum::Map>(&literal.value)) {
    Datum::Map out;
    for (const auto& [name, value] : *map) out.emplace_back(name, plain(value, place));
    return {std::move(out)};
  }
  return literal;
}

// A text of the file that would be a template of ours stays the text it is.
std::string BlokValues::escaped(std::string_view text, Place place) {
  if (has_item_ && text.find("{i") != std::string_view::npos) {
    for (const Reference& path : find_references(text, true).references) {
      const bool is_item = path.names[0] == "item" || path.names[0] == "index";
      if (is_item && (path.offset < 2 || text[path.offset - 2] != '$')) {
        defer(place, text, "'{item}' in a text that runs once per item",
              "write the text without those braces");
        break;
      }
    }
  }
  std::string out;
  std::size_t at = 0;
  for (std::size_t open = text.find("${"); open != text.npos; open = text.find("${", open + 2)) {
    const std::size_t next = text.find("${", open + 2);
    const std::size_t length = std::min({next - open, kLongestReference, text.size() - open});
    const TemplateReferences found = find_references(text.substr(open, length), has_item_);
    if (found.references.empty() && found.mistakes.empty()) continue;
    out += text.substr(at, open - at);
    out += '$';
    at = open;
  }
  return out + std::string(text.substr(at));
}

std::optional<Datum> BlokValues::constant(Value value) const {
  if (value.is_string()) {
    const std::string_view text = value.as_string();
    if (script_in(text) || text.find("${") != std::string_view::npos) return std::nullopt;
    return Datum{std::string(text)};
  }
  if (is_single(value, "$ref") || is_single(value, "$tpl")) return std::nullopt;
  if (value.is_array()) {
    Datum::List out;
    for (const Value element : value.items()) {
      auto one = constant(element);
      if (!one) return std::nullopt;
      out.push_back(std::move(*one));
    }
    return Datum{std::move(out)};
  }
  if (value.is_object()) {
    Datum::Map out;
    for (const Member& member : value.members()) {
      auto one = constant(member.value);
      if (!one) return std::nullopt;
      out.emplace_back(std::string(member.key), std::move(*one));
    }
    return Datum{std::move(out)};
  }
  return parse_json(json_text(value, sources_));
}

}  // namespace ws
