#include "cli/kept_secrets.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/secrets.h"
#include "formats/substitution.h"
#include "model/datum.h"
#include "platform/machine.h"

namespace ws::cli {
namespace {

std::string expression_of(const std::string& name) { return fmt::format("${{env.{}}}", name); }

// The last part of "steps.deploy.env.TOKEN", or what `default` is of.
bool is_named(std::string_view path, std::string_view name) {
  constexpr std::string_view kDefault = ".default";
  if (path.ends_with(kDefault)) path.remove_suffix(kDefault.size());
  return path.ends_with(name) && path.substr(0, path.size() - name.size()).ends_with('.');
}

// Each place where it stands becomes the expression.
bool replace_all(std::string& text, const std::string& value, const std::string& expression) {
  std::string out;
  std::size_t from = 0;
  for (std::size_t at = text.find(value); at != std::string::npos; at = text.find(value, from)) {
    out.append(text, from, at - from).append(expression);
    from = at + value.size();
  }
  if (from == 0) return false;
  text = out.append(text, from);
  return true;
}

}  // namespace

KeptSecrets::KeptSecrets(const std::vector<const Workstream*>& workstreams) {
  for (const Workstream* workstream : workstreams)
    names_.insert(names_.end(), workstream->secrets.begin(), workstream->secrets.end());
  for (const std::string& name : names_) {
    if (const auto value = environment_value(name.c_str())) learn(name, *value);
  }
  for (const Workstream* workstream : workstreams) learn_from(*workstream);
  std::sort(values_.begin(), values_.end(), [](const auto& one, const auto& other) {
    return std::pair(other.first.size(), one) < std::pair(one.first.size(), other);
  });
}

void KeptSecrets::learn(const std::string& name, std::string value) {
  const bool is_ours = std::find(names_.begin(), names_.end(), name) != names_.end();
  if (!is_ours || value.empty()) return;
  // As it stands in a text that is written.
  if (value.find("${") != std::string::npos) value = escape_expressions(value);
  values_.emplace_back(std::move(value), name);
}

void KeptSecrets::learn_from(const Workstream& workstream) {
  // What only a run can fill in is no value.
  const auto learn_env = [&](const Environment& environment) {
    for (const auto& [name, value] : environment) {
      if (value.find("${") == std::string::npos) learn(name, value);
    }
  };
  learn_env(workstream.env);
  for (const Input& input : workstream.inputs) {
    const auto value = input.default_json ? parse_json(*input.default_json) : std::nullopt;
    if (value) learn(input.name, to_plain_text(*value));
  }
  for (const Step& step : workstream.steps) {
    if (step.details_if_any) learn_env(step.details().env);
  }
}

std::string KeptSecrets::rewrite(std::string_view path, std::string text) {
  for (const auto& [value, name] : values_) {
    const bool is_short = value.size() < kShortestSecret;
    if (is_short && (text != value || !is_named(path, name))) continue;
    if (!replace_all(text, value, expression_of(name))) continue;
    std::vector<std::string>& told = places_[name];
    if (told.empty() || told.back() != path) told.emplace_back(path);
    if (text == expression_of(name)) break;
  }
  return text;
}

}  // namespace ws::cli
