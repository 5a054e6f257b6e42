// read_json never crashes, and agrees with the strict scanner that only looks for mistakes.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/text.h"
#include "formats/document.h"
#include "formats/json_mistake.h"
#include "formats/json_text.h"
#include "formats/readers.h"
#include "model/mistakes.h"

namespace {

// Every value must be reachable and every place inside the source.
void visit(const ws::Value& value, std::size_t size, std::size_t& count) {
  ++count;
  const ws::Place place = value.place();
  if (std::size_t{place.offset} + place.length > size) std::abort();
  if (value.is_string() && value.as_string().size() > size) std::abort();
  for (const ws::Value item : value.items()) visit(item, size, count);
  for (const ws::Member& member : value.members()) {
    ++count;
    visit(member.value, size, count);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  ws::SourceSet sources;
  ws::Diagnostics diagnostics;
  const ws::SourceId source = sources.add("fuzz.json", text);
  const std::optional<ws::Document> document = ws::read_json(sources, source, {}, diagnostics);
  if (document.has_value() == diagnostics.has_errors()) std::abort();

  for (const ws::Diagnostic& item : diagnostics.items()) {
    if (item.place.is_known() && item.place.offset > size) std::abort();
    if (item.message == "this is not JSON") std::abort();  // the scanner found nothing
  }
  (void)ws::render(diagnostics, sources, {});

  const bool has_mark = text.starts_with("\xEF\xBB\xBF");
  std::string plain = text.substr(has_mark ? 3 : 0);
  (void)ws::blank_json_comments(plain);
  const bool is_json = !ws::first_invalid_utf8(text) && !ws::find_json_mistake(plain);
  if (document && !is_json) std::abort();
  if (document) {
    std::size_t count = 0;
    visit(document->root(), size, count);
    if (count != document->node_count()) std::abort();
  }
  return 0;
}
