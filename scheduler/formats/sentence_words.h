// The word lists behind sentence.h: programs, and the English that statements about them are made
// of.
//
// Only membership; all lower case but for a few programs. Knows no rule. Called by sentence.cpp.
#pragma once

#include <string_view>

namespace ws {

// pytest, make, grep, …: first words that are commands.
[[nodiscard]] bool is_program(std::string_view word);

// Their arguments are free text or names: a sentence among them proves nothing.
[[nodiscard]] bool takes_free_text(std::string_view program);

// sh, python3, node: programs whose first argument is the file they run.
[[nodiscard]] bool is_interpreter(std::string_view program);

// passes, exists, reports: what a program is said to do.
[[nodiscard]] bool is_predicate(std::string_view word);

// passes, works: predicates that need nothing behind them.
[[nodiscard]] bool is_intransitive(std::string_view word);

// clean, ready, updated: what something is said to be.
[[nodiscard]] bool is_state(std::string_view word);

// no, with, all, successfully: what follows a predicate in a sentence, not in a command.
[[nodiscard]] bool is_follower(std::string_view word);

// is, should, must, without: in no command line.
[[nodiscard]] bool is_linking_word(std::string_view word);

// sure, that, the: what makes a sentence of "make", "test" or "check".
[[nodiscard]] bool is_introduction(std::string_view word);

// a, of, and, each: words of grammar.
[[nodiscard]] bool is_grammar(std::string_view word);

// verify, ensure, manually, users: begin a sentence even with options behind them.
[[nodiscard]] bool is_never_program(std::string_view word);

}  // namespace ws
