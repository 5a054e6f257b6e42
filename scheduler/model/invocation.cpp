#include "model/invocation.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "model/text_template.h"
#include "model/value_template.h"

namespace ws {
namespace {

// Fills what a step says; the first reference without a value is kept and ends the matter.
class Filler {
 public:
  Filler(const LookUp& look_up, const Step* step)
      : look_up_(look_up), has_item_(step != nullptr && step->details().for_each.has_value()) {}

  [[nodiscard]] std::string plain(std::string_view text) { return filled(text, Splice::plain); }
  [[nodiscard]] std::string shell(std::string_view text) { return filled(text, Splice::shell); }

  // The value itself when the text is one reference and nothing else.
  [[nodiscard]] Datum datum(const std::string& text) {
    return kept(fill_value(text, has_item_, look_up_));
  }
  [[nodiscard]] Datum json(const std::string& text) {
    return kept(fill_json(text, has_item_, look_up_));
  }

  [[nodiscard]] const std::optional<std::string>& why() const { return why_; }

 private:
  std::string filled(std::string_view text, Splice splice) {
    if (why_) return "";
    auto made = fill(text, has_item_, splice, look_up_);
    if (auto* done = std::get_if<std::string>(&made)) return std::move(*done);
    why_ = std::get<NoValue>(std::move(made)).why;
    return "";
  }

  Datum kept(Evaluated value) {
    if (auto* known = std::get_if<Datum>(&value)) return std::move(*known);
    if (!why_) why_ = std::get<NoValue>(std::move(value)).why;
    return {};
  }

  const LookUp& look_up_;
  bool has_item_;
  std::optional<std::string> why_;
};

Result<Invocation> finished(Invocation invocation, const Filler& filler) {
  if (filler.why()) return Error{*filler.why(), 0};
  return invocation;
}

// Replaces the names in one pass from left to right: what was put in is never looked at again.
std::string replaced(std::string_view text,
                     std::span<const std::pair<std::string_view, std::string_view>> names) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto found = std::find_if(names.begin(), names.end(), [&](const auto& name) {
      return text.substr(i).starts_with(name.first);
    });
    if (found == names.end()) {
      out += text[i++];
    } else {
      out += found->second;
      i += found->first.size();
    }
  }
  return out;
}

bool holds_path_name(std::string_view word) {
  return word.find("{prompt_file}") != std::string_view::npos ||
         word.find("{script}") != std::string_view::npos ||
         word.find("{workdir}") != std::string_view::npos;
}

void add_word(Invocation& invocation, std::string word, std::string_view written) {
  if (holds_path_name(written)) {
    invocation.path_words.push_back(static_cast<std::uint32_t>(invocation.argv.size()));
  }
  invocation.argv.push_back(std::move(word));
}

// Relative paths of a workstream start at its file.
std::string beside_file(const Workstream& workstream, const std::string& path) {
  if (path.empty()) return "";
  const std::filesystem::path full = std::filesystem::path(workstream.file).parent_path() / path;
  return full.lexically_normal().string();
}

// What {files} stands for: the step's own scope and creations, or else the workstream's.
std::vector<std::string> files_of(const Workstream& workstream, const Step& step) {
  std::vector<std::string> files;
  const auto add = [&](const std::vector<ScopePattern>& scope,
                       const std::vector<std::string>& created) {
    for (const ScopePattern& pattern : scope) files.push_back(pattern.pattern);
    for (const std::string& file : created) {
      if (std::find(files.begin(), files.end(), file) == files.end()) files.push_back(file);
    }
  };
  add(step.details().files_scope, step.details().files_create);
  if (files.empty()) add(workstream.files_scope, workstream.files_create);
  return files;
}

// Where and with which environment; the same for a step, its tests and its compensation.
Invocation surroundings(const Workstream& workstream, const Step* step, Filler& filler) {
  Invocation invocation;
  const auto add = [&](const Environment& env) {
    for (const auto& [name, value] : env) invocation.env.emplace_back(name, filler.plain(value));
  };
  add(workstream.env);
  if (step == nullptr) return invocation;
  const StepDetails& details = step->details();
  add(details.env);
  invocation.working_dir = beside_file(workstream, filler.plain(details.working_dir));
  return invocation;
}

