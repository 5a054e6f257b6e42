// From text to Document: one function per notation family. Mistakes become diagnostics with places;
// limits protect against hostile input (depth, node count, alias explosion, scalar size).
//
// Knows no workstream keys. Never throws: exceptions of the libraries behind are caught in the .cpp
// that includes them.
#pragma once

#include <optional>
#include <string_view>

#include "base/diagnostic.h"
#include "formats/document.h"

namespace ws {

struct ReadLimits {
  std::size_t max_depth = 200;
  std::size_t max_nodes = 40'000'000;         // values and keys, aliases expanded
  std::size_t max_scalar_bytes = 16U << 20U;  // one string
};

struct JsonOptions {
  bool allow_comments = true;  // `//` and `/* */`; false for --strict-json
  ReadLimits limits;
};

// RFC 8259, with comments when allowed. A leading byte-order mark is skipped. Duplicate keys are
// errors.
[[nodiscard]] std::optional<Document> read_json(const SourceSet& sources, SourceId source,
                                                const JsonOptions& options,
                                                Diagnostics& diagnostics);

// YAML 1.2 core schema over yaml-cpp's event interface: only true/false are booleans, so `on:` and
// `yes` are text. One document per file. Duplicate keys, unknown tags and non-scalar keys are
// errors; merge keys (`<<`) are supported.
[[nodiscard]] std::optional<Document> read_yaml(const SourceSet& sources, SourceId source,
                                                const ReadLimits& limits, Diagnostics& diagnostics);

}  // namespace ws
