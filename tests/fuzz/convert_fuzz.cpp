// What loads can be written, what was written loads without errors, and written again it is the
// same text. The first byte chooses the notations.
#include <cstdlib>
#include <string>
#include <vector>

#include "formats/loader.h"
#include "formats/workstream_writer.h"

namespace {

std::string write(const ws::Workset& workset, ws::NativeNotation notation) {
  std::vector<const ws::Workstream*> all;
  for (const ws::Workstream& workstream : workset.workstreams) all.push_back(&workstream);
  return ws::write_workstreams(all, notation).text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  ws::Workset workset;
  ws::Diagnostics diagnostics;
  const char* const name = data[0] % 2 == 0 ? "fuzz.json" : "fuzz.yaml";
  const std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
  if (ws::load_text(name, text, {}, workset, diagnostics) != ws::LoadVerdict::loaded) return 0;
  const auto notation = data[0] % 4 < 2 ? ws::NativeNotation::yaml : ws::NativeNotation::json;
  const std::string first = write(workset, notation);
  ws::Workset again;
  ws::Diagnostics mistakes;
  if (ws::load_text("again", first, {}, again, mistakes) != ws::LoadVerdict::loaded) std::abort();
  if (write(again, notation) != first) std::abort();
  return 0;
}
