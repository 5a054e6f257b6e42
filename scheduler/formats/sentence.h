// Is an acceptance test a command, or a sentence for a person? The format allows both in one string
// (FEATURES.md F68), and a sentence given to a shell fails, or worse: `<number>` is a redirection.
//
// Pure: it looks at the words, never at PATH. It judges the first command of the line only (up to
// `|`, `;`, `&&` or `||` outside quotes), without `# comments` (but "issue #5" is none). The
// rules, in this order:
//   1. A placeholder such as <number> (no blank behind `<` nor before `>`, outside quotes): prose.
//   2. A line in backquotes, a bullet, or one that begins with a number ("80% coverage"): prose.
//   3. It begins with `!`, `[`, `(`, `{`, `$`, `~`, `NAME=`: a command. `if`, `for`, `while`,
//      `until` and `case` only with their `then`, `do` or `in`.
//   4. The first word names a program we know, or looks like one (a path, a script, PowerShell's
//      Verb-Noun). In doubt it is a command, for what is taken for prose silently does not run:
//      a. "make sure …" and `test` without an expression (no command whatever follows): prose;
//      b. echo, printf, and whatever has a shell operator or a redirection (`> out`; "> 80%"
//         compares) behind it: a command;
//      c. a path of a program, or an interpreter and its script (`sh check.sh …`): a command,
//      unless
//         a statement follows at once ("tests/test_x.py passes");
//      d. else a command, unless the rest reads as a statement ("pytest passes", "pytest tests must
//         pass", "ruff check . reports no errors") or, without any option or path, begins as a
//         sentence ("sort the list"). Programs that are given free text (grep, cat) are doubted
//         only for the word behind them.
//   5. The first word is a word of instruction or of English grammar (verify, ensure, all, no, the,
//      user) or begins with a capital: prose, unless an option follows (`check --all`) and nothing
//      reads as a statement.
//   6. An unknown program: a command when it stands alone or has options, paths, quotes, or at most
//      two plain words; prose when words of grammar follow or when it ends like a sentence.
// Whoever disagrees writes {"command": …} or a list of words, which are never judged.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ws {

// Why the text is prose: "it reads as a sentence ('passes with')". Nothing when it is a command.
[[nodiscard]] std::optional<std::string> why_prose(std::string_view text);

// "<number>", or empty.
[[nodiscard]] std::string_view placeholder_in(std::string_view text);

}  // namespace ws
