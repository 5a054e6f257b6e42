#include "base/source.h"

#include <algorithm>

#include <fmt/format.h>

namespace ws {

SourceId SourceSet::add(std::string name, std::string text) {
  const SourceId id(sources_.size());
  sources_.push_back(Source{std::move(name), std::move(text), {}});
  return id;
}

std::string_view SourceSet::name(SourceId id) const { return sources_[id.index()].name; }
std::string_view SourceSet::text(SourceId id) const { return sources_[id.index()].text; }

const std::vector<std::uint32_t>& SourceSet::line_starts(const Source& source) const {
  if (source.line_starts.empty()) {
    source.line_starts.push_back(0);
    for (std::size_t i = 0; i < source.text.size(); ++i) {
      if (source.text[i] == '\n') source.line_starts.push_back(static_cast<std::uint32_t>(i + 1));
    }
  }
  return source.line_starts;
}

LineColumn SourceSet::line_column(Place place) const {
  const Source& source = sources_[place.source.index()];
  const auto& starts = line_starts(source);
  const auto offset = std::min(place.offset, static_cast<std::uint32_t>(source.text.size()));
  const auto after = std::upper_bound(starts.begin(), starts.end(), offset);
  const std::uint32_t start = *std::prev(after);
  std::uint32_t column = 1;
  for (std::uint32_t i = start; i < offset; ++i) {
    const bool is_continuation = (static_cast<unsigned char>(source.text[i]) & 0xC0U) == 0x80U;
    if (!is_continuation) ++column;
  }
  return {static_cast<std::uint32_t>(after - starts.begin()), column};
}

std::string_view SourceSet::line_text(Place place) const {
  const Source& source = sources_[place.source.index()];
  const auto& starts = line_starts(source);
  const auto offset = std::min(place.offset, static_cast<std::uint32_t>(source.text.size()));
  const std::uint32_t start = *std::prev(std::upper_bound(starts.begin(), starts.end(), offset));
  std::size_t end = source.text.find('\n', start);
  if (end == std::string::npos) end = source.text.size();
  if (end > start && source.text[end - 1] == '\r') --end;
  return std::string_view(source.text).substr(start, end - start);
}

std::string SourceSet::describe(Place place) const {
  if (!place.is_known()) return "";
  if (text(place.source).empty()) return std::string(name(place.source));
  const LineColumn at = line_column(place);
  return fmt::format("{}:{}:{}", name(place.source), at.line, at.column);
}

}  // namespace ws
