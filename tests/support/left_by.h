// What a run left behind for the next one, made of its events as the store makes it of its rows
// (store/earlier_runs.cpp): for stories that go on with each other.
//
// Knows no database. Called by the resume stories and by the simulation.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/event.h"
#include "engine/resume.h"
#include "model/plan.h"

namespace ws::test {

// The definition of a node; of a fan-out's begin gate that of its items.
using PartsOf = std::function<std::string(const Plan&, NodeId)>;

// What the files say; there are no inputs.
[[nodiscard]] std::string written_parts(const Plan& plan, NodeId node);

// `plan`: a copy, which grows, as that run had it before it found any items. `parts`: of that time.
[[nodiscard]] EarlierRuns left_by(const std::vector<Event>& events, Plan plan,
                                  const PartsOf& parts = written_parts);
// The same for one more run of the same story, after those that are there.
void add_left_by(const std::vector<Event>& events, Plan plan, EarlierRuns& left,
                 const PartsOf& parts = written_parts);

// For a run of `plan` that goes on with it. The plan must outlive it.
[[nodiscard]] std::unique_ptr<Resume> resume_of(const Plan& plan, EarlierRuns left,
                                                ResumeWish wish = {},
                                                PartsOf parts = written_parts);

}  // namespace ws::test
