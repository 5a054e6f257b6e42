#include "report/event_stream.h"

#include <utility>

#include "report/event_json.h"

namespace ws {

EventStream::EventStream(TextSink sink) : sink_(std::move(sink)) {}

void EventStream::observe(const Event& event, const RunState& state) {
  sink_(compact(event_json(event, state)) + "\n");
}

}  // namespace ws
