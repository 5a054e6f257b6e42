// A phase plan of any bytes: it never crashes, every mistake has a place inside the text, and what
// loads has steps with ids. The first byte chooses the notation and the form.
#include <cstdlib>
#include <string>

#include "formats/loader.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string rest(reinterpret_cast<const char*>(data + 1), size - 1);
  const bool is_json = data[0] % 2 == 0;
  const bool is_flat = data[0] % 4 < 2;
  const std::string json = is_flat ? "{\"id\":\"ws-f\",\"execution_steps\":[{\"id\":\"a\"}]," + rest
                                   : "{\"phase_identity\":{\"phase_id\":\"p\"}," + rest;
  const std::string yaml = is_flat ? "id: ws-f\nexecution_steps:\n  - id: a\n" + rest
                                   : "phase_identity:\n  phase_id: p\n" + rest;
  ws::Workset workset;
  ws::Diagnostics diagnostics;
  const std::string& text = is_json ? json : yaml;
  const ws::LoadVerdict verdict =
      ws::load_text(is_json ? "f.json" : "f.yaml", text, {}, workset, diagnostics);
  if ((verdict == ws::LoadVerdict::loaded) == diagnostics.has_errors()) std::abort();
  for (const ws::Diagnostic& item : diagnostics.items()) {
    if (item.place.is_known() && item.place.offset > text.size()) std::abort();
  }
  for (const ws::Workstream& workstream : workset.workstreams) {
    for (const ws::Step& step : workstream.steps) {
      if (step.id.empty() && verdict == ws::LoadVerdict::loaded) std::abort();
    }
  }
  (void)ws::render(diagnostics, workset.sources, {});
  return 0;
}
