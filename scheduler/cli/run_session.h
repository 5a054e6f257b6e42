// One run, wired: store, locks, logs, executor, engine, screen and signals around one event loop.
//
// Knows all parts and none of their work. The command line was parsed and the plan was made by
// cli/run.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/secrets.h"
#include "cli/event_outputs.h"
#include "cli/exit_code.h"
#include "cli/resumption.h"
#include "cli/run_screen.h"
#include "cli/settings.h"
#include "engine/run_values.h"
#include "model/plan.h"
#include "model/tool_profile.h"
#include "platform/keeper.h"
#include "report/views/views.h"
#include "store/layout.h"

namespace ws::cli {

struct SessionWish {
  Settings settings;
  StateLayout layout;
  std::string run_id;
  std::string home;                // workstream whose directory holds the run's result
  std::vector<std::string> files;  // that were read
  std::uint64_t seed = 0;
  bool is_dry = false;
  bool is_durable = false;
  bool is_recording_optional = false;  // a store that fails does not stop the run
  bool is_deterministic = false;       // no times of this machine in what it tells
  bool is_json = false;
  bool is_handing_on = false;                   // its outputs go to $WORKSTREAM_OUTPUT
  std::string view = std::string(kNativeView);  // the form of that JSON
  bool is_screen_on_err = false;                // stdout is for JSON or events
  VerdictWishes verdict;
  Progress progress = Progress::automatic;
  Style style;
  EventWish events;
  std::string notify_command;  // a shell line; empty: none
  InputValues inputs;
  ResumeFlags resume;
  InputValues shown_inputs;          // without secret values
  std::shared_ptr<Secrets> secrets;  // null: there are none
  std::size_t warnings = 0;          // for the line that says the files were checked
  Keeper* keeper = nullptr;          // borrowed; null in a dry run
};

[[nodiscard]] ExitCode run_session(Plan& plan, const ToolBook& tools, const SessionWish& wish);

}  // namespace ws::cli
