// Every event as one line of JSON (NDJSON), as it happens, under our names or another system's.
//
// Knows no file: it is given a sink. Never fails and never waits. Called by the engine.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "engine/roles.h"
#include "report/event_names/event_names.h"
#include "report/style.h"

namespace ws {

class EventStream final : public Observer {
 public:
  // `names`: whose names the events have (report/event_names/event_names.h).
  explicit EventStream(TextSink sink, std::string_view names = kNativeNames);
  void observe(const Event& event, const RunState& state) override;

 private:
  [[nodiscard]] Json named(const Event& event, NamedEvent told);

  TextSink sink_;
  std::unique_ptr<EventTranslator> translator_;  // null: our own names
  bool has_envelope_ = false;
  std::uint64_t sequence_ = 0;  // of translated events: one of ours may be none or several of them
};

}  // namespace ws
