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
};

struct ScriptAction {
  std::string script;  // written to a file in the attempt's directory
  Command shell;       // what runs that file; empty = /bin/sh -e
};

struct ToolAction {
  std::string tool;                 // name of a profile
  Place place;                      // of the name
  std::vector<std::string> prompt;  // `tasks`: one line each
};

struct WaitAction {
  Duration duration{};  // wait.for; zero when not given
  std::string until;    // wait.until: a time
  std::string event;    // wait.event
};

using Action =
    std::variant<NoAction, ManualAction, CommandAction, ScriptAction, ToolAction, WaitAction>;

// One check after the command. Prose is kept as `manual` with the reason why it is not a command.
struct AcceptanceTest {
  Command command;            // empty argv when manual
  std::string text;           // as written (or its description)
  std::string manual_reason;  // non-empty: prose, never run
  Duration timeout{};         // zero: the step's
  Place place;

  [[nodiscard]] bool is_manual() const { return !manual_reason.empty(); }
};

using Environment =
    std::vector<std::pair<std::string, std::string>>;  // declaration order; later wins

}  // namespace ws
