// The texts that were read, and places in them. A Place is 12 bytes so that a million steps can
// each carry one; line and column are computed only when somebody asks.
//
// Does not read files and does not know any notation: it is given a name to show and the text.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"

namespace ws {

struct SourceTag;
using SourceId = Id<SourceTag>;

// A byte range of one source. Length 0 is a point. An invalid source means "nowhere" (command line,
// defaults).
struct Place {
  SourceId source;
  std::uint32_t offset = 0;
  std::uint32_t length = 0;

  [[nodiscard]] bool is_known() const { return source.is_valid(); }
  friend bool operator==(const Place&, const Place&) = default;
};

struct LineColumn {
  std::uint32_t line = 0;    // 1-based
  std::uint32_t column = 0;  // 1-based, counted in code points
};

class SourceSet {
 public:
  // `name` is what messages show (usually the path as the user wrote it). The text is kept until
  // the set dies. Sources are limited to 4 GiB; the caller checks.
  SourceId add(std::string name, std::string text);

  [[nodiscard]] std::string_view name(SourceId id) const;
  [[nodiscard]] std::string_view text(SourceId id) const;
  [[nodiscard]] std::size_t size() const { return sources_.size(); }

  // Both require place.is_known().
  [[nodiscard]] LineColumn line_column(Place place) const;
  // The whole line that holds the start of the place, without its line ending.
  [[nodiscard]] std::string_view line_text(Place place) const;

  // "path:line:col", or "path" for a source without text, or "" for nowhere.
  [[nodiscard]] std::string describe(Place place) const;

 private:
  struct Source {
    std::string name;
    std::string text;
    // Filled on first use. For columns far into a line: a file may be one line of megabytes.
    mutable std::vector<std::uint32_t> line_starts;
    mutable std::vector<std::uint32_t> characters_before_block;
  };
  const std::vector<std::uint32_t>& line_starts(const Source& source) const;
  std::uint32_t characters_before(const Source& source, std::uint32_t offset) const;

  std::deque<Source> sources_;  // addresses stay: views into the texts are handed out
};

}  // namespace ws
