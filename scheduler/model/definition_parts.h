// What a step does, in parts: one short hash for each part that is not empty. Resume compares them
// to tell a changed step from an unchanged one, and to say what changed.
//
// Counts the same as definition_hash(), and the values of the run's inputs that the step names; the
// items of a for_each do not count: each item is known by itself. Does not count: see definition.h.
// Stable across machines and versions. Called by cli/ (what the store keeps) and engine/resume.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/plan.h"

namespace ws {

// The value of an input as JSON text; empty: it has none.
using InputText = std::function<std::string(std::string_view name)>;

// "do:1f0c55aa env:…"; the same text for the same definition.
[[nodiscard]] std::string definition_parts(const Workstream& workstream, const Step& step,
                                           const InputText& input);
// Of a node: of its step; of a workstream's own tests those; empty for gates.
[[nodiscard]] std::string definition_parts(const Plan& plan, NodeId node, const InputText& input);

// What differs between two such texts, for people: "command", "environment", … Empty: nothing.
[[nodiscard]] std::vector<std::string> changed_parts(std::string_view before, std::string_view now);

// What an item of a for_each is known by: a hash of its JSON text, 16 hexadecimal digits.
[[nodiscard]] std::string item_key(std::string_view json);

}  // namespace ws
