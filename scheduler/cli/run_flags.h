// The options of `workstream run`, and which of them contradict each other.
//
// Knows their names, defaults and help; not what they do. Filled from the command line and read by
// cli/run.cpp.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/determinism.h"
#include "cli/event_outputs.h"
#include "cli/exit_code.h"
#include "cli/input_values.h"
#include "cli/load.h"
#include "cli/refusals.h"
#include "cli/resumption.h"
#include "cli/settings.h"
#include "cli/tool_search.h"
#include "report/views/views.h"

namespace ws::cli {

struct RunFlags {
  LoadFlags load;
  LimitFlags limits;
  ToolFlags tools;
  RefusalWish refusal;
  VerdictWishes verdict;
  std::string run_id;
  std::string state_dir;
  std::string progress = "auto";
  EventWish events;
  std::string view = std::string(kNativeView);
  std::string notify_command;
  InputFlags inputs;
  ResumeFlags resume;
  std::vector<std::string> masked;  // names
  DeterminismFlags determinism;
  bool is_dry = false;
  bool is_durable = false;
  bool is_recording_optional = false;  // --no-checkpoint
  bool is_json = false;
  bool is_ascii = false;
  bool is_handing_on = false;
};

void add_run_flags(CLI::App& app, RunFlags& flags);

// Options that want what others leave out; empty: none.
[[nodiscard]] std::string contradiction(const RunFlags& flags);

}  // namespace ws::cli
