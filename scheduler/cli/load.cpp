#include "cli/load.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/console.h"
#include "cli/nested_runs.h"
#include "cli/options.h"
#include "formats/phase_plan/phase_plan_reader.h"
#include "formats/text_rules.h"
#include "model/bodies.h"
#include "model/calls.h"
#include "model/mistakes.h"
#include "platform/files.h"
#include "platform/machine.h"

namespace ws::cli {
namespace {

// What one file brought, before it is known whether it is needed.
struct FileLoad {
  InputFile file;
  LoadVerdict verdict = LoadVerdict::loaded;
  Diagnostics diagnostics;
};

Format format_of(const std::string& text) {
  if (text == "json") return Format::json;
  if (text == "yaml") return Format::yaml;
  if (text == "kata") return Format::kata;
  return text == "prose" ? Format::prose : Format::automatic;
}

LoadOptions load_options(const LoadFlags& flags) {
  LoadOptions options;
  options.env = [](std::string_view name) { return environment_value(std::string(name).c_str()); };
  options.vars = flags.vars;
  options.format = format_of(flags.format);
  options.strict_json = flags.is_strict_json;
  return options;
}

void copy_all(const Diagnostics& from, Diagnostics& to) {
  for (const Diagnostic& item : from.items()) to.add(item);
}

void read_files(const std::vector<InputFile>& files, const LoadOptions& options, Workset& workset,
                std::vector<FileLoad>& loads) {
  for (const InputFile& file : files) {
    FileLoad& load = loads.emplace_back();
    load.file = file;
    auto text = read_file(file.path);
    if (text.has_error()) {
      load.verdict = LoadVerdict::has_errors;
      load.diagnostics.error(mistakes::unreadable_file, {}, text.error().message);
      continue;
    }
    load.verdict = load_text(file.path, std::move(*text), options, workset, load.diagnostics);
  }
}

bool is_loaded(const Workset& workset, const std::string& id) {
  return std::any_of(workset.workstreams.begin(), workset.workstreams.end(),
                     [&](const Workstream& workstream) { return workstream.id == id; });
}

// What is called and not loaded may be in a file of the same notation beside the caller's.
void read_siblings(InputSet& inputs, const LoadOptions& options, Workset& workset,
                   std::vector<FileLoad>& loads) {
  std::set<std::string> looked_in;
  for (;;) {
    std::vector<InputFile> siblings;
    for (const MissingCall& call : missing_calls(workset)) {
      if (!looked_in.insert(call.file).second) continue;
      for (const std::string& path : siblings_of(call.file)) {
        const bool is_known = std::any_of(inputs.files.begin(), inputs.files.end(),
                                          [&](const InputFile& f) { return f.path == path; });
        if (is_known) continue;
        siblings.push_back({path, false, true});
        inputs.files.push_back(siblings.back());
      }
    }
    if (siblings.empty()) return;
    read_files(siblings, options, workset, loads);
  }
}

// `NAME@VERSION` among the ids asked for: the others of that name are left out.
void pick_versions(std::vector<std::string>& ids, Workset& workset) {
  for (std::string& id : ids) {
    const std::size_t mark = id.rfind('@');
    if (mark == std::string::npos || is_loaded(workset, id)) continue;
    const std::string name = id.substr(0, mark);
    const std::string version = id.substr(mark + 1);
    const auto is_wanted = [&](const Workstream& workstream) {
      return workstream.id == name && workstream.version == version;
    };
    if (std::none_of(workset.workstreams.begin(), workset.workstreams.end(), is_wanted)) continue;
    std::erase_if(workset.workstreams, [&](const Workstream& workstream) {
      return workstream.id == name && !is_wanted(workstream);
    });
    id = name;
  }
}

// The ids asked for and, through depends_on and calls, all they need; empty when one of them is not
// loaded.
std::set<std::string> closure(const Workset& workset, const std::vector<std::string>& ids) {
  std::multimap<std::string_view, const Workstream*> by_id;
  for (const Workstream& workstream : workset.workstreams)
    by_id.emplace(workstream.id, &workstream);
  std::set<std::string> reached;
  std::vector<std::string> open = ids;
  while (!open.empty()) {
    const std::string id = std::move(open.back());
    open.pop_back();
    if (!reached.insert(id).second) continue;
    const auto [first, last] = by_id.equal_range(id);
    if (first == last) return {};
    for (auto it = first; it != last; ++it) {
      for (const Dependency& dependency : it->second->depends_on) open.push_back(dependency.name);
      for (const Step& step : it->second->steps) {
        const auto* call = std::get_if<CallAction>(&step.action);
        if (call != nullptr && by_id.contains(call->workstream)) open.push_back(call->workstream);
      }
    }
  }
  return reached;
}

// Nothing is left out when everything is wanted, or when a target is missing.
void keep_needed(Workset& workset, const std::vector<std::string>& targets) {
  const std::set<std::string> needed = closure(workset, targets);
  if (needed.empty()) return;
  std::erase_if(workset.workstreams,
                [&](const Workstream& workstream) { return !needed.contains(workstream.id); });
}

void report_unknown_ids(const Workset& workset, const InputSet& inputs, Diagnostics& diagnostics) {
  std::vector<std::string_view> known;
  for (const Workstream& workstream : workset.workstreams) known.push_back(workstream.id);
  for (const std::string& id : inputs.ids) {
    if (is_loaded(workset, id)) continue;
    const auto near = nearest(id, known);
    diagnostics.error(
        mistakes::missing_workstream, {},
        fmt::format("no workstream '{}' in the {} read", id, counted(inputs.files.size(), "file")),
        near ? fmt::format("did you mean '{}'?", *near)
             : "`workstream validate DIR` lists what a directory holds; --workstreams-dir DIR "
               "looks elsewhere");
  }
}

// Paths of the files that hold one of these workstreams.
std::set<std::string_view> files_with(const Workset& workset, const std::set<std::string>& ids) {
  std::set<std::string_view> files;
  for (const Workstream& workstream : workset.workstreams) {
    if (ids.contains(workstream.id)) files.insert(workstream.file);
  }
  return files;
}

// Files that are no workstream are left out of a directory with a warning, and are errors when they
// were named. Of files nobody needs for the workstreams asked for (`needed`; empty: everything),
// mistakes are told in one line.
void sort_out(std::vector<FileLoad>& loads, const Workset& workset,
              const std::set<std::string>& needed, Diagnostics& diagnostics) {
  const std::set<std::string_view> needed_files = files_with(workset, needed);
  std::vector<std::string> unneeded;
  for (FileLoad& load : loads) {
    const bool is_skippable = !load.file.is_named;
    const bool is_unneeded =
        is_skippable && !needed.empty() && !needed_files.contains(load.file.path);
    if (is_unneeded) {
      if (load.verdict == LoadVerdict::has_errors) unneeded.push_back(load.file.path);
    } else if (load.verdict == LoadVerdict::not_a_workstream && is_skippable) {
      for (Diagnostic item : load.diagnostics.items()) {
        item.severity = Severity::warning;
        diagnostics.add(std::move(item));
      }
    } else {
      copy_all(load.diagnostics, diagnostics);
    }
  }
  if (!unneeded.empty()) {
    diagnostics.warning(mistakes::unreadable_file, {},
                        fmt::format("{} with errors left out, not needed here: {}",
                                    counted(unneeded.size(), "file"), listed(unneeded, 5)),
                        "`workstream validate` shows their errors");
  }
}

void report_unused_vars(const LoadOptions& options, const Workset& workset,
                        Diagnostics& diagnostics) {
  for (const std::string& name : unused_vars(options, workset)) {
    diagnostics.error(mistakes::bad_option, {},
                      fmt::format("--var {}: no loaded workstream uses it", name),
                      "declare it under `vars:` or use ${vars." + name + "}");
  }
}

// A run that another run started goes by the name of its place there.
void stand_in(const LoadFlags& flags, Loaded& loaded) {
  // Its own length is the file system's to judge: it is made of two ids, of which each is short.
  constexpr std::size_t kMostChecked = 100;
  if (const auto bad = check_text(TextRule::plan_id, flags.as.substr(0, kMostChecked))) {
    loaded.diagnostics.error(mistakes::bad_option, {},
                             fmt::format("--as '{}' {}", printable(flags.as), bad->message),
                             bad->hint);
    return;
  }
  for (Workstream& workstream : loaded.workset->workstreams) {
    if (!flags.beside.empty()) workstream.file = flags.beside;
    if (workstream.id == loaded.targets.front()) workstream.id = flags.as;
  }
  loaded.targets.front() = flags.as;
}

bool has_library(const InputSet& inputs) {
  return std::any_of(inputs.files.begin(), inputs.files.end(),
                     [](const InputFile& file) { return file.is_library; });
}

// The ids that were asked for; else, with a library, what the named files hold: the library only
// lends what they depend on. Empty: everything.
std::vector<std::string> targets_of(const InputSet& inputs, const Workset& workset) {
  std::vector<std::string> targets = inputs.ids;
  if (!targets.empty() || !has_library(inputs)) return targets;
  for (const Workstream& workstream : workset.workstreams) {
    const auto file = std::find_if(inputs.files.begin(), inputs.files.end(),
                                   [&](const InputFile& f) { return f.path == workstream.file; });
    if (file != inputs.files.end() && !file->is_library) targets.push_back(workstream.id);
  }
  return targets;
}

void report_no_workstreams(Loaded& loaded) {
  loaded.diagnostics.error(
      mistakes::no_workstreams, {},
      fmt::format("none of the {} read is a workstream file", counted(loaded.files, "file")));
}

void make_plan(const LoadFlags& flags, const InputSet& inputs, MissingWorkstreams missing,
               Loaded& loaded) {
  LowerOptions options;
  for (const std::string& id : loaded.targets) {
    if (is_loaded(*loaded.workset, id)) options.targets.push_back(id);
  }
  options.assume_complete = flags.assume_complete;
  options.strict_scope = flags.is_strict_scope;
  const bool is_set = std::any_of(inputs.files.begin(), inputs.files.end(),
                                  [](const InputFile& file) { return !file.is_named; });
  options.allow_missing_workstreams = missing == MissingWorkstreams::warning ||
                                      (missing == MissingWorkstreams::warning_for_files && !is_set);
  loaded.plan = lower(*loaded.workset, options, loaded.diagnostics);
}

}  // namespace

void add_load_flags(CLI::App& app, LoadFlags& flags) {
  if (const auto directory = environment_value("PIPELINE_WORKSTREAM_DIR");
      directory && !directory->empty()) {
    flags.wish.directory = *directory;
  }
  app.add_option("inputs", flags.wish.inputs,
                 "Files, directories, globs or workstream ids; nothing: the workstreams directory")
      ->type_name("FILE|DIR|ID");
  app.add_option("--ws-id", flags.wish.ids,
                 "Only this workstream and what it depends on (repeatable)")
      ->type_name("ID")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  auto* directory =
      app.add_option("--workstreams-dir", flags.wish.directory,
                     "Where workstreams are looked up (environment: PIPELINE_WORKSTREAM_DIR)")
          ->type_name("DIR")
          ->capture_default_str();
  directory->each([&flags](const std::string&) { flags.wish.is_directory_explicit = true; });
  app.add_flag("-r,--recursive", flags.wish.is_recursive,
               "Look into the folders of directories too");
  app.add_option("--format", flags.format, "auto, json, yaml, kata or prose")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"auto", "json", "yaml", "kata", "prose"}))
      ->capture_default_str();
  add_pairs(app, "--var", flags.vars, "Value of ${vars.NAME} (repeatable)");
  app.add_option("--assume-complete", flags.assume_complete,
                 "A workstream, step or glob to treat as done (repeatable)")
      ->type_name("ID")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_flag("--strict", flags.is_strict, "Every warning is an error");
  app.add_flag("--strict-json", flags.is_strict_json, "Comments in JSON are errors");
  app.add_flag("--strict-scope", flags.is_strict_scope,
               "Overlapping file scopes are errors instead of running one after the other");
}

