// JSON with comments: blanking keeps every byte's place, touches nothing but comments, and what is
// read afterwards is what was read with them.
#include <cstdlib>
#include <string>

#include "base/text.h"
#include "formats/document.h"
#include "formats/json_text.h"
#include "formats/loader.h"
#include "formats/readers.h"

namespace {

std::size_t nodes_of(const std::string& text) {
  ws::SourceSet sources;
  ws::Diagnostics diagnostics;
  const ws::SourceId source = sources.add("fuzz.jsonc", text);
  const auto document = ws::read_json(sources, source, {}, diagnostics);
  if (document.has_value() == diagnostics.has_errors()) std::abort();
  return document ? document->node_count() : 0;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::string plain = text;
  const bool had_any = ws::blank_json_comments(plain);
  if (plain.size() != text.size() || (!had_any && plain != text)) std::abort();
  for (std::size_t i = 0; i < size; ++i) {
    const bool is_blanked = plain[i] == ' ' && text[i] != '\n';
    if (plain[i] != text[i] && !is_blanked) std::abort();
  }
  std::string again = plain;
  (void)ws::blank_json_comments(again);
  if (again != plain) std::abort();
  // Bytes that are no text are refused in a comment, too.
  if (!ws::first_invalid_utf8(text) && nodes_of(text) != nodes_of(plain)) std::abort();

  ws::Workset workset;
  ws::Diagnostics diagnostics;
  const ws::LoadVerdict verdict = ws::load_text("fuzz.jsonc", text, {}, workset, diagnostics);
  if ((verdict == ws::LoadVerdict::loaded) == diagnostics.has_errors()) std::abort();
  return 0;
}
