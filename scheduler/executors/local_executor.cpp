#include "executors/local_executor.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/run_values.h"
#include "executors/attempt_command.h"
#include "executors/attempt_environment.h"
#include "executors/expansion.h"
#include "executors/local_attempt.h"
#include "executors/step_outputs.h"
#include "model/glob.h"
#include "model/text_template.h"
#include "platform/directory.h"
#include "platform/files.h"
#include "platform/private_files.h"
#include "platform/program.h"

namespace ws {

namespace {

constexpr const char* kShell = "/bin/sh";

// The directory costs more than starting a small program does, so it is made beforehand only for
// an attempt that speaks of it, and for those that put files there themselves.
bool speaks_of_directory(const Invocation& invocation) {
  const auto mentions = [](std::string_view text) {
    return text.find(kStepMark) != std::string_view::npos;
  };
  return !invocation.script.empty() || !invocation.prompt.empty() ||
         std::any_of(invocation.argv.begin(), invocation.argv.end(), mentions) ||
         std::any_of(invocation.env.begin(), invocation.env.end(),
                     [&](const auto& variable) { return mentions(variable.second); });
}

}  // namespace

LocalExecutor::LocalExecutor(const Plan& plan, const ToolBook& tools, EventLoop& loop,
                             LocalOptions options)
    : plan_(plan),
      tools_(tools),
      loop_(loop),
      options_(std::move(options)),
      base_(options_.environment),
      host_(loop, kStepMark, {options_.launch_threads, options_.keeper, options_.on_shortage}),
      waits_(loop,
             [this](AttemptKey key, Outcome outcome) {
               AttemptResult result{std::move(outcome), {}};
               if (const auto* failed = std::get_if<SpawnFailed>(&result.outcome))
                 result.error_text = failed->error;
               listener_->attempt_ended(key, std::move(result));
             }),
      alive_(std::make_shared<bool>(true)) {}

LocalExecutor::~LocalExecutor() = default;

void LocalExecutor::start(AttemptKey key, const RunValues& values) {
  if (key.is_expansion()) return expand(key, values);
  if (const WaitAction* wait = wait_of(plan_, key)) {
    const Result<WaitAction> filled = filled_wait(plan_, key, *wait, values);
    if (!filled) return end_soon(key, not_started(filled.error()));
    return waits_.begin(key, *filled, join_path(options_.start_dir, options_.run_dir(key.node)));
  }
  Result<Invocation> invocation = invocation_of(plan_, tools_, key, values);
  if (!invocation) return end_soon(key, not_started(invocation.error()));
  if (const AcceptanceTest* test = test_of(plan_, key); test != nullptr && !test->artifact.empty())
    return look_for_artifact(key, *test, *invocation, values);
  if (invocation->is_nothing()) return end_soon(key, {Exited{0}, {}});

  auto attempt =
      std::make_unique<Attempt>(*this, key, directory_of_attempt(key), command_text(key, values));
  if (const Result<void> prepared = prepare(*attempt, *invocation, values); !prepared) {
    // Not where a link would lead.
    if (prepared.error().os_error != ELOOP) attempt->log.keep_command();
    return end_soon(key, not_started(prepared.error()));
  }
  Attempt& kept = *attempts_.emplace(key, std::move(attempt)).first->second;
  kept.child = std::make_unique<ChildProcess>(host_, std::move(kept.spec), kept);
  const Step* step = key.part == 0 ? plan_.step_if_any(key.node) : nullptr;
  if (step != nullptr && step->details().idle_timeout > Duration::zero())
    kept.limit_silence(step->details().idle_timeout);
}

AttemptResult LocalExecutor::not_started(const Error& error) {
  AttemptResult result{cannot_start(error), {}};
  result.error_text = error.message;
  return result;
}

void LocalExecutor::expand(AttemptKey key, const RunValues& values) {
  Result<std::vector<std::string>> items = read_items(plan_, key, values, options_.start_dir);
  if (!items) return end_soon(key, not_started(items.error()));
  AttemptResult result{Exited{0}, {}};
  result.items = std::move(*items);
  end_soon(key, std::move(result));
}

void LocalExecutor::look_for_artifact(AttemptKey key, const AcceptanceTest& test,
                                      const Invocation& invocation, const RunValues& values) {
  const bool has_item = plan_.node(key.node).item != PlanNode::kNoItem;
  const auto filled = fill(test.artifact, has_item, Splice::plain, values.look_up(key));
  if (const auto* missing = std::get_if<NoValue>(&filled))
    return end_soon(key, not_started(Error{missing->why, 0}));
  const auto& wanted = std::get<std::string>(filled);
  if (is_any_file(working_dir_of(invocation), wanted)) return end_soon(key, {Exited{0}, {}});
  AttemptResult result{Exited{1}, {}};
  result.error_text = result.facts.broken_rule =
      is_glob(wanted) ? fmt::format("nothing matches '{}'", printable(wanted))
                      : fmt::format("there is no '{}'", printable(wanted));
  end_soon(key, std::move(result));
}

std::string LocalExecutor::working_dir_of(const Invocation& invocation) const {
  if (invocation.working_dir.empty() || invocation.working_dir == ".") return options_.start_dir;
  return join_path(options_.start_dir, invocation.working_dir);
}

Result<void> LocalExecutor::prepare(Attempt& attempt, Invocation& invocation,
                                    const RunValues& values) {
  Result<OutputMatcher> matcher = OutputMatcher::make(
      invocation.success, retry_patterns_of(plan_, attempt.key.node), patterns_);
  if (!matcher) return matcher.error();
  attempt.matcher = std::move(*matcher);
  attempt.success = std::move(invocation.success);

  ChildSpec& spec = attempt.spec;
  spec.open_files = options_.open_files;
  Result<std::string> output_file = output_file_of(attempt.key);
  if (!output_file) return output_file.error();
  attempt.output_file = std::move(*output_file);
  if (has_older_steps_) {
    const std::string run_dir = join_path(options_.start_dir, options_.run_dir(attempt.key.node));
    Result<void> safe = refuse_links_below(run_dir, attempt.directory);
    if (!safe) return safe;
  }
  if (Result<void> told = tell(attempt, values); !told) return told;
  for (const auto& [name, value] : invocation.env) spec.environment.set(name, value);
  set_variables(attempt);

  if (!invocation.working_dir.empty()) spec.working_dir = working_dir_of(invocation);
  if (!invocation.stdin_file.empty())
    spec.stdin_file = join_path(options_.start_dir, invocation.stdin_file);
  if (invocation.stdin_text) spec.stdin_text = std::move(invocation.stdin_text);
  if (Result<void> written = write_files(attempt, invocation); !written) return written;
  if (Result<void> found = set_program(attempt, invocation); !found) return found;
  if (attempt.key.part == 0) watch(attempt);
  if (Secrets* secrets = options_.secrets)
    for (const std::string& name : secrets->names())
      secrets->learn(name, spec.environment.value(name));
  return {};
}

Result<void> LocalExecutor::set_program(Attempt& attempt, const Invocation& invocation) {
  ChildSpec& spec = attempt.spec;
  if (invocation.through_shell) {
    spec.program = kShell;
    spec.argv = {"sh", "-c", invocation.argv.front()};
    return {};
  }
  const std::string& working_dir = spec.working_dir.empty() ? options_.start_dir : spec.working_dir;
  spec.argv = argv_with_paths(invocation, {join_path(attempt.directory, "prompt"),
                                           join_path(attempt.directory, "script"), working_dir});
  Result<std::string> program =
      find_program(spec.argv.front(), spec.environment.value("PATH"), working_dir);
  if (!program) return program.error();
  spec.program = std::move(*program);
  return {};
}

// What a step is told of the rest of the run. Its file's own environment goes over it.
Result<void> LocalExecutor::tell(Attempt& attempt, const RunValues& values) {
  ChildSpec& spec = attempt.spec;
  const AttemptKey key = attempt.key;
  set_item(spec.environment, plan_, key.node);
  set_error(spec.environment, plan_, key, values);
  if (key.attempt > 1 && !key.is_compensation()) {
    if (const std::string why = previous_failure(values, key); !why.empty())
      spec.environment.set("PREVIOUS_FAILURE", why);
  }
  const std::vector<NamedValue> results = values.results_for(key.node);
  const Step* step = plan_.step_if_any(key.node);
  const bool is_on_stdin = key.part == 0 && step != nullptr && step->details().stdin_context;
  if (results.empty() && !is_on_stdin) return {};
  std::string json = results_as_json(results);
  if (!results.empty()) {
    set_results(spec.environment, results);
    const std::string path = join_path(attempt.directory, "results.json");
    if (Result<void> made = make_directories(attempt.directory); !made) return made;
    if (Result<void> written = write_private_file(path, json); !written) return written;
    spec.environment.set("WS_RESULTS", path);
  }
  if (is_on_stdin) spec.stdin_text = std::move(json);
  return {};
}

// What is looked at while a command runs, and after it; most of it only few steps want.
void LocalExecutor::watch(Attempt& attempt) {
  // An earlier try of the same number (of a group that is run again) may have left its own.
  remove_file(attempt.output_file);
  const Step* step = plan_.step_if_any(attempt.key.node);
  if (step == nullptr || !step->details_if_any) return;
  const StepDetails& details = step->details();
  if (wants_stdout(details)) {
    attempt.spec.is_stdout_apart = true;
    attempt.captured = std::make_unique<StdoutCapture>(attempt.directory);
  }
  const SuccessRule& rule = attempt.success;
  const bool is_about_files = !rule.files.empty() || !details.files_create.empty() ||
                              rule.no_change == "fail" || rule.no_change == "skip";
  if (!is_about_files) return;
  const std::string& working_dir = attempt.spec.working_dir;
  attempt.files = std::make_unique<FileChecks>(
      plan_, attempt.key.node, rule,
      FileChecks::Where{working_dir.empty() ? options_.start_dir : working_dir,
                        join_path(options_.start_dir, options_.state_dir)});
}

// Of the attempt before this one, also when that was an earlier run's; empty: there was none.
Result<std::string> LocalExecutor::directory_before(AttemptKey key) {
  const bool is_first =
      options_.earlier_attempt_dir != nullptr &&
      first_attempts_.try_emplace(key.node, key.attempt).first->second == key.attempt;
  if (key.attempt <= 1) return std::string();
  --key.attempt;
  const std::string earlier = is_first ? options_.earlier_attempt_dir(key) : std::string();
  if (!earlier.empty()) return join_path(options_.start_dir, earlier);
  std::string directory = directory_of_attempt(key);
  if (Result<void> made = make_directories(directory); !made) return made.error();
  return directory;
}

Result<void> LocalExecutor::write_files(Attempt& attempt, const Invocation& invocation) {
  const Result<std::string> before = directory_before(attempt.key);
  if (!before) return before.error();
  if (!before->empty()) attempt.spec.environment.set("PREVIOUS_ATTEMPT_DIR", *before);
  if (!speaks_of_directory(invocation)) return {};
  if (Result<void> made = make_directories(attempt.directory); !made) return made;
  const std::array<std::pair<const char*, const std::string*>, 2> files = {
      std::pair{"prompt", &invocation.prompt}, std::pair{"script", &invocation.script}};
  for (const auto& [name, text] : files) {
    if (text->empty()) continue;
    const std::string path = join_path(attempt.directory, name);
    if (Result<void> written = write_private_file(path, *text); !written) return written;
  }
  return {};
}

// A run's directory is new as a rule. When it is not, links may lie in it, there by accident or
// planted.
Result<void> LocalExecutor::make_run_dir(const std::string& directory) {
  const std::string state_dir = join_path(options_.start_dir, options_.state_dir);
  const std::string& root = directory.starts_with(state_dir + "/") ? state_dir : directory;
  if (Result<void> made = make_directories_below(root, join_path(directory, "outputs")); !made)
    return made;
  for (const char* name : {"steps", "acceptance"}) {
    const std::string path = join_path(directory, name);
    if (Result<void> safe = refuse_links_below(directory, path); !safe) return safe;
    has_older_steps_ = has_older_steps_ || is_directory(path);
  }
  return {};
}

Result<std::string> LocalExecutor::output_file_of(AttemptKey key) {
  const std::uint32_t workstream = plan_.node(key.node).workstream;
  auto found = run_dirs_.find(workstream);
  if (found == run_dirs_.end()) {
    std::string directory = join_path(options_.start_dir, options_.run_dir(key.node));
    if (const Result<void> made = make_run_dir(directory); !made) return made.error();
    found = run_dirs_.emplace(workstream, std::move(directory)).first;
  }
  const std::string& run_dir = found->second;
  // A workstream's own tests are beside the folder, so that no step's id can be in their way.
  if (plan_.step_if_any(key.node) == nullptr)
    return {boost::system::in_place_value,
            fmt::format("{}/acceptance-output.{}", run_dir, key.attempt)};
  return {boost::system::in_place_value,
          fmt::format("{}/outputs/{}.{}", run_dir, plan_.short_name(key.node), key.attempt)};
}

std::string LocalExecutor::directory_of_attempt(AttemptKey key) const {
  return join_path(options_.start_dir, options_.attempt_dir(key));
}

void LocalExecutor::set_variables(Attempt& attempt) const {
  EnvironmentBlock& environment = attempt.spec.environment;
  environment.set("WORKSTREAM_ID", plan_.workstream_of(attempt.key.node).id);
  environment.set("RUN_ID", options_.run_id);
  environment.set("STEP_ID", plan_.short_name(attempt.key.node));
  environment.set("STEP_ATTEMPT", std::to_string(attempt.key.attempt));
  environment.set(kStepMark, attempt.directory);
  environment.set("WORKSTREAM_OUTPUT", attempt.output_file);
}

void LocalExecutor::stop(AttemptKey key, StopWhy why) {
  if (waits_.stop(key)) return;
  const auto found = attempts_.find(key);
  if (found == attempts_.end()) return;  // has nothing to stop; its end is on the way
  if (why == StopWhy::killed) return found->second->child->kill();
  StopLadder ladder = options_.stop_ladder;
  // A Ctrl-C is handed on as what it was: many tools end more gently on it. They are not in the
  // terminal's process group, so this is the only one they get.
  if (why == StopWhy::interrupted)
    for (StopRung& rung : ladder)
      if (rung.signal == SIGTERM) rung.signal = SIGINT;
  found->second->child->stop(ladder);
}

// Its environment is looked at before anything of it is shown.
void LocalExecutor::learn_secrets(const Invocation& invocation) const {
  for (const auto& [name, value] : invocation.env) options_.secrets->learn(name, value);
}

std::string LocalExecutor::command_text(AttemptKey key, const RunValues& values) const {
  if (options_.secrets == nullptr) return command_text_of(plan_, tools_, key, values);
  if (const auto invocation = invocation_of(plan_, tools_, key, values)) learn_secrets(*invocation);
  return options_.secrets->hide(command_text_of(plan_, tools_, key, values));
}

void LocalExecutor::thaw() {
  host_.thaw();
  waits_.look_at_clock();
}

std::string_view LocalExecutor::last_line(AttemptKey key) const {
  const auto found = attempts_.find(key);
  return found == attempts_.end() ? std::string_view() : found->second->last_line.text();
}

void LocalExecutor::end_soon(AttemptKey key, AttemptResult result) {
  loop_.post([this, alive = std::weak_ptr<bool>(alive_), key, result = std::move(result)] {
    if (!alive.expired()) listener_->attempt_ended(key, result);
  });
}

void LocalExecutor::end_now(AttemptKey key, AttemptResult result) {
  // The attempt calls this: it must live until the call is over.
  const auto attempt = attempts_.extract(key);
  if (attempt && options_.secrets != nullptr) attempt.mapped()->scrub_files();
  listener_->attempt_ended(key, std::move(result));
}

}  // namespace ws
