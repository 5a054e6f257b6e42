#include "executors/local_executor.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "executors/attempt_command.h"
#include "executors/attempt_log.h"
#include "executors/last_line.h"
#include "platform/files.h"
#include "platform/program.h"

namespace ws {

namespace {

constexpr const char* kShell = "/bin/sh";

std::string stem_of(AttemptKey key) {
  return key.part == 0 ? "out" : fmt::format("test-{}", key.part);
}

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

// One process and what became of it so far.
class LocalExecutor::Attempt final : public ChildListener {
 public:
  Attempt(LocalExecutor& executor, AttemptKey attempt_key, std::string attempt_directory,
          std::string command)
      : owner(executor),
        key(attempt_key),
        directory(std::move(attempt_directory)),
        spec{{}, {}, EnvironmentBlock(executor.base_), {}, {}, {}},
        log(directory, stem_of(key), std::move(command), executor.options_.log_cap) {}

  void child_running(const ProcessStamp& stamp) override {
    owner.listener_->attempt_running(key, {stamp.pid, stamp.start_ticks});
  }

  void child_output(std::string_view bytes) override {
    log.append(bytes);
    matcher.feed(bytes);
    last_line.feed(bytes);
  }

  void child_ended(const ChildEnd& end) override {
    matcher.finish();
    const bool is_clean = !end.is_signaled && end.code == 0;
    if (!is_clean) log.keep_command();
    AttemptResult result;
    if (end.is_signaled) {
      result.outcome = Signaled{end.code, end.is_core_dumped};
    } else {
      result.outcome = Exited{end.code};
    }
    result.facts =
        AttemptFacts{log.bytes(),   log.path(),      matcher.missing(), matcher.forbidden(),
                     end.user_time, end.system_time, end.max_rss_kib,   log.error()};
    owner.end_now(key, std::move(result));
  }

  void child_not_started(const Error& error) override {
    log.keep_command();
    owner.end_now(key, {SpawnFailed{error.message}, {}});
  }

  LocalExecutor& owner;
  AttemptKey key;
  std::string directory;
  ChildSpec spec;
  AttemptLog log;
  OutputMatcher matcher;
  LastLine last_line;
  std::unique_ptr<ChildProcess> child;
};

LocalExecutor::LocalExecutor(const Plan& plan, const ToolBook& tools, EventLoop& loop,
                             LocalOptions options)
    : plan_(plan),
      tools_(tools),
      loop_(loop),
      options_(std::move(options)),
      base_(options_.environment),
      host_(loop, kStepMark, options_.launch_threads),
      alive_(std::make_shared<bool>(true)) {}

LocalExecutor::~LocalExecutor() = default;

void LocalExecutor::start(AttemptKey key, const RunValues& values) {
  const Result<Invocation> invocation = invocation_of(plan_, tools_, key, values);
  if (!invocation) return end_soon(key, SpawnFailed{invocation.error().message});
  if (invocation->is_nothing()) return end_soon(key, Exited{0});

  auto attempt = std::make_unique<Attempt>(*this, key, directory_of_attempt(key),
                                           command_text_of(plan_, tools_, key, values));
  if (const Result<void> prepared = prepare(*attempt, *invocation); !prepared) {
    attempt->log.keep_command();
    return end_soon(key, SpawnFailed{prepared.error().message});
  }
  Attempt& kept = *attempts_.emplace(key, std::move(attempt)).first->second;
  kept.child = std::make_unique<ChildProcess>(host_, std::move(kept.spec), kept);
}

Result<void> LocalExecutor::prepare(Attempt& attempt, const Invocation& invocation) {
  Result<OutputMatcher> matcher = OutputMatcher::make(invocation.success, patterns_);
  if (!matcher) return matcher.error();
  attempt.matcher = std::move(*matcher);

  ChildSpec& spec = attempt.spec;
  spec.open_files = options_.open_files;
  for (const auto& [name, value] : invocation.env) spec.environment.set(name, value);
  const Result<std::string> output_file = output_file_of(attempt.key);
  if (!output_file) return output_file.error();
  set_variables(attempt, *output_file);

  if (invocation.working_dir == ".") {
    spec.working_dir = options_.start_dir;
  } else if (!invocation.working_dir.empty()) {
    spec.working_dir = join_path(options_.start_dir, invocation.working_dir);
  }
  if (!invocation.stdin_file.empty())
    spec.stdin_file = join_path(options_.start_dir, invocation.stdin_file);
  spec.stdin_text = invocation.stdin_text;
  if (Result<void> written = write_files(attempt, invocation); !written) return written;

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

Result<void> LocalExecutor::write_files(Attempt& attempt, const Invocation& invocation) {
  if (attempt.key.attempt > 1) {
    AttemptKey previous = attempt.key;
    --previous.attempt;
    const std::string directory = directory_of_attempt(previous);
    if (Result<void> made = make_directories(directory); !made) return made;
    attempt.spec.environment.set("PREVIOUS_ATTEMPT_DIR", directory);
  }
  if (!speaks_of_directory(invocation)) return {};
  if (Result<void> made = make_directories(attempt.directory); !made) return made;
  const std::array<std::pair<const char*, const std::string*>, 2> files = {
      std::pair{"prompt", &invocation.prompt}, std::pair{"script", &invocation.script}};
  for (const auto& [name, text] : files) {
    if (text->empty()) continue;
    if (Result<void> written = write_file(join_path(attempt.directory, name), *text); !written)
      return written;
  }
  return {};
}

Result<std::string> LocalExecutor::output_file_of(AttemptKey key) {
  const std::uint32_t workstream = plan_.node(key.node).workstream;
  auto found = run_dirs_.find(workstream);
  if (found == run_dirs_.end()) {
    std::string directory = join_path(options_.start_dir, options_.run_dir(key.node));
    if (const Result<void> made = make_directories(join_path(directory, "outputs")); !made)
      return made.error();
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

void LocalExecutor::set_variables(Attempt& attempt, const std::string& output_file) const {
  EnvironmentBlock& environment = attempt.spec.environment;
  environment.set("WORKSTREAM_ID", plan_.workstream_of(attempt.key.node).id);
  environment.set("RUN_ID", options_.run_id);
  environment.set("STEP_ID", plan_.short_name(attempt.key.node));
  environment.set("STEP_ATTEMPT", std::to_string(attempt.key.attempt));
  environment.set(kStepMark, attempt.directory);
  environment.set("WORKSTREAM_OUTPUT", output_file);
}

void LocalExecutor::stop(AttemptKey key, StopWhy why) {
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

std::string LocalExecutor::command_text(AttemptKey key, const RunValues& values) const {
  return command_text_of(plan_, tools_, key, values);
}

std::string_view LocalExecutor::last_line(AttemptKey key) const {
  const auto found = attempts_.find(key);
  return found == attempts_.end() ? std::string_view() : found->second->last_line.text();
}

void LocalExecutor::end_soon(AttemptKey key, Outcome outcome) {
  loop_.post([this, alive = std::weak_ptr<bool>(alive_), key, outcome = std::move(outcome)] {
    if (!alive.expired()) listener_->attempt_ended(key, {outcome, {}});
  });
}

void LocalExecutor::end_now(AttemptKey key, AttemptResult result) {
  // The attempt calls this: it must live until the call is over.
  const auto attempt = attempts_.extract(key);
  listener_->attempt_ended(key, std::move(result));
}

}  // namespace ws