void use_command(Invocation& invocation, const Command& command, Filler& filler) {
  invocation.through_shell = command.through_shell;
  invocation.argv.reserve(command.argv.size());
  for (const std::string& word : command.argv)
    invocation.argv.push_back(command.through_shell ? filler.shell(word) : filler.plain(word));
}

void use_script(Invocation& invocation, const ScriptAction& action, Filler& filler) {
  constexpr std::string_view kName = "{script}";
  // A script of another language holds no values: they were refused when it was loaded.
  invocation.script = is_shell(action.shell) ? filler.shell(action.script) : action.script;
  if (action.shell.argv.empty()) {
    invocation.argv = {"/bin/sh", "-e"};
    add_word(invocation, std::string(kName), kName);
    return;
  }
  if (action.shell.through_shell) {
    // The path reaches the line as an argument, so it needs no quoting whatever it holds.
    invocation.argv = {"/bin/sh", "-c", filler.shell(action.shell.argv.front()) + " \"$0\""};
    add_word(invocation, std::string(kName), kName);
    return;
  }
  bool is_placed = false;
  for (const std::string& word : action.shell.argv) {
    add_word(invocation, filler.plain(word), word);
    is_placed = is_placed || word.find(kName) != std::string::npos;
  }
  if (!is_placed) add_word(invocation, std::string(kName), kName);
}

void use_tool(Invocation& invocation, const ToolAction& action, const ToolProfile& profile,
              const std::vector<std::string>& files, Filler& filler) {
  const std::string prompt = filler.plain(prompt_of(action));
  std::string joined;
  for (const std::string& file : files) joined += (joined.empty() ? "" : " ") + file;
  const std::array<std::pair<std::string_view, std::string_view>, 4> names = {
      std::pair<std::string_view, std::string_view>{"{prompt}", prompt},
      {"{files}", joined},
      {"{name}", action.name()},
      {"{program}", action.program}};
  for (const std::string& word : profile.argv) {
    if (word == "{files}") {
      invocation.argv.insert(invocation.argv.end(), files.begin(), files.end());
    } else {
      add_word(invocation, replaced(word, names), word);
    }
  }
  invocation.prompt = prompt.empty() ? "" : prompt + "\n";
  const bool wants_script = std::any_of(
      profile.argv.begin(), profile.argv.end(),
      [](const std::string& word) { return word.find("{script}") != std::string::npos; });
  if (wants_script) invocation.script = invocation.prompt;
  const bool has_own_input = invocation.stdin_text || !invocation.stdin_file.empty();
  if (!has_own_input && !profile.stdin_template.empty()) {
    std::string text = replaced(profile.stdin_template, names);
    if (!text.empty() && text.back() != '\n') text += '\n';  // `read` loses an open last line
    invocation.stdin_text = std::move(text);
  }
  invocation.env.insert(invocation.env.begin(), profile.env.begin(), profile.env.end());
  invocation.success = merged(profile.success, invocation.success);
}

Error unknown_tool(const ToolAction& action, const ToolBook& book) {
  std::vector<std::string_view> known;
  for (const auto& [name, profile] : book) known.push_back(name);
  const auto near = nearest(action.tool, known);
  return Error{fmt::format("no tool profile is named '{}'{}", action.tool,
                           near ? fmt::format(" (did you mean '{}'?)", *near) : ""),
               0};
}

}  // namespace

std::vector<std::string> argv_with_paths(const Invocation& invocation, const AttemptPaths& paths) {
  const std::array<std::pair<std::string_view, std::string_view>, 3> names = {
      std::pair<std::string_view, std::string_view>{"{prompt_file}", paths.prompt_file},
      {"{script}", paths.script},
      {"{workdir}", paths.working_dir}};
  std::vector<std::string> argv = invocation.argv;
  for (const std::uint32_t word : invocation.path_words) argv[word] = replaced(argv[word], names);
  return argv;
}

