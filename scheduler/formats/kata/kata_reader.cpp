#include "formats/kata/kata_reader.h"

#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/kata/kata_lowering.h"
#include "formats/kata/kata_parser.h"
#include "formats/kata/kata_rules.h"
#include "formats/source_text.h"
#include "model/mistakes.h"

namespace ws {
namespace {

constexpr std::uint64_t kLargestFile = 16U << 20U;
constexpr const char* kBegin = "it begins with `kata NAME VERSION`, such as `kata data.load v1`";

// Katas of one file by name and version; the first counts.
bool is_second(const Kata& kata,
               std::map<std::pair<std::string_view, std::string_view>, Place>& known,
               Diagnostics& diagnostics) {
  if (!kata.name.is_given() || !kata.version.is_given()) return false;
  const auto [first, is_new] =
      known.emplace(std::pair{kata.name.text, kata.version.text}, kata.name.place);
  if (is_new) return false;
  diagnostics
      .error(mistakes::duplicate_id, kata.name.place,
             fmt::format("kata '{}' {} is there twice", kata.name.text, kata.version.text),
             "give one of them another name or version")
      .notes.push_back({first->second, "the first one is here"});
  return true;
}

// Of a kata with mistakes all that others need: its name, and that it has a result.
Workstream named(const Kata& kata) {
  Workstream out;
  out.id = kata.name.text;
  out.place = kata.name.place;
  out.version = kata.version.text;
  out.notation = "kata";
  out.takes_any_input = true;
  out.outputs.push_back({"result", "${workstream_id}", kata.name.place});
  return out;
}

}  // namespace

void read_kata(SourceId source, Workset& workset, Diagnostics& diagnostics) {
  const SourceSet& sources = workset.sources;
  if (trimmed(sources.text(source)).empty()) {
    diagnostics.error(mistakes::empty_file, {source, 0, 0}, "the file is empty", kBegin);
    return;
  }
  const auto text = source_text(sources, source, kLargestFile, diagnostics);
  if (!text || !is_utf8(sources, source, diagnostics)) return;
  const std::size_t errors_before = diagnostics.error_count();
  const std::vector<Kata> katas = parse_katas(text->text, {source, text->start, 0}, diagnostics);
  if (katas.empty() && diagnostics.error_count() == errors_before) {
    diagnostics.error(mistakes::empty_file, {source, text->start, 0}, "the file has no kata",
                      kBegin);
  }
  std::map<std::pair<std::string_view, std::string_view>, Place> known;
  for (const Kata& kata : katas) {
    const std::size_t mistakes_before = diagnostics.error_count();
    const KataGraph graph(kata);
    check_kata(kata, graph, diagnostics);
    const bool is_sound =
        diagnostics.error_count() == mistakes_before && diagnostics.error_count() == errors_before;
    if (is_second(kata, known, diagnostics) || !kata.name.is_given()) continue;
    Workstream workstream = is_sound ? lower_kata(kata, graph, diagnostics) : named(kata);
    workstream.file = sources.name(source);
    workset.workstreams.push_back(std::move(workstream));
  }
}

}  // namespace ws
