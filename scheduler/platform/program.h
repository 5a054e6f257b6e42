// Finds the program a command names, as execvp and the shell would (POSIX, Shell Command Language
// 2.9.1.4), but before anything is started, so that the error can say what was searched.
//
// Knows nothing of steps. Callers: executors/ for every attempt, cli/ for tool checks.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ws {

// `name` with a slash is a path, relative to `working_dir` (empty: the current directory); without
// one it is searched along `search_path`, a PATH value; when that is empty or unset,
// "/usr/local/bin:/usr/bin:/bin". The result can be given to execve after a chdir to working_dir.
// Errors: not found (says what was searched), is a directory, is not executable.
[[nodiscard]] Result<std::string> find_program(std::string_view name, std::string_view search_path,
                                               std::string_view working_dir = {});

// Why execve said `errnum` for a program that find_program found: a missing interpreter of a
// script, a program for another machine, an argument list that is too long.
[[nodiscard]] std::string explain_exec_failure(const std::string& program, int errnum);

// A text file without "#!": execve refuses it (ENOEXEC) and the shell runs it with /bin/sh.
[[nodiscard]] bool is_script_without_interpreter(const std::string& program);

}  // namespace ws
