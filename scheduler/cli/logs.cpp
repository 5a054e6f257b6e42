// `workstream logs`: the log of a run, or what one step wrote.
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/console.h"
#include "cli/failure.h"
#include "cli/options.h"
#include "cli/project_store.h"
#include "cli/subcommand.h"
#include "report/json_text.h"

namespace ws::cli {
namespace {

struct LogsOptions {
  std::string what;
  std::string step;
  std::optional<std::size_t> attempt;  // empty: the last
  std::optional<std::size_t> test;
  std::string state_dir;
  bool is_following = false;
  bool is_json = false;
};

// Where a chunk can be cut without splitting a character: before its last, unfinished one.
std::size_t whole_characters(std::string_view text) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(text.size(), 3); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if (byte >= 0xC0) return text.size() - back;
    if (byte < 0x80) break;
  }
  return text.size();
}

ExitCode cannot_read(const std::filesystem::path& path, int reason) {
  const std::string shown = printable(path.string());
  complain(reason == ENOENT || reason == ENOTDIR
               ? fmt::format("there is no log at '{}' any more", shown)
               : os_error(fmt::format("cannot read the log '{}'", shown), reason).message);
  return ExitCode::world_failed;
}

// Prints the file from `offset` on and moves it. On a terminal every line is made safe to show. An
// exit code when there is no going on: it cannot be read (which is said), or nobody reads us.
std::optional<ExitCode> print_from(const std::filesystem::path& path, std::uintmax_t& offset,
                                   bool is_safe_needed) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::string chunk(1U << 16U, '\0');
  while (in && in.seekg(static_cast<std::streamoff>(offset)) &&
         (in.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || in.gcount() > 0)) {
    std::string_view text(chunk.data(), static_cast<std::size_t>(in.gcount()));
    if (is_safe_needed && text.size() == chunk.size())
      text = text.substr(0, whole_characters(text));
    offset += text.size();
    const int failure = is_safe_needed ? try_write(Stream::out, printable_lines(text))
                                       : try_write(Stream::out, text);
    if (failure != 0) return code_of_writing(failure);
  }
  if (!in.is_open() || in.bad()) return cannot_read(path, errno);
  return std::nullopt;
}

ExitCode print_all(const std::filesystem::path& path, bool is_safe_needed) {
  std::uintmax_t offset = 0;
  return print_from(path, offset, is_safe_needed).value_or(ExitCode::success);
}

