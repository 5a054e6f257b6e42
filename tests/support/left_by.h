// What a run left behind for the next one, made of its events as the store makes it of its rows
// (store/earlier_runs.cpp): for stories that go on with each other.
//
// Knows mini()'s plans and no database. Called by the resume stories and by the simulation.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/event.h"
#include "engine/resume.h"
#include "model/plan.h"

namespace ws::test {

// `plan`: as that run had it, before it found any items.
[[nodiscard]] EarlierRuns left_by(const std::vector<Event>& events, Plan& plan);

// For a run of `plan` that goes on with it. The plan must outlive it.
[[nodiscard]] std::unique_ptr<Resume> resume_of(const Plan& plan, EarlierRuns left,
                                                ResumeWish wish = {});

}  // namespace ws::test
