#include "report/diagnostics_json.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "report/json_text.h"

namespace ws {
namespace {

void add_place(Json& item, const SourceSet& sources, Place place) {
  item["file"] = nullptr;
  item["line"] = nullptr;
  item["column"] = nullptr;
  const Json at = place_json(sources, place);
  if (!at.is_null()) item.update(at);
}

Json item_json(const Diagnostic& diagnostic, const SourceSet& sources) {
  Json item{{"type", std::string(diagnostic.kind->category)},
            {"kind", std::string(diagnostic.kind->name)}};
  add_place(item, sources, diagnostic.place);
  item["id"] = diagnostic.subject.empty() ? Json() : Json(diagnostic.subject);
  item["message"] = diagnostic.message;
  item["hint"] = diagnostic.hint.empty() ? Json() : Json(diagnostic.hint);
  item["details"] = Json::array();
  for (const DiagnosticNote& note : diagnostic.notes) {
    Json detail{{"message", note.message}};
    add_place(detail, sources, note.place);
    item["details"].push_back(std::move(detail));
  }
  return item;
}

}  // namespace

std::string diagnostics_json(const Diagnostics& diagnostics, const SourceSet& sources,
                             std::size_t bundles_checked) {
  std::vector<const Diagnostic*> ordered;
  ordered.reserve(diagnostics.items().size());
  for (const Diagnostic& item : diagnostics.items()) ordered.push_back(&item);
  std::stable_sort(ordered.begin(), ordered.end(), [](const Diagnostic* a, const Diagnostic* b) {
    return std::tuple(a->place.source, a->place.offset) <
           std::tuple(b->place.source, b->place.offset);
  });
  Json result{{"ok", !diagnostics.has_errors()},
              {"bundles_checked", bundles_checked},
              {"errors", Json::array()},
              {"warnings", Json::array()}};
  for (const Diagnostic* item : ordered) {
    const bool is_error = item->severity == Severity::error;
    result[is_error ? "errors" : "warnings"].push_back(item_json(*item, sources));
  }
  return pretty(result);
}

}  // namespace ws
