// What a step runs: a command line, a script, a tool with a prompt, a wait, or nothing.
//
// Knows nothing of processes: it is what the user wrote, after load-time substitution.
// model/invocation.h turns it into what an executor starts.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/duration.h"
#include "base/source.h"

namespace ws {

// Either argv (never touches a shell), or one line for `/bin/sh -c`.
struct Command {
  std::vector<std::string> argv;  // for a shell line: exactly one element, the line
  bool through_shell = false;

  // A list of words, taken as they are.
  [[nodiscard]] static Command from_argv(std::vector<std::string> words);
  // A string: executed directly when it has no shell syntax (base/shell_words.h), else through the
  // shell.
  [[nodiscard]] static Command from_line(std::string line);

  // As a person would type it, for logs and messages.
  [[nodiscard]] std::string text() const;
  friend bool operator==(const Command&, const Command&) = default;
};

struct NoAction {};  // succeeds at once: status `noop`

// Text for a person: never run by itself. The step ends `unverified`.
struct ManualAction {
  std::string text;
};

struct CommandAction {
  Command command;
  Place place = {};
};

struct ScriptAction {
  std::string script;  // written to a file in the attempt's directory
  Command shell;       // what runs that file; empty = /bin/sh -e
  Place place = {};
  // A run of this program of its own: the workstream that the script describes. The words of
  // `shell` are then how this program is called, and no part of what the step is.
  std::string called = {};
};

struct ToolAction {
  std::string tool;                 // name of a profile
  Place place;                      // of the name
  std::vector<std::string> prompt;  // `tasks`: one line each
  // Where no profile has that name: more general ones, the first that exists. `{name}` in their
  // words is what stands behind the first colon of `tool` ("skill:data.split": data.split).
  std::vector<std::string> general = {};
  Duration default_timeout{};  // where neither the step, nor the run, nor the profile has one
  // What {program} stands for, found before a run (cli/programs.h); empty: nobody looked.
  std::string program = {};

  [[nodiscard]] std::string_view name() const {  // {name}
    const std::size_t colon = tool.find(':');
    return colon == std::string::npos ? std::string_view(tool)
                                      : std::string_view(tool).substr(colon + 1);
  }
};

// Runs another workstream as a group in its place. link_calls() (model/calls.h) replaces every one
// of them before a plan is made.
struct CallAction {
  std::string workstream;  // id
  std::string version;     // empty: whichever is loaded
  Place place = {};
  // name → JSON text whose texts are templates
  std::vector<std::pair<std::string, std::string>> inputs = {};
  // What stands in when no workstream of that name is loaded; empty: it must be.
  std::vector<std::string> tools = {};
};

struct WaitAction {
  Duration duration{};  // wait.for; zero when not given
  std::string until;    // wait.until: a time
  std::string event;    // wait.event
  Place place = {};     // of the time or the event
};

using Action = std::variant<NoAction, ManualAction, CommandAction, ScriptAction, ToolAction,
                            WaitAction, CallAction>;

// A command that does nothing but fail, with `message` as its only output.
[[nodiscard]] Command failing_with(std::string message);

// What undoes a completed step (or a workstream: `compensation_actions`).
struct Compensation {
  Action action;                                                // a command, script or tool
  std::vector<std::pair<std::string, std::string>> parameters;  // templates; env PARAM_<NAME>
  Duration timeout{};                                           // of one attempt; zero: the step's
  std::uint32_t retries = 0;                                    // attempts after the first one
  bool enabled = true;
  std::string text;  // as written, for people
  Place place;
};

// One check after the command. Prose is kept as `manual` with the reason why it is not a command.
struct AcceptanceTest {
  Command command;            // empty argv when manual or an artifact
  std::string text;           // as written (or its description)
  std::string manual_reason;  // non-empty: prose, never run
  Duration timeout{};         // zero: the step's
  Place place;
  std::string artifact = {};  // non-empty: not a command, but a path or glob that must match a file
  bool is_blocking = true;    // false: a failure is reported and does not fail the step

  [[nodiscard]] bool is_manual() const { return !manual_reason.empty(); }
};

using Environment =
    std::vector<std::pair<std::string, std::string>>;  // declaration order; later wins

}  // namespace ws
