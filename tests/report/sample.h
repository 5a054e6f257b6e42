// Plans and runs for the reports' tests: built by hand, run in virtual time, replayed into a
// report.
#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "engine/run_state.h"
#include "model/lower.h"
#include "model/plan.h"
#include "report/summary.h"
#include "support/story.h"

namespace ws::test {

// A workset with a plan made from it. Addresses stay.
class Sample {
 public:
  Workstream& workstream(const std::string& id);
  // Adds to the workstream added last; the command is `run <id>`.
  Step& step(const std::string& id, std::initializer_list<std::string> needs = {});

  Plan& plan(const LowerOptions& options = {});

  Workset workset;

 private:
  std::unique_ptr<Plan> plan_;
};

AcceptanceTest command_test(const std::string& line);
AcceptanceTest manual_test(const std::string& text);

// The three independent steps of the source document's example 02, each with one test.
void add_example(Sample& sample);
// Its transcript: 2m 52s, 2m 45s and 3m 01s.
void script_example(Story& story);

// fetch → build → unit (test fails) and lint; pack and ship wait for unit; docs stands alone and
// has a test for a person.
void add_troubled(Sample& sample);
void script_troubled(Story& story);

// For which each log ends with these lines.
[[nodiscard]] SummaryOptions logs_that_say(std::vector<std::string> lines);

// Folds the events one by one; `look` sees each with the state that holds it.
RunState replay(Plan& plan, const std::vector<Event>& events,
                const std::function<void(const Event&, const RunState&)>& look = {});
RunState replay(Plan& plan, const std::vector<Event>& events, Observer& observer);

[[nodiscard]] NodeId node_named(const Plan& plan, const std::string& display_name);

// 1 workstream of `count` steps in layers of 100, each step on the one above it.
void add_layers(Sample& sample, std::size_t count);

}  // namespace ws::test
