#include "report/event_names/event_names.h"

#include <array>
#include <variant>

#include "engine/run_values.h"

namespace ws {
namespace {

struct Entry {
  std::string_view name;
  std::unique_ptr<EventTranslator> (*make)();
  bool has_envelope = false;
};

constexpr std::array<Entry, 4> kSystems = {
    Entry{"kata", make_kata_events}, Entry{"go", make_go_events, true},
    Entry{"blok", make_blok_events}, Entry{"workstream", make_workstream_events}};

const Entry* find(std::string_view system) {
  for (const Entry& entry : kSystems) {
    if (entry.name == system) return &entry;
  }
  return nullptr;
}

}  // namespace

std::vector<std::string> event_name_systems() {
  std::vector<std::string> names = {std::string(kNativeNames)};
  for (const Entry& entry : kSystems) names.emplace_back(entry.name);
  return names;
}

std::unique_ptr<EventTranslator> make_translator(std::string_view system) {
  const Entry* entry = find(system);
  return entry == nullptr ? nullptr : entry->make();
}

bool has_envelope(std::string_view system) {
  const Entry* entry = find(system);
  return entry != nullptr && entry->has_envelope;
}

std::string error_told_by(const Event& event, const RunState& state, NodeId member) {
  // The state may be ahead: its group runs again, and nothing in it has failed any more.
  if (std::string text = failure_text(state, member); !text.empty()) return text;
  if (const auto* finished = std::get_if<StepFinished>(&event.fact);
      finished != nullptr && !finished->why.empty())
    return finished->why;
  if (const auto* decided = std::get_if<GroupDecided>(&event.fact);
      decided != nullptr && !decided->why.empty())
    return decided->why;
  return std::string(name(StepState::failed));
}

}  // namespace ws
