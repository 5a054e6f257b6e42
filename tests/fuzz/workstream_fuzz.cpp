// load_text never crashes, never hangs, says something whenever it loads nothing, and every place
// is inside the text. The first byte chooses the notation.
#include <cstdlib>
#include <string>

#include "formats/loader.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  ws::Workset workset;
  ws::Diagnostics diagnostics;
  ws::LoadOptions options;
  options.env = [](std::string_view name) -> std::optional<std::string> {
    if (name == "HOME") return "/home";
    return std::nullopt;
  };
  options.vars = {{"v", "1"}};
  const char* const name = data[0] % 2 == 0 ? "fuzz.json" : "fuzz.yaml";
  const ws::LoadVerdict verdict =
      ws::load_text(name, std::string(reinterpret_cast<const char*>(data + 1), size - 1), options,
                    workset, diagnostics);
  if ((verdict == ws::LoadVerdict::loaded) == diagnostics.has_errors()) std::abort();
  if (verdict == ws::LoadVerdict::loaded && workset.workstreams.empty()) std::abort();
  if (workset.sources.size() != 1) std::abort();
  for (const ws::Diagnostic& item : diagnostics.items()) {
    if (item.place.is_known() && item.place.offset > size) std::abort();
  }
  (void)ws::render(diagnostics, workset.sources, {});
  return 0;
}
