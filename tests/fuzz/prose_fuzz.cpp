// Prose programs: load_text never crashes, never hangs, says something whenever it loads nothing,
// every place is inside the text, and what it loads without an error makes a plan or says why not.
#include <cstdlib>
#include <string>

#include "formats/loader.h"
#include "model/bodies.h"
#include "model/calls.h"
#include "model/lower.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  ws::Workset workset;
  ws::Diagnostics diagnostics;
  const ws::LoadVerdict verdict =
      ws::load_text("fuzz.prose", std::string(reinterpret_cast<const char*>(data), size), {},
                    workset, diagnostics);
  if ((verdict == ws::LoadVerdict::loaded) == diagnostics.has_errors()) std::abort();
  if (verdict == ws::LoadVerdict::loaded && workset.workstreams.empty()) std::abort();
  for (const ws::Diagnostic& item : diagnostics.items()) {
    if (item.place.is_known() && item.place.offset > size) std::abort();
  }
  if (verdict == ws::LoadVerdict::loaded) {
    ws::take_out_bodies(workset);
    ws::link_calls(workset, {}, diagnostics);
    if (!diagnostics.has_errors() && !ws::lower(workset, {}, diagnostics) &&
        !diagnostics.has_errors())
      std::abort();
  }
  (void)ws::render(diagnostics, workset.sources, {});
  return 0;
}
