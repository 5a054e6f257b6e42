#include "formats/kata/kata_reader.h"

#include "model/mistakes.h"

namespace ws {

void read_kata(SourceId source, Workset& /*workset*/, Diagnostics& diagnostics) {
  diagnostics.error(mistakes::unsupported_format, {source, 0, 0}, "kata files are not read",
                    "this notation is not supported yet");
}

}  // namespace ws
