// Text without meaning: UTF-8, what may be shown on a screen, the nearest spelling, shell quoting.
//
// Knows nothing of workstreams and nothing of terminals beyond "a control character must not reach
// one".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ws {

// Byte offset of the first byte that is not UTF-8 (RFC 3629: no surrogates, no overlong forms), or
// nullopt.
[[nodiscard]] std::optional<std::size_t> first_invalid_utf8(std::string_view text);

// Safe to show: control characters become '·' (a tab a space), invalid bytes '\xNN', everything
// else stays. Escape sequences lose their power because ESC is a control character.
[[nodiscard]] std::string printable(std::string_view text);

// printable() of every line; the line ends stay.
[[nodiscard]] std::string printable_lines(std::string_view text);

// The same for a JSON text: what printable() would replace, and RFC 8259 lets stand raw in a string
// (DEL, the second control set, direction marks), becomes \uXXXX. The values stay what they are.
[[nodiscard]] std::string with_escaped_controls(std::string json);

// Columns a terminal gives to (printable) text: wide East Asian characters and emoji 2, combining
// marks 0.
[[nodiscard]] std::size_t display_width(std::string_view text);

// Cut to at most `columns`, ending in '…' when something was cut. Never splits a character.
[[nodiscard]] std::string truncate_to_width(std::string_view text, std::size_t columns);

// Cut to at most `bytes`, the '…' that ends it included, when it is longer. Never splits a
// character.
[[nodiscard]] std::string capped(std::string_view text, std::size_t bytes);
// What is kept of a line that a program wrote, where it says why something failed.
inline constexpr std::size_t kLongestError = 4096;

// Part of the name of an environment variable: upper case, '_' for all that is no letter or digit.
[[nodiscard]] std::string variable_part(std::string_view name);

// The candidate nearest to `word` by Damerau-Levenshtein distance (case folded, '-' equals '_'), or
// nullopt when even the nearest is too far to be a typing mistake (more than a third of the word,
// three slips, or every letter; one is always allowed), or the word is longer than anybody types.
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view word,
                                                      std::span<const std::string_view> candidates);

// Quoted so that a POSIX shell reads exactly this word; words without special characters stay as
// they are.
[[nodiscard]] std::string shell_quoted(std::string_view word);
[[nodiscard]] std::string shell_joined(std::span<const std::string> words);

// "1 error", "2 errors".
[[nodiscard]] std::string counted(std::size_t count, std::string_view noun);

// "a, b and c"; with a limit: "a, b, c and 7 more".
[[nodiscard]] std::string listed(std::span<const std::string> names, std::size_t limit = 10);

[[nodiscard]] std::string_view trimmed(std::string_view text);

// FNV-1a, 64 bits: stable across machines and versions, for definition hashes. Not for untrusted
// collision resistance.
[[nodiscard]] std::uint64_t stable_hash(std::string_view text,
                                        std::uint64_t seed = 14695981039346656037ULL);

// The last line that holds more than blanks, printable, cut behind 300 bytes; empty: none does.
[[nodiscard]] std::string last_line(std::string_view text);

}  // namespace ws
