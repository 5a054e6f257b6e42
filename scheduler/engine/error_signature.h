// The stable form of an error: what makes "the same error again" recognisable although numbers,
// paths, times and addresses in it changed (FEATURES.md F60).
//
// Reads text and judges nothing: engine/breaker.h counts what comes out. Not a hash against
// somebody who wants collisions. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ws {

// How many of the last lines that say something take part.
inline constexpr std::size_t kSignatureLines = 5;

// `why`: why the attempt failed ("exit 1"); `error_text`: the end of its output, any bytes. Never
// 0. Linear in the size of the text.
[[nodiscard]] std::uint64_t error_signature(std::string_view why, std::string_view error_text);

// What is compared of one line. Folded: numbers with their units (durations, dates and times too),
// hexadecimal addresses and digests, UUIDs, paths and addresses after "://", names that begin with
// tmp or temp or look like chance, escape sequences, blanks. Kept: words, error codes ("E0308"),
// and the number after exit, code, status, errno, signal or HTTP.
[[nodiscard]] std::string folded_line(std::string_view line);

}  // namespace ws
