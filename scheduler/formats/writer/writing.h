// What the writers of this folder share: where they say what they could not write, and the small
// values (durations, dependencies, commands, environments) every object has.
//
// The other way of formats/reading.h. Knows no object by name: step_writer.cpp, group_writer.cpp
// and workstream_writer.cpp do. Texts are written as they are; workstream_writer.cpp escapes
// `${env.…}` in all of them at the end.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/writer/native_value.h"
#include "model/workstream.h"

namespace ws {

// What has no native spelling: "step 'a': …", for people.
using Unwritten = std::vector<std::string>;

[[nodiscard]] NativeValue write_duration(Duration duration);
// Nothing when it is zero.
void put_duration(NativeObject& out, Key key, Duration duration);

[[nodiscard]] std::vector<std::string> names_of(const std::vector<Dependency>& dependencies);
void put_dependencies(NativeObject& out, const std::vector<Dependency>& dependencies);
// Of two values of one name the later, in the place of the first.
void put_pairs(NativeObject& out, Key key,
               const std::vector<std::pair<std::string, std::string>>& pairs);
void put_pools(NativeObject& out, const std::vector<std::pair<std::string, std::uint32_t>>& pools);
void put_scopes(NativeObject& out, const std::vector<ScopePattern>& scopes);
// Lists and objects as such; of a key that is there already the first.
void put_metadata(NativeObject& out, const std::vector<std::pair<std::string, std::string>>& pairs);
// `true` and `false` as booleans.
void put_condition(NativeObject& out, Key key, std::string_view condition);

// A list of words, or one line for the shell.
[[nodiscard]] NativeValue write_command(const Command& command);

// What it is when it is JSON; else a text.
[[nodiscard]] NativeValue write_json(std::string_view json);

}  // namespace ws
