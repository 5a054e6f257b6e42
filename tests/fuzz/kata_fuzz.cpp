// A kata file never crashes the reader, never hangs it, and either loads or is complained of at a
// place inside of it.
#include <cstdlib>
#include <string>

#include "formats/loader.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  ws::Workset workset;
  ws::Diagnostics diagnostics;
  const ws::LoadVerdict verdict =
      ws::load_text("fuzz.kata", std::string(reinterpret_cast<const char*>(data), size), {},
                    workset, diagnostics);
  if ((verdict == ws::LoadVerdict::loaded) == diagnostics.has_errors()) std::abort();
  if (verdict == ws::LoadVerdict::loaded && workset.workstreams.empty()) std::abort();
  for (const ws::Diagnostic& item : diagnostics.items()) {
    if (item.place.is_known() && item.place.offset + item.place.length > size) std::abort();
  }
  (void)ws::render(diagnostics, workset.sources, {});
  return 0;
}
