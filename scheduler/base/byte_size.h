// Numbers of bytes as people write and read them: "64KiB", "10M", "1.5 GB" in; "1.5 GiB" out.
//
// Knows no files and no limits. Called by cli/ for options and for what a command has freed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ws {

// A number with a unit behind it, a space between them or none: B, K, M, G or T (also KiB, MiB, …)
// are powers of 1024; KB, MB, GB and TB of 1000, as disks are sold. Letters of either case; a
// number alone is bytes. nullopt for anything else, for parts of a byte and for more than 2^63.
[[nodiscard]] std::optional<std::uint64_t> parse_byte_size(std::string_view text);

// For people: "512 bytes", "1.5 GiB".
[[nodiscard]] std::string format_byte_size(std::uint64_t bytes);

}  // namespace ws
