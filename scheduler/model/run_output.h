// `outputs` of a workstream: named results of the run. A source is one value, which keeps its kind
// (`${steps.a.outputs.n}`, `steps.a.result`), or a text with values in it (`v${steps.a.result}`).
//
// Knows no run: report/run_outputs.cpp evaluates it, model/reference_rules.h checks it.
#pragma once

#include <string>
#include <string_view>

#include "base/source.h"

namespace ws {

struct RunOutput {
  std::string name;
  std::string source;
  Place place;
};

// Else it is a text with values in it.
[[nodiscard]] bool is_one_value(std::string_view source);

}  // namespace ws
