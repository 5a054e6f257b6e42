// YAML through yaml-cpp's events (0.7): never its Node, which keeps duplicate keys silently and
// needs ten times the memory. The events go straight into a DocumentBuilder.
#include <istream>
#include <limits>
#include <streambuf>

#include <fmt/format.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "formats/document_builder.h"
#include "formats/readers.h"
#include "formats/source_text.h"
#include "formats/yaml_handler.h"
#include "formats/yaml_mistake.h"
#include "formats/yaml_text.h"
#include "model/mistakes.h"

namespace ws {

namespace {

constexpr std::size_t kMostBracketsPerLine = 10000;

// A stream over text that is kept elsewhere: std::istringstream would copy it.
class TextBuffer : public std::streambuf {
 public:
  explicit TextBuffer(std::string_view text) {
    char* const begin = const_cast<char*>(text.data());  // never written: there is no put area
    setg(begin, begin, begin + text.size());
  }
};

// What must not reach yaml-cpp: it takes U+0004 for the end, and many brackets cost it much memory.
bool is_fit_for_parser(const SourceText& source, SourceId id, Diagnostics& diagnostics) {
  const auto place = [&](std::size_t offset) {
    return Place{id, source.start + static_cast<std::uint32_t>(offset), 1};
  };
  if (const auto at = first_yaml_control_character(source.text)) {
    diagnostics.error(
        mistakes::syntax, place(*at),
        fmt::format("the control character U+{:04X}", static_cast<unsigned>(source.text[*at])),
        "remove it, or write it as an escape in double quotes");
    return false;
  }
  if (const auto at = first_bracket_beyond(source.text, kMostBracketsPerLine)) {
    diagnostics.error(mistakes::limit_exceeded, place(*at),
                      fmt::format("more than {} open brackets on one line", kMostBracketsPerLine),
                      "a workstream needs a handful of levels: is a bracket never closed?");
    return false;
  }
  return true;
}

}  // namespace

std::optional<Document> read_yaml(const SourceSet& sources, SourceId source,
                                  const ReadLimits& limits, Diagnostics& diagnostics) {
  // yaml-cpp counts bytes in an int.
  const auto all =
      source_text(sources, source, std::numeric_limits<std::int32_t>::max(), diagnostics);
  if (!all || !is_utf8(sources, source, diagnostics)) return std::nullopt;
  if (!is_fit_for_parser(*all, source, diagnostics)) return std::nullopt;

  DocumentBuilder builder(sources, source, limits, diagnostics);
  YamlHandler handler(*all, source, builder, diagnostics);
  TextBuffer buffer(all->text);
  std::istream stream(&buffer);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(handler)) {
    }
  } catch (const YamlHandler::Stop&) {
    return std::nullopt;
  } catch (const YAML::DeepRecursion& e) {
    const auto at = static_cast<std::uint32_t>(std::max(e.mark.pos, 0));
    diagnostics.error(mistakes::limit_exceeded, {source, all->start + at, 1},
                      fmt::format("nested deeper than {} levels", e.depth()),
                      "a workstream needs a handful of levels: is a bracket never closed?");
    return std::nullopt;
  } catch (const YAML::Exception& e) {
    const auto at = static_cast<std::size_t>(std::max(e.mark.pos, 0));
    YamlMistake mistake =
        explain_yaml(all->text, {at, handler.last_offset(), handler.open_bracket()}, e.msg);
    diagnostics.error(mistakes::syntax,
                      {source, all->start + static_cast<std::uint32_t>(mistake.offset),
                       static_cast<std::uint32_t>(mistake.length)},
                      std::move(mistake.message), std::move(mistake.hint));
    return std::nullopt;
  }
  if (handler.is_empty()) {
    diagnostics.error(mistakes::empty_file, {source, all->start, 0},
                      "the file holds nothing but comments",
                      "a workstream needs at least an id: ws-example");
    return std::nullopt;
  }
  if (handler.has_errors()) return std::nullopt;
  return std::move(builder).finish();
}

}  // namespace ws
