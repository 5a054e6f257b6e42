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
};

// With the commands that do it one by one. Empty: all workstreams of the plan were in one of those
// runs, or there are none.
[[nodiscard]] std::string not_together(const Plan& plan,
                                       const std::vector<RollbackUnderWay>& rollbacks);

// Steps that were edited, of workstreams whose file wants that to be refused; empty: none.
[[nodiscard]] std::string refused_edits(const Plan& plan, const Resume& resume);

}  // namespace ws::cli