Result<Invocation> step_invocation(const Workstream& workstream, const Step& step,
                                   const ToolBook& book, const LookUp& look_up) {
  Filler filler(look_up, &step);
  Invocation invocation = surroundings(workstream, &step, filler);
  const StepDetails& details = step.details();
  invocation.success = details.success;
  invocation.stdin_file = beside_file(workstream, filler.plain(details.stdin_file));
  if (details.stdin_text) invocation.stdin_text = filler.plain(*details.stdin_text);
  if (!details.stdin_json.empty())
    invocation.stdin_text = to_json(filler.json(details.stdin_json)) + "\n";
  if (const auto* command = std::get_if<CommandAction>(&step.action)) {
    use_command(invocation, command->command, filler);
  } else if (const auto* script = std::get_if<ScriptAction>(&step.action)) {
    use_script(invocation, *script, filler);
  } else if (const auto* tool = std::get_if<ToolAction>(&step.action)) {
    const auto profile = find_tool(book, *tool);
    if (profile == book.end()) return unknown_tool(*tool, book);
    use_tool(invocation, *tool, profile->second, files_of(workstream, step), filler);
  }
  return finished(std::move(invocation), filler);
}

Result<Invocation> test_invocation(const Workstream& workstream, const Step* step,
                                   const AcceptanceTest& test, const LookUp& look_up) {
  Filler filler(look_up, step);
  Invocation invocation = surroundings(workstream, step, filler);
  if (!test.is_manual()) use_command(invocation, test.command, filler);
  return finished(std::move(invocation), filler);
}

std::string parameter_variable(std::string_view name) { return "PARAM_" + variable_part(name); }

Result<Invocation> compensation_invocation(const Workstream& workstream, const Step* step,
                                           const Compensation& compensation, const ToolBook& book,
                                           const LookUp& look_up) {
  Filler filler(look_up, step);
  Invocation invocation = surroundings(workstream, step, filler);
  Datum::Map parameters;
  for (const auto& [name, text] : compensation.parameters) {
    Datum value = filler.datum(text);
    invocation.env.emplace_back(parameter_variable(name), to_plain_text(value));
    parameters.emplace_back(name, std::move(value));
  }
  if (const auto* command = std::get_if<CommandAction>(&compensation.action)) {
    use_command(invocation, command->command, filler);
  } else if (const auto* script = std::get_if<ScriptAction>(&compensation.action)) {
    use_script(invocation, *script, filler);
  } else if (const auto* tool = std::get_if<ToolAction>(&compensation.action)) {
    auto profile = book.find("compensate:" + tool->tool);
    if (profile == book.end()) profile = find_tool(book, *tool);
    if (profile == book.end()) return unknown_tool(*tool, book);
    const std::vector<std::string> files =
        step == nullptr ? std::vector<std::string>() : files_of(workstream, *step);
    use_tool(invocation, *tool, profile->second, files, filler);
  }
  if (!parameters.empty() && !invocation.stdin_text)
    invocation.stdin_text = to_json(Datum{std::move(parameters)}) + "\n";
  return finished(std::move(invocation), filler);
}

bool is_shell(const Command& shell) {
  if (shell.argv.empty()) return true;
  std::string program = shell.argv.front();
  if (shell.through_shell) program = program.substr(0, program.find_first_of(" \t\n;|&"));
  if (program == "env" || program.ends_with("/env"))
    program = shell.argv.size() > 1 ? shell.argv[1] : "";
  const std::string_view name =
      std::string_view(program).substr(program.find_last_of('/') + std::size_t{1});
  constexpr std::array<std::string_view, 7> kShells = {"sh",  "bash", "dash",   "ash",
                                                       "ksh", "zsh",  "busybox"};
  return std::find(kShells.begin(), kShells.end(), name) != kShells.end();
}

std::string prompt_of(const ToolAction& action) {
  std::string prompt;
  for (const std::string& task : action.prompt) {
    if (!prompt.empty()) prompt += '\n';
    prompt += task;
  }
  return prompt;
}

// A profile's rule holds unless the step says otherwise; patterns and files of both count.
SuccessRule merged(const SuccessRule& tool, const SuccessRule& step) {
  SuccessRule rule = tool;
  if (!step.exit_codes.empty()) rule.exit_codes = step.exit_codes;
  const auto append = [](std::vector<std::string>& to, const std::vector<std::string>& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  append(rule.require_output, step.require_output);
  append(rule.fail_on_output, step.fail_on_output);
  append(rule.files, step.files);
  if (!step.no_change.empty()) rule.no_change = step.no_change;
  return rule;
}

}  // namespace ws
