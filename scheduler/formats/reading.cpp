#include "formats/reading.h"

#include <fmt/format.h>

#include "base/text.h"
#include "formats/coerce.h"
#include "formats/shapes.h"
#include "formats/text_rules.h"
#include "formats/value_text.h"
#include "model/mistakes.h"

namespace ws {
namespace {

void add_dependency(Value value, std::vector<Dependency>& out) {
  if (value.is_string()) {
    out.push_back({std::string(value.as_string()), DependencyOn::success, value.place()});
    return;
  }
  if (!value.is_object()) return;
  const Fields fields(value, kDependencyObject);
  const Field* id = fields.find(Key::id);
  if (id == nullptr || !id->value.is_string()) return;
  Dependency dependency{std::string(id->value.as_string()), DependencyOn::success,
                        id->value.place()};
  const std::string on = read_text(fields.find(Key::on));
  if (on == "failure") dependency.on = DependencyOn::failure;
  if (on == "done") dependency.on = DependencyOn::done;
  out.push_back(std::move(dependency));
}

void add_dependencies(const Field* field, std::vector<Dependency>& out) {
  if (field == nullptr) return;
  if (!field->value.is_array()) return add_dependency(field->value, out);
  out.reserve(out.size() + field->value.size());
  for (const Value element : field->value.items()) add_dependency(element, out);
}

void warn_about_hint(const Field* field, Reading& reading) {
  if (field == nullptr || !asks_for_something(field->value)) return;
  reading.diagnostics.warning(
      mistakes::not_applicable, field->key_place,
      fmt::format("'{}' is a hint for people: it makes no edge", field->key),
      field->spec->key == Key::blocks ? "write 'depends_on' where it is waited"
                                      : "write 'depends_on'");
}

}  // namespace

std::string read_text(const Field* field) {
  return field == nullptr ? "" : std::string(to_text(field->value).value_or(""));
}

std::string read_scalar(const Field* field, const SourceSet& sources) {
  return field == nullptr ? "" : to_scalar_text(field->value, sources).value_or("");
}

std::vector<std::string> read_texts(const Field* field) {
  std::vector<std::string> out;
  if (field == nullptr) return out;
  if (field->value.is_string()) out.emplace_back(field->value.as_string());
  out.reserve(field->value.size());
  for (const Value element : field->value.items()) {
    if (element.is_string()) out.emplace_back(element.as_string());
  }
  return out;
}

std::vector<std::string> read_words(const Field* field, const SourceSet& sources) {
  std::vector<std::string> out;
  if (field == nullptr) return out;
  out.reserve(field->value.size());
  for (const Value element : field->value.items()) {
    if (auto word = to_scalar_text(element, sources)) out.push_back(std::move(*word));
  }
  return out;
}

Duration read_duration(const Field* field) {
  return field == nullptr ? Duration{}
                          : to_duration(field->value, field->unit).value_or(Duration{});
}

std::uint32_t read_count(const Field* field, std::uint32_t otherwise) {
  if (field == nullptr) return otherwise;
  const auto number = to_integer(field->value);
  if (!number || *number < 0 || *number > std::numeric_limits<std::uint32_t>::max())
    return otherwise;
  return static_cast<std::uint32_t>(*number);
}

bool read_flag(const Field* field, bool otherwise) {
  return field == nullptr ? otherwise : to_boolean(field->value).value_or(otherwise);
}

std::optional<std::int32_t> read_priority(const Field* field) {
  if (field == nullptr) return std::nullopt;
  if (const auto number = to_integer(field->value)) {
    constexpr std::int64_t kLimit = 1'000'000;
    if (*number < -kLimit || *number > kLimit) return std::nullopt;
    return static_cast<std::int32_t>(*number);
  }
  return priority_of(to_text(field->value).value_or(""));
}

Environment read_environment(const Field* field, const SourceSet& sources) {
  Environment out;
  if (field == nullptr || !field->value.is_object()) return out;
  out.reserve(field->value.size());
  for (const Member& member : field->value.members()) {
    if (auto text = to_scalar_text(member.value, sources))
      out.emplace_back(std::string(member.key), std::move(*text));
  }
  return out;
}

std::vector<ScopePattern> read_scopes(const Field* field) {
  std::vector<ScopePattern> out;
  if (field == nullptr) return out;
  const auto add = [&](Value value) {
    if (value.is_string()) out.push_back({std::string(value.as_string()), value.place()});
  };
  add(field->value);
  for (const Value element : field->value.items()) add(element);
  return out;
}

std::vector<int> read_integers(const Field* field) {
  std::vector<int> out;
  if (field == nullptr) return out;
  const auto add = [&](Value value) {
    const auto number = to_integer(value);
    if (number && *number >= 0 && *number <= 255) out.push_back(static_cast<int>(*number));
  };
  if (!field->value.is_array()) add(field->value);
  for (const Value element : field->value.items()) add(element);
  return out;
}

std::vector<Dependency> read_dependencies(const Fields& fields, Reading& reading) {
  std::vector<Dependency> out;
  add_dependencies(fields.find(Key::depends_on), out);
  const Field* other = fields.find(Key::dependencies);
  if (other != nullptr && other->value.is_object()) {
    const Fields inner(other->value, kDependenciesObject);
    add_dependencies(inner.find(Key::depends_on), out);
    warn_about_hint(inner.find(Key::blocks), reading);
    warn_about_hint(inner.find(Key::blocked_by), reading);
  } else {
    add_dependencies(other, out);
  }
  warn_about_hint(fields.find(Key::blocks), reading);
  warn_about_hint(fields.find(Key::blocked_by), reading);
  return out;
}

std::vector<Dependency> read_names(const Field* field) {
  std::vector<Dependency> out;
  if (field == nullptr) return out;
  const auto add = [&](Value value) {
    if (value.is_string())
      out.push_back({std::string(value.as_string()), DependencyOn::success, value.place()});
  };
  add(field->value);
  if (!field->value.is_array()) return out;
  for (const Value element : field->value.items()) add(element);
  return out;
}

Condition read_condition(const Fields& fields, const SourceSet& sources) {
  const Field* field = fields.find(Key::when);
  if (field == nullptr) field = fields.find(Key::condition);
  if (field == nullptr) return {};
  return {read_scalar(field, sources), field->value.place()};
}

std::string read_id(const Field* field) { return read_text(field); }

Place place_of(const Field* field, Place otherwise) {
  return field == nullptr ? otherwise : field->value.place();
}

void note_deferred(const Fields& fields, Owner owner, Reading& reading) {
  for (const Field& field : fields.all()) {
    if (field.spec->deferral == Deferral::never || !asks_for_something(field.value)) continue;
    reading.workstream.deferred.push_back(
        {std::string(field.key), fmt::format("{} '{}'", owner.kind, owner.id), field.key_place,
         json_text(field.value, reading.sources)});
  }
}

}  // namespace ws