Loaded load(const LoadFlags& flags, MissingWorkstreams missing) {
  Loaded loaded;
  loaded.workset = std::make_unique<Workset>();
  InputSet inputs = find_inputs(flags.wish, loaded.diagnostics);
  const LoadOptions options = load_options(flags);
  std::vector<FileLoad> loads;
  read_files(inputs.files, options, *loaded.workset, loads);
  read_siblings(inputs, options, *loaded.workset, loads);
  pick_versions(inputs.ids, *loaded.workset);
  resolve_phase_ids(*loaded.workset);
  loaded.files = loads.size();
  loaded.targets = targets_of(inputs, *loaded.workset);
  // With a target nobody has, every mistake is worth telling: it may be in the file that was meant.
  sort_out(loads, *loaded.workset, closure(*loaded.workset, loaded.targets), loaded.diagnostics);
  report_unknown_ids(*loaded.workset, inputs, loaded.diagnostics);
  report_unused_vars(options, *loaded.workset, loaded.diagnostics);
  if (flags.is_unlinked) {
    keep_needed(*loaded.workset, loaded.targets);
    settle_calls(*loaded.workset);
    return loaded;
  }
  take_out_bodies(*loaded.workset);
  nest_calls(*loaded.workset, flags.nested_options);
  link_calls(*loaded.workset, inputs.ids, loaded.diagnostics);
  // What a target calls is inside of it now.
  std::erase_if(loaded.targets, [&](const std::string& id) {
    return !is_loaded(*loaded.workset, id) &&
           std::find(inputs.ids.begin(), inputs.ids.end(), id) == inputs.ids.end();
  });
  // Nobody asked for the rest of a library; two versions of something may be in it.
  if (has_library(inputs)) keep_needed(*loaded.workset, loaded.targets);

  if (!flags.as.empty() && inputs.ids.size() == 1) stand_in(flags, loaded);

  if (loaded.workset->workstreams.empty()) {
    if (!loaded.diagnostics.has_errors()) report_no_workstreams(loaded);
  } else {
    make_plan(flags, inputs, missing, loaded);
  }
  if (flags.is_strict) loaded.diagnostics.promote_warnings();
  if (loaded.diagnostics.has_errors()) loaded.plan.reset();
  return loaded;
}

std::vector<std::string> files_of(const Plan& plan) {
  std::vector<std::string> files;
  for (const std::uint32_t index : plan.workstreams()) {
    const std::string& file = plan.workset().workstreams[index].file;
    if (files.empty() || files.back() != file) files.push_back(file);
  }
  return files;
}

void print_diagnostics(const Loaded& loaded) {
  if (loaded.diagnostics.items().empty()) return;
  RenderOptions options;
  options.colour = style_for(Stream::err).colour;
  write(Stream::err, render(loaded.diagnostics, loaded.workset->sources, options));
}

}  // namespace ws::cli
