// Every event as one line of JSON (NDJSON), as it happens.
//
// Knows no file: it is given a sink. Never fails and never waits. Called by the engine.
#pragma once

#include "engine/roles.h"
#include "report/style.h"

namespace ws {

class EventStream final : public Observer {
 public:
  explicit EventStream(TextSink sink);
  void observe(const Event& event, const RunState& state) override;

 private:
  TextSink sink_;
};

}  // namespace ws
