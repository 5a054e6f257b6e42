// What keeps a run from going on with earlier ones as it was asked to: a rollback beside work that
// goes forward (nothing runs forward while something is undone), edits that the file refuses.
//
// Knows plans and the runs that are gone on with; decides nothing else. Called by cli/resumption.
// Pure; all texts are printable.
#pragma once

#include <string>
#include <vector>

#include "engine/resume.h"
#include "model/plan.h"
#include "store/rows.h"

namespace ws::cli {

struct RollbackUnderWay {
  RunRow run;
  std::vector<std::string> workstreams;  // that go on with it
  std::vector<std::string> completed;    // steps ("ws/step") that it had not undone yet
};

// For `completed`, from all steps of the run.
[[nodiscard]] std::vector<std::string> completed_of(const std::vector<StepRow>& steps);

struct RollbackWish {
  bool is_beginning_somewhere = false;  // --resume-from, or steps of `retry`
  bool is_forced = false;               // --force: what the files no longer have stays undone
};

// Why these rollbacks cannot go on, with the commands that help: nothing runs forward meanwhile,
// neither other workstreams nor what somebody picked, and nothing that is owed is forgotten. Empty:
// they can, or there are none.
[[nodiscard]] std::string not_undone(const Plan& plan,
                                     const std::vector<RollbackUnderWay>& rollbacks,
                                     const RollbackWish& wish);

// Steps that were edited, of workstreams whose file wants that to be refused; empty: none.
[[nodiscard]] std::string refused_edits(const Plan& plan, const Resume& resume);

}  // namespace ws::cli
