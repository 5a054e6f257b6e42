// A file of tool profiles never crashes the reader; it either adds profiles with names or complains
// at a place inside of it, and then adds nothing. The first byte chooses the notation.
#include <cstdlib>
#include <string>

#include "formats/tool_profiles.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
  ws::SourceSet sources;
  ws::ToolBook book;
  ws::Diagnostics diagnostics;
  const char* const name = data[0] % 2 == 0 ? "fuzz.json" : "fuzz.yaml";
  const bool is_read = ws::read_tool_profiles(name, text, sources, book, diagnostics);
  if (is_read == diagnostics.has_errors() || (!is_read && !book.empty())) std::abort();
  for (const auto& [id, profile] : book) {
    if (id.empty() || profile.name != id) std::abort();
  }
  for (const ws::Diagnostic& item : diagnostics.items()) {
    if (item.place.is_known() && item.place.offset > size) std::abort();
  }
  (void)ws::render(diagnostics, sources, {});
  return 0;
}
