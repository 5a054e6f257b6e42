// What the readers of a phase plan share: its sections by path, values of the type that is wanted
// (anything else is a mistake with its place), commands and patterns.
//
// Knows no section by name: phase_plan_reader.cpp, phase_step_reader.cpp and phase_check_reader.cpp
// do.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "formats/document.h"
#include "model/workstream.h"

namespace ws {

struct PhaseReading {
  const SourceSet& sources;
  Diagnostics& diagnostics;
  Workstream& workstream;
  std::string phase_id = {};  // of the phase, which may be another than the workstream's
  std::string phase_type = {};
  bool is_descriptive = false;  // written for people: nothing of it is run
};

// The value at a path of keys; nothing when it is absent or null.
[[nodiscard]] std::optional<Value> find_path(Value root,
                                             std::initializer_list<std::string_view> path);

// Text of a scalar; "" when absent. A list or an object is a mistake.
[[nodiscard]] std::string phase_text(Value object, std::string_view key, PhaseReading& reading);
// A text or a list of texts; elements of other kinds are mistakes.
[[nodiscard]] std::vector<std::string> phase_texts(Value object, std::string_view key,
                                                   PhaseReading& reading);
[[nodiscard]] bool phase_flag(Value object, std::string_view key, bool otherwise,
                              PhaseReading& reading);
// A whole number in the range; anything else is a mistake and gives nothing.
struct CountRange {
  std::int64_t least = 0;
  std::int64_t most = 1'000'000;
};
[[nodiscard]] std::optional<std::uint32_t> phase_count(Value object, std::string_view key,
                                                       CountRange range, PhaseReading& reading);
// Zero when absent.
[[nodiscard]] Duration phase_seconds(Value object, std::string_view key, PhaseReading& reading);

// The elements of a list, or of the list under `inner` of an object. Anything else is a mistake.
[[nodiscard]] std::vector<Value> phase_list(Value root, std::string_view key,
                                            std::string_view inner, PhaseReading& reading);

// `${phase_id}` and `${workstream_id}` (also behind `phase_identity.`) with their values.
[[nodiscard]] std::string filled(std::string text, const PhaseReading& reading);

// Why a line is a sentence for a person (formats/sentence.h); PowerShell is none.
[[nodiscard]] std::optional<std::string> why_no_command(const std::string& line);
// As a shell would run it; a line of PowerShell by pwsh.
[[nodiscard]] Command phase_command(const std::string& line);
// {tool_id, args} of a check: PowerShell's lines by pwsh, any other tool's as they are. Nothing
// when there is no line.
[[nodiscard]] std::optional<Command> tool_line(Value command, PhaseReading& reading);

void wrong_type(Value value, std::string_view key, std::string_view wanted, PhaseReading& reading);

}  // namespace ws
