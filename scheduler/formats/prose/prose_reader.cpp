#include "formats/prose/prose_reader.h"

#include "model/mistakes.h"

namespace ws {

void read_prose(SourceId source, Workset& /*workset*/, Diagnostics& diagnostics) {
  diagnostics.error(mistakes::unsupported_format, {source, 0, 0}, "prose files are not read",
                    "this notation is not supported yet");
}

}  // namespace ws
