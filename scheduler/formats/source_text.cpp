#include "formats/source_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "model/mistakes.h"

namespace ws {

namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";

// Text in UTF-16 or UTF-32: a byte-order mark, or a zero byte among the first four (no notation
// here can begin with one).
bool looks_like_utf16(std::string_view text) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) return true;
  const std::string_view head = text.substr(0, 4);
  const auto zeros = std::count(head.begin(), head.end(), '\0');
  return head.size() == 4 && (zeros == 2 || zeros == 3);
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

std::optional<SourceText> source_text(const SourceSet& sources, SourceId source,
                                      std::uint64_t max_bytes, Diagnostics& diagnostics) {
  const std::string_view all = sources.text(source);
  if (all.size() > max_bytes) {
    diagnostics.error(mistakes::limit_exceeded, {source, 0, 0},
                      fmt::format("the file has {} bytes; the limit is {}", all.size(), max_bytes),
                      "split it into several files in one directory");
    return std::nullopt;
  }
  if (looks_like_utf16(all)) {
    diagnostics.error(mistakes::not_utf8, {source, 0, 1}, "the file is not UTF-8, but UTF-16",
                      "save it as UTF-8 (iconv -f UTF-16 -t UTF-8 FILE)");
    return std::nullopt;
  }
  SourceText result{all, 0};
  if (all.starts_with(kUtf8Mark)) result = {all.substr(3), 3};
  if (is_blank(result.text)) {
    diagnostics.error(mistakes::empty_file, {source, result.start, 0}, "the file is empty",
                      "a workstream needs at least an id: {\"id\": \"ws-example\"}");
    return std::nullopt;
  }
  return result;
}

std::string without_mark(std::string text) {
  if (text.starts_with(kUtf8Mark)) text.erase(0, kUtf8Mark.size());
  return text;
}

bool is_utf8(const SourceSet& sources, SourceId source, Diagnostics& diagnostics) {
  const std::string_view all = sources.text(source);
  const std::optional<std::size_t> at = first_invalid_utf8(all);
  if (!at) return true;
  diagnostics.error(mistakes::not_utf8, {source, static_cast<std::uint32_t>(*at), 1},
                    fmt::format("the byte 0x{:02X} is not valid UTF-8",
                                static_cast<unsigned>(static_cast<unsigned char>(all[*at]))),
                    "save the file as UTF-8");
  return false;
}

}  // namespace ws
