#include "cli/input_values.h"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/readers.h"
#include "formats/value_text.h"
#include "model/mistakes.h"
#include "platform/files.h"

namespace ws::cli {
namespace {

using Declared = std::multimap<std::string_view, const Input*>;

Declared declared_inputs(const Plan& plan) {
  Declared declared;
  for (const std::uint32_t index : plan.workstreams()) {
    for (const Input& input : plan.workset().workstreams[index].inputs)
      declared.emplace(input.name, &input);
  }
  return declared;
}

bool takes_any_input(const Plan& plan) {
  const auto workstreams = plan.workstreams();
  return std::any_of(workstreams.begin(), workstreams.end(), [&](std::uint32_t index) {
    return plan.workset().workstreams[index].takes_any_input;
  });
}

class Settling {
 public:
  Settling(const Plan& plan, SourceSet& sources, Diagnostics& diagnostics)
      : declared_(declared_inputs(plan)),
        takes_any_(takes_any_input(plan)),
        sources_(sources),
        diagnostics_(diagnostics) {}

  void add(const std::string& given) {
    const std::size_t equals = given.find('=');
    const std::size_t slash = given.find('/');
    const bool is_pair =
        equals != std::string::npos && (slash == std::string::npos || equals < slash);
    if (is_pair) {
      add_text(given.substr(0, equals), given.substr(equals + 1));
    } else {
      add_file(given);
    }
  }

  void check_complete() {
    for (const auto& [name, input] : declared_) {
      if (input->default_json || values_.contains(name)) continue;
      diagnostics_.error(mistakes::missing_variable, input->place,
                         fmt::format("input '{}' has no value and no default", input->name),
                         fmt::format("give it one: --input {}=VALUE", input->name));
    }
  }

  [[nodiscard]] InputValues take() { return std::move(values_); }

 private:
  [[nodiscard]] bool is_known(std::string_view name, Place place) {
    if (takes_any_ || declared_.contains(name)) return true;
    std::vector<std::string_view> names;
    for (const auto& [known, input] : declared_) names.push_back(known);
    const auto near = nearest(name, names);
    diagnostics_.error(
        mistakes::bad_option, place,
        fmt::format("--input: no workstream of this run has an input '{}'", printable(name)),
        near ? fmt::format("did you mean '{}'?", *near) : "");
    return false;
  }

  // The kind the files expect; empty: any text.
  [[nodiscard]] std::optional<Datum> default_of(std::string_view name) const {
    const auto [first, last] = declared_.equal_range(name);
    for (auto at = first; at != last; ++at) {
      if (!at->second->default_json) continue;
      std::optional<Datum> value = parse_json(*at->second->default_json);
      if (value && !value->is_null()) return value;
    }
    return std::nullopt;
  }

  void add_text(const std::string& name, const std::string& text) {
    if (!is_known(name, {})) return;
    const std::optional<Datum> usual = default_of(name);
    if (!usual && !declared_.contains(name)) {
      values_[name] = from_plain_text(text);
      return;
    }
    if (!usual || std::holds_alternative<std::string>(usual->value)) {
      values_[name] = Datum{text};
      return;
    }
    std::optional<Datum> value = parse_json(text);
    if (!value || describe_kind(*value) != describe_kind(*usual)) {
      diagnostics_.error(mistakes::bad_option, {},
                         fmt::format("--input {}: '{}' is not {}, as its default is", name,
                                     printable(text), describe_kind(*usual)),
                         fmt::format("its default is {}", to_json(*usual)));
      return;
    }
    values_[name] = std::move(*value);
  }

  void add_file(const std::string& path) {
    auto text = read_file(path);
    if (text.has_error()) {
      diagnostics_.error(mistakes::unreadable_file, {}, "--input: " + text.error().message,
                         "write --input NAME=VALUE, or name a JSON or YAML file");
      return;
    }
    const bool is_json = path.ends_with(".json") || path.ends_with(".jsonc");
    const SourceId source = sources_.add(path, std::move(*text));
    const std::optional<Document> document = is_json
                                                 ? read_json(sources_, source, {}, diagnostics_)
                                                 : read_yaml(sources_, source, {}, diagnostics_);
    if (!document || document->is_empty()) return;
    if (!document->root().is_object()) {
      diagnostics_.error(
          mistakes::wrong_type, document->root().place(),
          fmt::format("--input: '{}' must hold an object of names and values, not {}",
                      printable(path), describe(document->root().kind())));
      return;
    }
    for (const Member& member : document->root().members()) {
      if (!is_known(member.key, member.key_place)) continue;
      std::optional<Datum> value = parse_json(json_text(member.value, sources_));
      if (value) values_[std::string(member.key)] = std::move(*value);
    }
  }

  Declared declared_;
  bool takes_any_;
  SourceSet& sources_;
  Diagnostics& diagnostics_;
  InputValues values_;
};

}  // namespace

void add_input_flags(CLI::App& app, InputFlags& flags) {
  app.add_option("--input", flags.given,
                 "Value of ${inputs.NAME}, or a JSON or YAML file of them (repeatable)")
      ->type_name("NAME=VALUE|FILE")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

InputValues settle_inputs(const Plan& plan, const InputFlags& flags, SourceSet& sources,
                          Diagnostics& diagnostics) {
  Settling settling(plan, sources, diagnostics);
  for (const std::string& given : flags.given) settling.add(given);
  settling.check_complete();
  return settling.take();
}

}  // namespace ws::cli
