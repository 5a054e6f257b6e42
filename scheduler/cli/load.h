// Loading for every command: from what the person typed to a Plan, or to all the mistakes at once.
//
// Does not know what the command will do with it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/diagnostic.h"
#include "cli/inputs.h"
#include "formats/loader.h"
#include "model/lower.h"
#include "model/plan.h"
#include "model/workstream.h"

namespace ws::cli {

struct LoadFlags {
  InputWish wish;
  std::string format = "auto";
  std::map<std::string, std::string, std::less<>> vars;
  std::vector<std::string> assume_complete;
  std::vector<std::string> nested_options;  // of the runs that a run starts (cli/nested_runs.h)
  // Of such a run: the id its workstream goes by, and the file its relative paths begin at.
  std::string as;
  std::string beside;
  bool is_unlinked = false;  // calls and groups for each item stay as written; there is no plan
  bool is_strict = false;
  bool is_strict_json = false;
  bool is_strict_scope = false;
};

// Adds the positional inputs and every option above.
void add_load_flags(CLI::App& app, LoadFlags& flags);

// A workstream that others depend on and that is in no file read. `warning_for_files`: a file that
// was named alone may be right although its dependencies are elsewhere; in a directory they are
// missing.
enum class MissingWorkstreams { error, warning_for_files, warning };

struct Loaded {
  std::unique_ptr<Workset> workset;  // a stable address: the plan points into it
  std::optional<Plan> plan;          // empty when there were errors
  Diagnostics diagnostics;
  std::vector<std::string> targets;  // workstream ids asked for; empty: all
  std::size_t files = 0;             // read
};

[[nodiscard]] Loaded load(const LoadFlags& flags,
                          MissingWorkstreams missing = MissingWorkstreams::error);

// Of the workstreams in the plan, load order.
[[nodiscard]] std::vector<std::string> files_of(const Plan& plan);

// Prints all diagnostics to stderr (colour when it is a terminal). Nothing when there are none.
void print_diagnostics(const Loaded& loaded);

}  // namespace ws::cli
