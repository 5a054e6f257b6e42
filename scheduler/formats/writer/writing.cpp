#include "formats/writer/writing.h"

#include <algorithm>
#include <unordered_map>

namespace ws {

NativeValue write_duration(Duration duration) { return NativeValue::text(format_exact(duration)); }

void put_duration(NativeObject& out, Key key, Duration duration) {
  if (duration > Duration::zero()) out.put(key, write_duration(duration));
}

std::vector<std::string> names_of(const std::vector<Dependency>& dependencies) {
  std::vector<std::string> names;
  names.reserve(dependencies.size());
  for (const Dependency& dependency : dependencies) names.push_back(dependency.name);
  return names;
}

void put_dependencies(NativeObject& out, const std::vector<Dependency>& dependencies) {
  const bool is_plain =
      std::all_of(dependencies.begin(), dependencies.end(),
                  [](const Dependency& one) { return one.on == DependencyOn::success; });
  if (is_plain) return out.texts(Key::depends_on, names_of(dependencies));
  NativeValue::List list;
  for (const Dependency& dependency : dependencies) {
    if (dependency.on == DependencyOn::success) {
      list.push_back(NativeValue::text(dependency.name));
      continue;
    }
    NativeObject object;
    object.text(Key::id, dependency.name);
    object.text(Key::on, dependency.on == DependencyOn::failure ? "failure" : "done");
    list.push_back(std::move(object).take());
  }
  out.put(Key::depends_on, {std::move(list)});
}

void put_pairs(NativeObject& out, Key key,
               const std::vector<std::pair<std::string, std::string>>& pairs) {
  NativeValue::Map map;
  std::unordered_map<std::string_view, std::size_t> places;
  for (const auto& [name, text] : pairs) {
    const auto [place, is_new] = places.emplace(name, map.size());
    if (is_new)
      map.emplace_back(name, NativeValue::text(text));
    else
      map[place->second].second = NativeValue::text(text);
  }
  if (!map.empty()) out.put(key, {std::move(map)});
}

void put_pools(NativeObject& out, const std::vector<std::pair<std::string, std::uint32_t>>& pools) {
  NativeObject object;
  for (const auto& [name, slots] : pools)
    object.put(name, NativeValue::number(std::to_string(slots)));
  out.object(Key::pools, std::move(object));
}

void put_scopes(NativeObject& out, const std::vector<ScopePattern>& scopes) {
  std::vector<std::string> patterns;
  for (const ScopePattern& scope : scopes) patterns.push_back(scope.pattern);
  out.texts(Key::files_scope, patterns);
}

void put_metadata(NativeObject& out,
                  const std::vector<std::pair<std::string, std::string>>& pairs) {
  NativeObject object;
  for (const auto& [name, text] : pairs) {
    if (object.has(name)) continue;
    const bool is_nested = text.starts_with('[') || text.starts_with('{');
    object.put(name, is_nested ? write_json(text) : NativeValue::text(text));
  }
  out.object(Key::metadata, std::move(object));
}

void put_condition(NativeObject& out, Key key, std::string_view condition) {
  if (condition == "true" || condition == "false")
    out.flag(key, condition == "true");
  else
    out.text(key, condition);
}

NativeValue write_command(const Command& command) {
  if (!command.through_shell) return NativeValue::texts(command.argv);
  std::string line = command.argv.empty() ? "" : command.argv.front();
  // A line without shell syntax would be run without a shell.
  if (Command::from_line(line) != command) line += ';';
  return NativeValue::text(line);
}

NativeValue write_json(std::string_view json) {
  if (auto value = parse_native(json)) return std::move(*value);
  return NativeValue::text(json);
}

}  // namespace ws
