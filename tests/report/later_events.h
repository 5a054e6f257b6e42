// A run with everything in it that came after the first console report, as hand-made events: a
// retry, a breaker, a race, a fan-out, a pause, a rollback. No engine decides anything here.
#pragma once

#include <vector>

#include "sample.h"

namespace ws::test {

// flaky (3 tries), a race of fast and slow, a fan-out "each" of three items, one "found" at run
// time, undo (can be undone) and stuck (cannot).
void add_later(Sample& sample);
// One second from event to event.
[[nodiscard]] std::vector<Event> later_events(const Plan& plan);

[[nodiscard]] GroupId group_named(const Plan& plan, std::string_view name);

}  // namespace ws::test
