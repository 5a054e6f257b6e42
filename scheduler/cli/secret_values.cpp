#include "cli/secret_values.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "model/mistakes.h"
#include "platform/machine.h"

namespace ws::cli {
namespace {

class Finding {
 public:
  Finding(const Plan& plan, Diagnostics& found) : plan_(plan), found_(found) {}

  void add_given(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      if (name.empty() || name.find('=') != std::string::npos) {
        // What stands behind the '=' may be the secret: it is not said again.
        found_.error(
            mistakes::bad_option, {},
            fmt::format("--mask '{}' is no name", printable(name.substr(0, name.find('=')))),
            "give the name of a variable or input, without its value");
        continue;
      }
      wanted_.emplace(name, Place{});
      secrets_.add_name(name);
    }
  }

  void add_declared() {
    for (const std::uint32_t index : plan_.workstreams()) {
      const Workstream& workstream = plan_.workset().workstreams[index];
      for (const std::string& name : workstream.secrets) {
        wanted_.emplace(name, workstream.place);
        secrets_.add_name(name);
      }
    }
  }

  void learn(const InputValues& inputs, const EnvironmentList& environment, const ToolBook& tools) {
    for (const auto& [name, profile] : tools) learn(profile.env);
    for (const auto& [name, value] : environment) learn(name, value);
    for (const auto& [name, value] : inputs) learn(name, to_plain_text(value));
    for (const std::uint32_t index : plan_.workstreams())
      learn_from(plan_.workset().workstreams[index]);
  }

  void report_unknown() {
    for (const auto& [name, place] : wanted_) {
      if (known_.contains(name)) continue;
      found_.warning(mistakes::missing_variable, place,
                     fmt::format("nothing to mask yet: '{}' is neither set in the environment nor "
                                 "an input, and no step says that it gets or hands on anything of "
                                 "that name",
                                 printable(name)),
                     "names count exactly as they are written; a step that hands it on can say so "
                     "in its 'outputs'");
    }
  }

  [[nodiscard]] Secrets take() { return std::move(secrets_); }

 private:
  void learn(std::string_view name, std::string_view value) {
    if (!secrets_.has_name(name)) return;
    known_.emplace(name);
    secrets_.learn(name, value);
  }

  // A value with parts that only a run knows is learned by what gives it to a program.
  void learn(const Environment& environment) {
    for (const auto& [name, value] : environment)
      learn(name,
            value.find("${") == std::string::npos ? std::string_view(value) : std::string_view());
  }

  void learn_from(const Workstream& workstream) {
    learn(workstream.env);
    for (const Input& input : workstream.inputs) {
      const auto value = input.default_json ? parse_json(*input.default_json) : std::nullopt;
      learn(input.name, value ? to_plain_text(*value) : std::string());
    }
    for (const Step& step : workstream.steps) {
      learn_handed_on(step.action);
      if (!step.details_if_any) continue;
      learn(step.details().env);
      for (const auto& [name, source] : step.details().outputs) learn(name, {});
      for (const auto& [name, value] : step.details().values) learn(name, {});
    }
  }

  // What a text names beside the file for results is most likely handed on in it.
  void learn_handed_on(const Action& action) {
    if (known_.size() == wanted_.size()) return;
    std::string text;
    if (const auto* command = std::get_if<CommandAction>(&action)) text = command->command.text();
    if (const auto* script = std::get_if<ScriptAction>(&action)) text = script->script;
    if (text.find("WORKSTREAM_OUTPUT") == std::string::npos) return;
    for (const auto& [name, place] : wanted_)
      if (text.find(name) != std::string::npos) learn(name, {});
  }

  const Plan& plan_;
  Diagnostics& found_;
  Secrets secrets_;
  std::map<std::string, Place, std::less<>> wanted_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace

void add_mask_flag(CLI::App& app, std::vector<std::string>& names) {
  app.add_option("--mask", names,
                 "Hide the value of this variable or input wherever the run is kept or shown "
                 "(repeatable)")
      ->type_name("NAME")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

Secrets find_secrets(const Plan& plan, const std::vector<std::string>& given,
                     const InputValues& inputs, const EnvironmentList& environment,
                     const ToolBook& tools, Diagnostics& found) {
  Finding finding(plan, found);
  finding.add_given(given);
  finding.add_declared();
  finding.learn(inputs, environment, tools);
  finding.report_unknown();
  return finding.take();
}

Diagnostics without_secrets(const Diagnostics& found, const Secrets& secrets) {
  Diagnostics hidden;
  for (Diagnostic item : found.items()) {
    item.message = secrets.hide(item.message);
    item.hint = secrets.hide(item.hint);
    for (auto& note : item.notes) note.message = secrets.hide(note.message);
    hidden.add(std::move(item));
  }
  return hidden;
}

std::string without_secrets(std::string text, const Plan& plan) {
  Diagnostics ignored;
  const Secrets secrets = find_secrets(plan, {}, {}, own_environment(), {}, ignored);
  if (!secrets.has_any()) return text;
  return text.starts_with('{') ? secrets.hide_in_json(text) : secrets.hide(text);
}

}  // namespace ws::cli
