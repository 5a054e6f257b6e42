// What a command says when it does not do what it was asked: one line on stderr and, with --json,
// the same as data on stdout, in the form in which `validate --json` tells of mistakes.
//
// Knows no command and no file: what is wrong in files has places (report/diagnostics_json.h).
// Called by every command that has --json, and by main for a command line that cannot be read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/exit_code.h"

namespace ws::cli {

// How a command answers.
enum class Form : std::uint8_t { text, json };
[[nodiscard]] constexpr Form form_of(bool is_json) { return is_json ? Form::json : Form::text; }

// {ok: false, errors: [{type, kind, message, …}], …}; `kind` follows the exit code: bad-option (2),
// refused (5), unexpected (all others).
[[nodiscard]] std::string failure_json(ExitCode code, std::string_view message);

// Says it, and returns `code`.
[[nodiscard]] ExitCode fail(Form form, ExitCode code, std::string_view message);
// The same, with the exit code that the error has for readers (code_of in cli/project_store.h).
[[nodiscard]] ExitCode fail(Form form, const Error& error);

}  // namespace ws::cli
