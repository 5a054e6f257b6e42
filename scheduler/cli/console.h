// What every command needs of the console: the style that suits it, an error line, plain writing.
//
// Decides colour and Unicode from the terminal and the environment (NO_COLOR, TERM, locale); knows
// nothing of what is written.
#pragma once

#include <cstdio>
#include <string_view>

#include "report/style.h"

namespace ws::cli {

enum class Stream { out, err };

// Colour only on a terminal that wants it; ASCII when asked for, or when the locale is not UTF-8.
[[nodiscard]] Style style_for(Stream stream);

[[nodiscard]] bool is_terminal(Stream stream);

// All of it, or as much as the other end takes; a closed pipe is not an error.
void write(Stream stream, std::string_view text);

// "workstream: message" on stderr.
void complain(std::string_view message);

}  // namespace ws::cli
