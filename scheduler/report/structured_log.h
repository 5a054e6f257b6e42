// Every event as one line of `key=value`, with time and level: for log collectors.
//
// time=… level=INFO msg=step_finished seq=7 step=ws/build state=succeeded. Values with blanks,
// quotes or '=' are quoted like JSON text. Knows no file: it is given a sink. Never fails.
#pragma once

#include <string>

#include "engine/roles.h"
#include "report/style.h"

namespace ws {

[[nodiscard]] std::string structured_line(const Event& event, const RunState& state);

class StructuredLog final : public Observer {
 public:
  explicit StructuredLog(TextSink sink);
  void observe(const Event& event, const RunState& state) override;

 private:
  TextSink sink_;
};

}  // namespace ws
