// What an executor starts: argv, environment, stdin, working directory and the rule of success,
// fully expanded but for the paths that exist only at run time (the attempt's own directory).
//
// The templates (model/text_template.h) of everything a step says are filled on the way; a text
// without any costs a look. In a shell line and in the script of a shell, values are quoted; in the
// script of any other program they are put as they are. What a tool's profile says is no template.
// Pure: step + profile + values in, value out. Does not look at PATH or the file system.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/expression.h"
#include "model/tool_profile.h"
#include "model/workstream.h"

namespace ws {

struct Invocation {
  std::vector<std::string> argv;  // argv[0] is looked up in PATH unless it holds a slash
  // Indexes into argv of the words where {prompt_file}, {script} and {workdir} stand for paths of
  // the attempt. In all other words they are text: a prompt may speak of them.
  std::vector<std::uint32_t> path_words;
  bool through_shell = false;             // argv has one element, a line for /bin/sh -c
  Environment env;                        // overlay on the scheduler's own environment
  std::string working_dir;                // empty: where the run was started
  std::string stdin_file;                 // path; empty: none
  std::optional<std::string> stdin_text;  // neither: /dev/null
  std::string prompt;  // written to <attempt dir>/prompt when argv holds {prompt_file}
  std::string script;  // written to <attempt dir>/script; its path replaces {script}
  SuccessRule success;

  [[nodiscard]] bool is_nothing() const { return argv.empty(); }  // succeeds without a process
};

// The paths that exist only once an attempt does.
struct AttemptPaths {
  std::string prompt_file;
  std::string script;
  std::string working_dir;
};

// argv with the attempt's paths in the words that want them.
[[nodiscard]] std::vector<std::string> argv_with_paths(const Invocation& invocation,
                                                       const AttemptPaths& paths);

// The command of a step. `book` resolves `tool:`; an Error: an unknown tool (cli refuses it before
// any run), or a reference without a value ("steps.a.result has no value: …").
[[nodiscard]] Result<Invocation> step_invocation(const Workstream& workstream, const Step& step,
                                                 const ToolBook& book, const LookUp& look_up);

// An acceptance test of a step, or of the workstream itself when `step` is null. Nothing when it is
// manual. An Error: a reference without a value.
[[nodiscard]] Result<Invocation> test_invocation(const Workstream& workstream, const Step* step,
                                                 const AcceptanceTest& test, const LookUp& look_up);

// What undoes a step, or the workstream when `step` is null. A tool is looked up as
// `compensate:<name>` first. Each parameter is the variable PARAM_<NAME> (upper case, every other
// character than a letter or digit a '_'), and all of them are a JSON object on stdin, unless the
// profile says what stands there. A parameter that is one reference keeps its type in the JSON.
[[nodiscard]] Result<Invocation> compensation_invocation(const Workstream& workstream,
                                                         const Step* step,
                                                         const Compensation& compensation,
                                                         const ToolBook& book,
                                                         const LookUp& look_up);

// The name of a parameter's variable: "file-name" is PARAM_FILE_NAME.
[[nodiscard]] std::string parameter_variable(std::string_view name);

// The step's own rule on top of its tool's: patterns of both count, exit codes of the step replace
// the tool's.
[[nodiscard]] SuccessRule merged(const SuccessRule& tool, const SuccessRule& step);

// Whether what runs a script is a shell (empty: /bin/sh), so that values in the script are quoted.
[[nodiscard]] bool is_shell(const Command& interpreter);

// The prompt a tool gets: the tasks, one line each.
[[nodiscard]] std::string prompt_of(const ToolAction& action);

}  // namespace ws
