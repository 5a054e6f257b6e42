#include "report/event_stream.h"

#include <utility>

#include "report/event_json.h"
#include "report/run_reading.h"

namespace ws {

EventStream::EventStream(TextSink sink, std::string_view names)
    : sink_(std::move(sink)),
      translator_(make_translator(names)),
      has_envelope_(has_envelope(names)) {}

void EventStream::observe(const Event& event, const RunState& state) {
  if (translator_ == nullptr) return sink_(compact(event_json(event, state)) + "\n");
  for (NamedEvent& told : translator_->translate(event, state))
    sink_(compact(named(event, std::move(told))) + "\n");
}

Json EventStream::named(const Event& event, NamedEvent told) {
  Json json{{"seq", ++sequence_}, {"at_ms", milliseconds_of(event.at)}};
  if (has_envelope_) {
    json["Type"] = std::move(told.type);
    json["Timestamp"] = iso_utc(event.wall);
    json["Source"] = std::move(told.source);
    json["Data"] = std::move(told.data);
    return json;
  }
  json["wall"] = iso_utc(event.wall);
  json["type"] = std::move(told.type);
  for (auto& [key, value] : told.data.items()) json[key] = std::move(value);
  return json;
}

}  // namespace ws
