// What the readers of one workstream share: where texts and complaints go, and the small values
// (texts, durations, dependencies, environments) every object has.
//
// Knows no object by name: step_reader.cpp, group_reader.cpp, workstream_reader.cpp and
// plan_reader.cpp do. Does not check: SchemaCheck came first, and what is of the wrong type is
// passed over in silence here, so that the rest can still be checked across steps.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "formats/fields.h"
#include "model/workstream.h"

namespace ws {

struct Reading {
  const SourceSet& sources;
  Diagnostics& diagnostics;
  Workstream& workstream;
};

// Each gives the default when the field is absent (null) or not of the type.
[[nodiscard]] std::string read_text(const Field* field);
[[nodiscard]] std::string read_scalar(const Field* field, const SourceSet& sources);
[[nodiscard]] std::vector<std::string> read_texts(const Field* field);  // text or a list of it
[[nodiscard]] std::vector<std::string> read_words(const Field* field, const SourceSet& sources);
[[nodiscard]] Duration read_duration(const Field* field);
[[nodiscard]] std::uint32_t read_count(const Field* field, std::uint32_t otherwise);
[[nodiscard]] bool read_flag(const Field* field, bool otherwise);
[[nodiscard]] std::optional<std::int32_t> read_priority(const Field* field);
[[nodiscard]] Environment read_environment(const Field* field, const SourceSet& sources);
[[nodiscard]] std::vector<ScopePattern> read_scopes(const Field* field);
[[nodiscard]] std::vector<int> read_integers(const Field* field);

// depends_on and its other name, dependencies, together. `blocks` and `blocked_by` make no edge:
// one warning each.
[[nodiscard]] std::vector<Dependency> read_dependencies(const Fields& fields, Reading& reading);

// Names with their places: provides and consumes.
[[nodiscard]] std::vector<Dependency> read_names(const Field* field);

// `when`, or its other name: text, true or false as an expression.
struct Condition {
  std::string text;  // empty: none
  Place place;
};
[[nodiscard]] Condition read_condition(const Fields& fields, const SourceSet& sources);

// An id, with the place of its text; empty when it is missing or no text.
[[nodiscard]] std::string read_id(const Field* field);
[[nodiscard]] Place place_of(const Field* field, Place otherwise);

// Who owns a key: "step 'build'".
struct Owner {
  std::string_view kind;
  std::string_view id;
};

// Records every field whose behaviour a later version brings and that asks for something.
void note_deferred(const Fields& fields, Owner owner, Reading& reading);

}  // namespace ws
