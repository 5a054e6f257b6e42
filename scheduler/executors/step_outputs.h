// What a successful step hands on: its stdout, where it declared one, and what it wrote to
// $WORKSTREAM_OUTPUT.
//
// Does not judge the step and knows nothing of who reads the values. Used by local_attempt.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/event.h"
#include "executors/stdout_capture.h"
#include "model/workstream.h"

namespace ws {

// Of $WORKSTREAM_OUTPUT; a longer one fails the step.
inline constexpr std::size_t kLongestOutputFile = 256UL * 1024 * 1024;

[[nodiscard]] bool wants_stdout(const StepDetails& details);

struct OutputSources {
  std::string_view output_file;  // path of $WORKSTREAM_OUTPUT; there need not be one
  std::string_view directory;    // of the attempt, for values that go by file
  StdoutCapture* stdout_if_any = nullptr;
};

// Declared names first, in their order, then what else was written, in its order. A declared name
// that was not written has no value. The Error continues "its outputs cannot be used: ".
[[nodiscard]] Result<std::vector<NamedValue>> collect_outputs(const StepDetails& details,
                                                              const OutputSources& sources);

}  // namespace ws