// Ends with what it follows, or with its reader.
ExitCode follow(const std::filesystem::path& path, bool is_safe_needed,
                const std::function<bool()>& is_over) {
  std::uintmax_t offset = 0;
  for (bool was_over = false;;) {
    std::error_code why;
    const std::uintmax_t size = std::filesystem::file_size(path, why);
    const bool is_missing = why == std::errc::no_such_file_or_directory;
    if (!is_missing) {  // a silent step makes no log: it may come yet
      if (!why && size < offset) offset = 0;
      if (const auto end = print_from(path, offset, is_safe_needed)) return *end;
    }
    if (was_over) return ExitCode::success;
    was_over = is_over();  // once more after the end: the last lines may have come in between
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

std::optional<AttemptRow> chosen(const std::vector<AttemptRow>& attempts,
                                 const LogsOptions& options) {
  std::optional<AttemptRow> best;
  for (const AttemptRow& row : attempts) {
    const bool is_attempt = !options.attempt || row.key.attempt == *options.attempt;
    const bool is_part = options.test ? row.key.part == *options.test : row.key.part == 0;
    if (is_attempt && is_part) best = row;  // ordered: the last one wins
  }
  // A step that has only tests is asked for by its name alone.
  if (!best && !options.test && !options.attempt && !attempts.empty()) best = attempts.back();
  return best;
}

Json json_of(const std::vector<AttemptRow>& attempts) {
  Json list = Json::array();
  for (const AttemptRow& row : attempts) {
    Json item;
    item["attempt"] = row.key.attempt;
    item["test"] = row.key.is_test() ? Json(row.key.part) : Json(nullptr);
    if (row.key.is_compensation())
      item["compensation"] = row.key.part - AttemptKey::kCompensation + 1;
    item["command"] = row.command;
    item["outcome"] = row.outcome ? Json(describe(*row.outcome)) : Json(nullptr);
    item["duration_ms"] = row.ended ? Json(milliseconds_of(row.duration)) : Json(nullptr);
    item["output_bytes"] = row.output_bytes;
    item["log"] = row.log.empty() ? Json(nullptr) : Json(row.log);
    list.push_back(std::move(item));
  }
  return list;
}

// "mx[0] … mx[7]": the steps that the items of `fan_out` made; empty when it has none.
std::string items_of(const std::string& fan_out, const std::vector<std::string>& names) {
  const auto is_item = [&](const std::string& name) {
    return name.starts_with(fan_out + "[") && name.ends_with("]");
  };
  const auto count = static_cast<std::size_t>(std::count_if(names.begin(), names.end(), is_item));
  if (count == 0) return {};
  if (count == 1) return printable(fan_out) + "[0]";
  const std::string_view between = count == 2 ? " or " : " … ";
  return fmt::format("{0}[0]{1}{0}[{2}]", printable(fan_out), between, count - 1);
}

// `workstream` is empty when the run was named by its id: then a name that several workstreams use
// is no answer.
Result<StepRow> find_step(FoundRun& found, const std::string& workstream, const std::string& step) {
  const auto steps = found.store.steps(found.run.number, workstream);
  if (steps.has_error()) return steps.error();
  std::vector<std::string> names;
  std::vector<std::string> matches;
  std::optional<StepRow> match;
  for (const StepRow& row : *steps) {
    const std::string own = row.step.empty() ? std::string(kind_name(row.kind)) : row.step;
    const std::string full = row.workstream + "/" + own;
    names.push_back(own);
    if (step == full) return row;
    if (step != own) continue;
    matches.push_back(full);
    match = row;
  }
  if (matches.size() == 1) return *match;
  if (matches.size() > 1) {
    return Error{fmt::format("several workstreams of the run have a step '{}': say {}",
                             printable(step), listed(matches)),
                 kPersonsMistake};
  }
  if (const std::string items = items_of(step, names); !items.empty()) {
    return Error{fmt::format("'{}' is a fan-out of run {}: say which item, {}", printable(step),
                             found.run.id, items),
                 kPersonsMistake};
  }
  const std::vector<std::string_view> views(names.begin(), names.end());
  const auto near = nearest(step, views);
  return Error{fmt::format("run {} has no step '{}'{}", found.run.id, printable(step),
                           near ? fmt::format("; did you mean '{}'?", *near) : ""),
               kPersonsMistake};
}

bool is_running(FoundRun& found) {
  const auto run = find_run(found.store, found.run.id);
  return run.has_value() && run->status == RunStatus::running;
}

// The store knows the log of an attempt that ended; until then, and after a crash, it lies where
// the run put it.
std::filesystem::path log_of(const AttemptRow& row, const StepRow& step, const RunRow& run,
                             const StateLayout& layout) {
  if (!row.log.empty()) return row.log;
  const auto directory =
      step.step.empty() ? layout.acceptance_dir(step.workstream, run.id, row.key.attempt)
                        : layout.attempt_dir(step.workstream, run.id, step.step, row.key.attempt);
  return directory /
         (row.key.part == 0 ? std::string("out.log") : fmt::format("test-{}.log", row.key.part));
}

// Why the log lacks a part of what was written; empty when it does not, or nobody knows.
std::string reason_if_short(FoundRun& found, const AttemptRow& row,
                            const std::filesystem::path& path) {
  std::error_code missing;
  const std::uintmax_t size = std::filesystem::file_size(path, missing);
  if (missing || size >= row.output_bytes) return {};
  const auto error = found.store.log_error(found.run.number, row.key);
  return error.has_value() ? printable(*error) : std::string();
}

ExitCode show_step(FoundRun& found, const LogsOptions& options, bool is_safe_needed) {
  const Form form = form_of(options.is_json);
  const auto& members = found.run.workstreams;
  const bool is_member = std::find(members.begin(), members.end(), options.what) != members.end();
  const auto step = find_step(found, is_member ? options.what : std::string(), options.step);
  if (step.has_error()) return fail(form, step.error());
  const NodeId node = step->node;
  const auto attempts = found.store.attempts(found.run.number, node);
  if (attempts.has_error()) return fail(form, attempts.error());
  if (options.is_json) return answer(pretty(json_of(*attempts)));
  const auto row = chosen(*attempts, options);
  if (!row) {
    complain(fmt::format("'{}' has no such {}{}", printable(options.step),
                         options.test ? "test" : "attempt",
                         attempts->empty() ? ": it has not run" : ""));
    return ExitCode::bad_input;
  }
  const auto path = log_of(*row, *step, found.run, StateLayout(options.state_dir));
  if (options.is_following && !row->outcome) {
    const auto number = found.run.number;
    return follow(path, is_safe_needed, [&] {
      const auto now = found.store.attempts(number, node);
      if (now.has_error() || !is_running(found)) return true;
      const auto latest = chosen(*now, options);
      return !latest || latest->outcome.has_value();
    });
  }
  std::error_code ignored;
  const std::filesystem::file_type type = std::filesystem::status(path, ignored).type();
  // What may not be looked at is there as far as anybody knows: reading it says why not.
  const bool may_be_there = type != std::filesystem::file_type::not_found &&
                            type != std::filesystem::file_type::directory;
  if (may_be_there || !row->log.empty()) {
    const ExitCode printed = print_all(path, is_safe_needed);
    if (const std::string error = reason_if_short(found, *row, path); !error.empty())
      complain(fmt::format("the log of '{}' is cut short: {}", printable(options.step), error));
    return printed;
  }
  if (row->output_bytes > 0) {
    const auto error = found.store.log_error(found.run.number, row->key);
    const bool is_known = error.has_value() && !error->empty();
    complain(fmt::format("the output of '{}' was lost: {}", printable(options.step),
                         is_known ? printable(*error) : "its log is not there any more"));
    return ExitCode::world_failed;
  }
  const std::string_view so_far =
      is_running(found) ? "it is running" : "nobody saw its end: the run crashed";
  complain(fmt::format("'{}' wrote nothing ({})", printable(options.step),
                       row->outcome ? describe(*row->outcome) : std::string(so_far)));
  return ExitCode::success;
}

ExitCode show_logs(const LogsOptions& options) {
  auto found = find_run_in(StateLayout(options.state_dir), options.what);
  const Form form = form_of(options.is_json);
  if (found.has_error()) return fail(form, found.error());
  const bool is_safe_needed = is_terminal(Stream::out);
  if (!options.step.empty()) return show_step(*found, options, is_safe_needed);
  if (options.attempt || options.test)
    return fail(form, ExitCode::bad_input,
                "--attempt and --test are of a step: name it behind the run");
  if (options.is_json) {
    const auto attempts = found->store.attempts(found->run.number);
    if (attempts.has_error()) return fail(form, attempts.error());
    return answer(pretty(json_of(*attempts)));
  }
  const auto& members = found->run.workstreams;
  const bool is_member = std::find(members.begin(), members.end(), options.what) != members.end();
  const std::string& workstream = is_member ? options.what : found->run.workstream;
  const auto path = StateLayout(options.state_dir).run_log(workstream, found->run.id);
  if (!options.is_following) return print_all(path, is_safe_needed);
  return follow(path, is_safe_needed, [&] { return !is_running(*found); });
}

}  // namespace

SubcommandBody declare_logs(CLI::App& app) {
  auto options = std::make_shared<LogsOptions>();
  app.add_option("what", options->what,
                 "A workstream (its latest run) or a run id; nothing: the latest run")
      ->check(complaint_if_empty)
      ->type_name("ID|RUN");
  app.add_option("step", options->step, "A step: print what it wrote instead of the run's log")
      ->check(complaint_if_empty)
      ->type_name("STEP");
  add_count(app, "--attempt", options->attempt, {1, kMostCounted},
            "Which attempt of the step; the last one by default");
  add_count(app, "--test", options->test, {1, kMostCounted},
            "The output of the step's acceptance test N");
  app.add_flag("-f,--follow", options->is_following, "Keep printing until the run (or step) ends");
  add_state_dir(app, options->state_dir);
  app.add_flag("--json", options->is_json, "List the attempts and their log files as JSON");
  return [options] { return show_logs(*options); };
}

}  // namespace ws::cli
