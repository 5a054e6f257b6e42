// substitute() never crashes, gives places inside the text, and leaves texts without our
// expressions alone.
#include <cstdlib>
#include <string>

#include "formats/substitution.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  ws::VariableLookup lookup;
  lookup.env = [](std::string_view name) -> std::optional<std::string> {
    if (name == "A") return "value";
    if (name == "B") return "${env.A}";
    if (name == "E") return "";
    return std::nullopt;
  };
  lookup.vars = {{"x", "1"}, {"name", "y"}};
  const std::optional<ws::Substitution> result = ws::substitute(text, lookup);
  const bool has_any =
      text.find("${env.") != std::string::npos || text.find("${vars.") != std::string::npos;
  if (result.has_value() != has_any) std::abort();
  if (!result) return 0;
  std::size_t last = 0;
  for (const ws::SubstitutionMistake& mistake : result->mistakes) {
    if (mistake.offset + mistake.length > size || mistake.offset < last) std::abort();
    last = mistake.offset;
  }
  return 0;
}
