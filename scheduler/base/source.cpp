#include "base/source.h"

#include <algorithm>

#include <fmt/format.h>

namespace ws {
namespace {

constexpr std::uint32_t kBlock = 256;  // bytes

// Code points that begin in the text.
std::uint32_t characters_in(std::string_view text) {
  return static_cast<std::uint32_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

}  // namespace

SourceId SourceSet::add(std::string name, std::string text) {
  const SourceId id(sources_.size());
  sources_.push_back(Source{std::move(name), std::move(text), {}, {}});
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

std::uint32_t SourceSet::characters_before(const Source& source, std::uint32_t offset) const {
  const std::string_view text = source.text;
  std::vector<std::uint32_t>& counts = source.characters_before_block;
  if (counts.empty()) {
    counts.push_back(0);
    for (std::size_t at = 0; at + kBlock <= text.size(); at += kBlock) {
      counts.push_back(counts.back() + characters_in(text.substr(at, kBlock)));
    }
  }
  const std::uint32_t block = offset / kBlock;
  return counts[block] + characters_in(text.substr(block * kBlock, offset % kBlock));
}

LineColumn SourceSet::line_column(Place place) const {
  const Source& source = sources_[place.source.index()];
  const auto& starts = line_starts(source);
  const auto offset = std::min(place.offset, static_cast<std::uint32_t>(source.text.size()));
  const auto after = std::upper_bound(starts.begin(), starts.end(), offset);
  const std::uint32_t start = *std::prev(after);
  const std::uint32_t before =
      offset - start <= kBlock
          ? characters_in(std::string_view(source.text).substr(start, offset - start))
          : characters_before(source, offset) - characters_before(source, start);
  return {static_cast<std::uint32_t>(after - starts.begin()), before + 1};
}

std::string_view SourceSet::line_text(Place place) const {
  const Source& source = sources_[place.source.index()];
  const auto& starts = line_starts(source);
  const auto offset = std::min(place.offset, static_cast<std::uint32_t>(source.text.size()));
  const auto after = std::upper_bound(starts.begin(), starts.end(), offset);
  const std::uint32_t start = *std::prev(after);
  std::size_t end = after == starts.end() ? source.text.size() : *after - 1;
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
