// read_yaml never crashes, never hangs, and says something whenever it gives nothing.
#include <cstdlib>
#include <string>

#include "base/text.h"
#include "formats/document.h"
#include "formats/readers.h"

namespace {

void visit(const ws::Value& value, std::size_t size, std::size_t& count) {
  ++count;
  const ws::Place place = value.place();
  if (std::size_t{place.offset} + place.length > size) std::abort();
  if (value.is_string() && ws::first_invalid_utf8(value.as_string())) std::abort();
  for (const ws::Value item : value.items()) visit(item, size, count);
  for (const ws::Member& member : value.members()) {
    ++count;
    visit(member.value, size, count);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  ws::SourceSet sources;
  ws::Diagnostics diagnostics;
  const ws::SourceId source =
      sources.add("fuzz.yaml", std::string(reinterpret_cast<const char*>(data), size));
  const std::optional<ws::Document> document = ws::read_yaml(sources, source, {}, diagnostics);
  if (document.has_value() == diagnostics.has_errors()) std::abort();
  for (const ws::Diagnostic& item : diagnostics.items()) {
    if (item.place.is_known() && item.place.offset > size) std::abort();
  }
  (void)ws::render(diagnostics, sources, {});
  if (document) {
    std::size_t count = 0;
    visit(document->root(), size, count);
    if (count != document->node_count()) std::abort();
  }
  return 0;
}
