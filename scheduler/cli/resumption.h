// Which earlier runs a run goes on with, and what it says about that: `--resume`, `--resume-from`,
// `--fresh-start`, `--force`, and what `retry` asks for.
//
// Decides which run is gone on with and which wishes cannot be met; what stands of it is engine's
// to say (engine/resume.h). Called by cli/run_session once the run's locks are held: nobody else
// can be at the same work then.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/result.h"
#include "engine/resume.h"
#include "engine/run_values.h"
#include "model/plan.h"
#include "report/style.h"
#include "store/layout.h"

namespace ws::cli {

// In the environment of the steps of a run that goes on with another: runs inside it may, too.
inline constexpr const char* kResumesVariable = "WORKSTREAM_RESUMES";

struct ResumeFlags {
  bool is_wished = false;            // --resume: also a run that came to its end
  bool is_fresh = false;             // --fresh-start: no earlier run counts
  bool is_any_place = false;         // of a run inside a run: the one around it says where
  bool is_forced = false;            // --force: edited steps stand too
  bool is_previous_assumed = false;  // --assume-previous-complete
  std::string from;                  // --resume-from: a step, a group or a phase
  std::string run;                   // of `retry`: this run and no other
  std::vector<std::string> again;    // of `retry`: steps that run again
  bool keeps_dependents = false;     // of `retry --step`
  bool retries_failures = false;     // of `retry --failed`
};

void add_resume_flags(CLI::App& app, ResumeFlags& flags);
// Wishes that exclude each other; empty: none.
[[nodiscard]] std::string contradiction(const ResumeFlags& flags);

struct Resumption {
  std::unique_ptr<Resume> resume;  // null: everything runs
  std::string lines;               // for the screen and the log; empty: nothing to say
};

// An Error whose os_error is kRefusedToResume: the wish cannot be met, nothing is wrong with the
// world.
inline constexpr int kRefusedToResume = -3;
[[nodiscard]] Result<Resumption> find_resumption(const StateLayout& layout, const Plan& plan,
                                                 const InputValues& inputs,
                                                 const ResumeFlags& flags, const Style& style);

// What --resume-from assumes: the names, for --assume-complete, of all steps before it that no
// earlier run has done.
[[nodiscard]] Result<std::vector<std::string>> previous_to_assume(const StateLayout& layout,
                                                                  const Plan& plan,
                                                                  const InputValues& inputs,
                                                                  const ResumeFlags& flags);

}  // namespace ws::cli
