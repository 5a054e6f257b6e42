// The hash of what a step does: the store keeps it, and resume compares it to tell a changed step
// from an unchanged one.
//
// Counts: the action (command words, shell or not; script and its shell; tool name, prompt and the
// files it is given; wait; text of a manual step), the environment of workstream and step, stdin,
// working directory, success rule, acceptance tests, named outputs and the items of a fan-out.
// Does not count: id, place, description, tags, metadata, priority, dependencies and conditions
// (when a step runs, not what it does), timeouts, retries and failure policies (how long and how
// often it is tried), and what the tool profile of that name says. Stable across machines and
// versions.
#pragma once

#include <cstdint>

#include "model/workstream.h"

namespace ws {

[[nodiscard]] std::uint64_t definition_hash(const Workstream& workstream, const Step& step);

}  // namespace ws
