#include "model/invocation.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace ws {
namespace {

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

// Where, with what input and with which environment; the same for a step and its tests.
Invocation surroundings(const Workstream& workstream, const Step* step) {
  Invocation invocation;
  invocation.env = workstream.env;
  if (step == nullptr) return invocation;
  const StepDetails& details = step->details();
  invocation.env.insert(invocation.env.end(), details.env.begin(), details.env.end());
  invocation.working_dir = beside_file(workstream, details.working_dir);
  return invocation;
}

void use_command(Invocation& invocation, const Command& command) {
  invocation.argv = command.argv;
  invocation.through_shell = command.through_shell;
}

void use_script(Invocation& invocation, const ScriptAction& action) {
  constexpr std::string_view kName = "{script}";
  invocation.script = action.script;
  if (action.shell.argv.empty()) {
    invocation.argv = {"/bin/sh", "-e"};
    add_word(invocation, std::string(kName), kName);
    return;
  }
  if (action.shell.through_shell) {
    // The path reaches the line as an argument, so it needs no quoting whatever it holds.
    invocation.argv = {"/bin/sh", "-c", action.shell.argv.front() + " \"$0\""};
    add_word(invocation, std::string(kName), kName);
    return;
  }
  bool is_placed = false;
  for (const std::string& word : action.shell.argv) {
    add_word(invocation, word, word);
    is_placed = is_placed || word.find(kName) != std::string::npos;
  }
  if (!is_placed) add_word(invocation, std::string(kName), kName);
}

void use_tool(Invocation& invocation, const ToolAction& action, const ToolProfile& profile,
              const std::vector<std::string>& files) {
  const std::string prompt = prompt_of(action);
  std::string joined;
  for (const std::string& file : files) joined += (joined.empty() ? "" : " ") + file;
  const std::array<std::pair<std::string_view, std::string_view>, 2> names = {
      std::pair<std::string_view, std::string_view>{"{prompt}", prompt}, {"{files}", joined}};
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
                                   const ToolBook& book) {
  Invocation invocation = surroundings(workstream, &step);
  invocation.success = step.details().success;
  invocation.stdin_file = beside_file(workstream, step.details().stdin_file);
  invocation.stdin_text = step.details().stdin_text;
  if (const auto* command = std::get_if<CommandAction>(&step.action)) {
    use_command(invocation, command->command);
  } else if (const auto* script = std::get_if<ScriptAction>(&step.action)) {
    use_script(invocation, *script);
  } else if (const auto* tool = std::get_if<ToolAction>(&step.action)) {
    const auto profile = book.find(tool->tool);
    if (profile == book.end()) return unknown_tool(*tool, book);
    use_tool(invocation, *tool, profile->second, files_of(workstream, step));
  }
  return invocation;
}

Invocation test_invocation(const Workstream& workstream, const Step* step,
                           const AcceptanceTest& test) {
  Invocation invocation = surroundings(workstream, step);
  if (!test.is_manual()) use_command(invocation, test.command);
  return invocation;
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
