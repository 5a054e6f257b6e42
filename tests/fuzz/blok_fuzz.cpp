// A blok never crashes the reader, never hangs it, says something whenever nothing is loaded, and
// what was loaded has steps of different ids. The first byte chooses the notation; expressions by
// themselves are tried too.
#include <cstdlib>
#include <set>
#include <string>

#include "formats/blok/blok_expression.h"
#include "formats/blok/blok_reader.h"
#include "formats/readers.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
  (void)ws::parse_blok_expression(text);
  ws::SourceSet sources;
  ws::Diagnostics diagnostics;
  const ws::SourceId source = sources.add("fuzz", text);
  const auto document = data[0] % 2 == 0 ? ws::read_json(sources, source, {}, diagnostics)
                                         : ws::read_yaml(sources, source, {}, diagnostics);
  if (!document || document->is_empty() || !document->root().is_object()) return 0;
  const ws::Workstream out = ws::read_blok(document->root(), "fuzz", sources, diagnostics);
  if (out.id.empty() && !diagnostics.has_errors()) std::abort();
  std::set<std::string> ids;
  for (const ws::Step& step : out.steps) {
    if (!ids.insert(step.id).second) std::abort();
  }
  for (const ws::Group& group : out.groups) {
    if (!ids.insert(group.id).second) std::abort();
    if (group.members.empty() && !diagnostics.has_errors()) std::abort();
  }
  for (const ws::Diagnostic& item : diagnostics.items()) {
    if (item.place.is_known() && item.place.offset > size) std::abort();
  }
  (void)ws::render(diagnostics, sources, {});
  return 0;
}
