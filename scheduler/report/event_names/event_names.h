// The events of a run under another system's names: kata, go, blok, workstream (FORMATS.md 2.3,
// 4.3, 5.3, 6.3).
//
// A translator is given every event and answers the other system's, none, one or several. It knows
// no file and no envelope: report/event_stream.cpp numbers them and gives them their times. Adding
// a system is one file and one line in the table of event_names.cpp. Called by cli
// (`run --event-names`).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "report/event_names/group_story.h"
#include "report/json_text.h"

namespace ws {

// An event as another system tells it: its name, who tells it, and what.
struct NamedEvent {
  std::string type;
  std::string source;  // the group or workstream it belongs to; empty: the run
  Json data = Json::object();
};

class EventTranslator {
 public:
  virtual ~EventTranslator() = default;
  [[nodiscard]] virtual std::vector<NamedEvent> translate(const Event& event,
                                                          const RunState& state) = 0;
};

inline constexpr std::string_view kNativeNames = "native";

// "native", "kata", "go", "blok", "workstream".
[[nodiscard]] std::vector<std::string> event_name_systems();
// Null for "native", whose events are not translated, and for a name that is none.
[[nodiscard]] std::unique_ptr<EventTranslator> make_translator(std::string_view system);
// Its events stand in the envelope {Type, Timestamp, Source, Data}; others are one flat object.
[[nodiscard]] bool has_envelope(std::string_view system);

[[nodiscard]] std::unique_ptr<EventTranslator> make_kata_events();
[[nodiscard]] std::unique_ptr<EventTranslator> make_go_events();
[[nodiscard]] std::unique_ptr<EventTranslator> make_blok_events();
[[nodiscard]] std::unique_ptr<EventTranslator> make_workstream_events();

// The error of a member that failed, by the event that says so: the last line it wrote where an
// exit code is all that is known.
[[nodiscard]] std::string error_told_by(const Event& event, const RunState& state, NodeId member);

}  // namespace ws
