// What every command needs of the console: the style that suits it, an error line, plain writing.
//
// Decides colour and Unicode from the terminal and the environment (NO_COLOR, TERM, locale); knows
// nothing of what is written.
#pragma once

#include <cstdio>
#include <string_view>

#include "cli/exit_code.h"
#include "report/style.h"

namespace ws::cli {

enum class Stream { out, err };

// Colour only on a terminal that wants it; ASCII when asked for, or when the locale is not UTF-8.
[[nodiscard]] Style style_for(Stream stream);

[[nodiscard]] bool is_terminal(Stream stream);

// All of it, or as much as the other end takes. 0, or the errno of what kept the rest from being
// written: EPIPE when nobody reads any more.
int try_write(Stream stream, std::string_view text);
// For what nobody needs to be there: a closed pipe or a full disk is no error.
void write(Stream stream, std::string_view text);

// What such an errno makes of a command: success for 0 and for a reader that went away (`| head`
// has what it wanted); else it is said, and the disk failed us.
[[nodiscard]] ExitCode code_of_writing(int failure);

// A command's answer on stdout.
[[nodiscard]] ExitCode answer(std::string_view text);

// The same for what may hold control characters: a terminal gets none of them, others get all.
[[nodiscard]] ExitCode answer_text(std::string_view text);

// "workstream: message" on stderr, on one line.
void complain(std::string_view message);

}  // namespace ws::cli
