#include "cli/run_session.h"

#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/console.h"
#include "cli/crashed_runs.h"
#include "cli/failure.h"
#include "cli/handing_on.h"
#include "cli/keeping.h"
#include "cli/local_options.h"
#include "cli/loop_clock.h"
#include "cli/masking.h"
#include "cli/optional_recorder.h"
#include "cli/project_store.h"
#include "cli/resumption.h"
#include "cli/run_context.h"
#include "cli/run_control.h"
#include "cli/run_ending.h"
#include "cli/run_id_claim.h"
#include "cli/run_locks.h"
#include "cli/run_logs.h"
#include "cli/run_onlookers.h"
#include "cli/run_signals.h"
#include "cli/stored_result.h"
#include "cli/time_keeper.h"
#include "engine/engine.h"
#include "executors/dry_executor.h"
#include "executors/local_executor.h"
#include "platform/directory.h"
#include "platform/event_loop.h"
#include "platform/files.h"
#include "platform/machine.h"
#include "platform/open_file_limit.h"
#include "platform/private_files.h"
#include "report/fixed_times.h"
#include "report/log_report.h"
#include "report/preamble.h"
#include "report/result_json.h"
#include "store/sqlite_recorder.h"

namespace ws::cli {
namespace {

std::vector<std::string> ids_of(const Plan& plan) {
  std::vector<std::string> ids;
  for (const std::uint32_t index : plan.workstreams())
    ids.push_back(plan.workset().workstreams[index].id);
  return ids;
}

// What a real run has and a dry one has not.
struct Belongings {
  RunLocks locks;
  std::optional<RunIdClaim> claim;  // until the store has the run
  std::unique_ptr<SqliteRecorder> recorder;
  std::unique_ptr<Memory> memory;  // only when some step asks for it
  std::optional<RunLogs> logs;
  std::unique_ptr<LogReport> log_report;
};

class Session {
 public:
  Session(Plan& plan, const ToolBook& tools, const SessionWish& wish, EventLoop& loop,
          RunSignals& signals)
      : plan_(plan),
        tools_(tools),
        wish_(wish),
        loop_(loop),
        signals_(signals),
        clock_(loop_),
        masking_(wish.secrets),
        screen_({wish.progress, wish.is_screen_on_err ? Stream::err : Stream::out, wish.style,
                 [this](AttemptKey key) {
                   return local_ ? std::string(local_->last_line(key)) : std::string();
                 },
                 wish.shown_inputs, state_dir_option(wish.layout),
                 [this](std::string text) { return masking_.text(std::move(text)); }},
                loop_, [this] { return loop_.now() - started_; }) {}

  ExitCode run() {
    auto outputs = EventOutputs::open(wish_.events);
    if (outputs.has_error()) {
      const bool is_mistake = outputs.error().os_error == 0;
      return fail(form(), is_mistake ? ExitCode::bad_input : ExitCode::world_failed,
                  outputs.error().message);
    }
    outputs_ = std::move(*outputs);
    if (!wish_.is_dry) {
      if (const auto refused = prepare()) return *refused;
    }
    make_executor();
    print_preamble();
    run_engine();
    return finish();
  }

 private:
  // Locks, store and logs; an exit code when one of them is not to be had.
  std::optional<ExitCode> prepare() {
    open_files_ = raise_open_file_limit();  // a lock is a descriptor too
    auto locks =
        take_locks_of_run(wish_.layout, ids_of(plan_), holder_text(wish_.layout, wish_.run_id));
    if (locks.has_error()) return world_failed(in_context("cannot start the run", locks.error()));
    if (const auto* busy = std::get_if<Busy>(&*locks))
      return fail(form(), ExitCode::refused, refusal_text(*busy));
    belongings_.locks = std::get<RunLocks>(std::move(*locks));
    auto claim = RunIdClaim::take(wish_.layout, wish_.run_id);
    if (claim.has_error()) return fail(form(), claim.error());
    belongings_.claim.emplace(std::move(*claim));
    end_leftovers_of_crashed_runs(wish_.layout, ids_of(plan_), wish_.keeper);
    auto resumption = find_resumption(wish_.layout, plan_, wish_.inputs, wish_.resume, wish_.style);
    if (resumption.has_error()) {
      const bool is_refused = resumption.error().os_error == kRefusedToResume;
      return fail(form(), is_refused ? ExitCode::refused : code_of(resumption.error()),
                  resumption.error().message);
    }
    resumption_ = std::move(*resumption);
    RunContext context = run_context(wish_.files);
    context.argv = masking_.texts(std::move(context.argv));
    StoreOptions options;
    options.is_durable = wish_.is_durable;
    auto recorder =
        SqliteRecorder::open(wish_.layout.database(), options, std::move(context),
                             stored_nodes(plan_, wish_.inputs), stored_groups(plan_, wish_.inputs));
    if (recorder.has_error())
      return world_failed(in_context("cannot start the run", recorder.error()));
    belongings_.recorder = std::move(*recorder);
    database_ = stamp_of(wish_.layout.database().string());
    auto memory = open_memory(wish_.layout.database(), plan_, wish_.run_id);
    if (memory.has_error()) return world_failed(in_context("cannot start the run", memory.error()));
    belongings_.memory = std::move(*memory);
    auto logs = RunLogs::open(wish_.layout, plan_, wish_.run_id);
    if (logs.has_error()) return world_failed(in_context("cannot start the run", logs.error()));
    belongings_.logs = std::move(*logs);
    belongings_.log_report = std::make_unique<LogReport>(
        [this](std::uint32_t index, std::string_view text) {
          belongings_.logs->write(index, masking_.text(std::string(text)));
        },
        message_facts());
    return std::nullopt;
  }

  [[nodiscard]] Form form() const { return form_of(wish_.is_json); }
  [[nodiscard]] ExitCode world_failed(const Error& error) const {
    return fail(form(), ExitCode::world_failed, error.message);
  }

  [[nodiscard]] MessageFacts message_facts() const {
    return {wish_.shown_inputs, [this](std::uint32_t index) {
              return wish_.layout.workstream_dir(plan_.workset().workstreams[index].id).string();
            }};
  }

  void make_executor() {
    if (wish_.is_dry) {
      dry_ = std::make_unique<DryExecutor>(plan_, tools_, loop_);
      return;
    }
    LocalOptions options = local_options(plan_, wish_);
    if (resumption_.resume) {
      options.environment.emplace_back(kResumesVariable, "1");
      options.earlier_attempt_dir = earlier_attempt_dirs(plan_, wish_, *resumption_.resume);
    }
    options.open_files = open_files_;
    options.secrets = masking_.secrets();
    options.on_shortage = [this](const std::string& text) { say(text); };
    local_ = std::make_unique<LocalExecutor>(plan_, tools_, loop_, std::move(options));
  }

  // What people should know while it goes on, on the screen and in the logs.
  void say(const std::string& text) {
    screen_.say(text);
    for (const std::uint32_t index : plan_.workstreams())
      belongings_.logs->write(index, text + "\n");
  }

  void print_preamble() {
    screen_.print(loading_line(wish_.style, ids_of(plan_)));
    screen_.print(validating_line(wish_.style, wish_.warnings));
    screen_.print(scope_line(wish_.style, plan_));
    screen_.print(graph_line(wish_.style, plan_));
    screen_.print(pool_line(wish_.style, wish_.settings.max_workers));
    const HowRun how = wish_.is_dry                   ? HowRun::dry_run
                       : wish_.settings.is_sequential ? HowRun::sequential
                                                      : HowRun::parallel;
    screen_.print(resumption_.lines);
    screen_.print(executing_lines(wish_.style, how));
  }

  [[nodiscard]] OnlookerWish onlooker_wish() const {
    OnlookerWish wish;
    wish.run_dir = [this](NodeId node) {
      return wish_.layout.run_dir(plan_.workstream_of(node).id, wish_.run_id).string();
    };
    wish.max_workers = wish_.settings.max_workers;
    wish.notify_command = wish_.notify_command;
    wish.notify_mark = (wish_.layout.run_dir(wish_.home, wish_.run_id) / "notify").string();
    wish.facts = message_facts();
    wish.mask = [this](std::string json) { return masking_.json(std::move(json)); };
    wish.environment = environment_of_steps(wish_.keeper);
    return wish;
  }

  RunOptions run_options() {
    RunOptions options;
    options.run_id = wish_.run_id;
    options.home = wish_.home;
    options.max_workers = wish_.settings.max_workers;
    options.is_sequential = wish_.settings.is_sequential;
    options.is_dry = wish_.is_dry;
    options.start_gap = wish_.is_dry ? Duration::zero() : wish_.settings.start_gap;
    options.default_timeout = wish_.settings.default_timeout;
    options.run_timeout = wish_.settings.run_timeout;
    options.is_fail_fast = wish_.settings.is_fail_fast;
    options.seed = wish_.seed;
    options.inputs = wish_.inputs;
    options.memory = masking_.memory(belongings_.memory.get());
    options.resume = resumption_.resume.get();
    for (const auto& [name, profile] : tools_)
      options.tools[name] = {profile.timeout, profile.success};
    return options;
  }

  // A run that only signals can reach is still a run.
  void open_control() {
    control_.emplace(*engine_);
    const std::string directory = wish_.layout.run_dir(wish_.home, wish_.run_id).string();
    if (const auto opened = control_->listen(loop_, directory); opened.has_error())
      complain(in_context("pause, drain, cancel and workers cannot reach this run", opened.error())
                   .message);
  }

  void run_engine() {
    Executor& executor = dry_ ? static_cast<Executor&>(*dry_) : *local_;
    Recorder* recorder = belongings_.recorder.get();
    if (recorder != nullptr && wish_.is_recording_optional)
      recorder = &optional_.emplace(*recorder, [](const std::string& why) {
        complain("the run goes on without a record (--no-checkpoint): " + why);
      });
    if (recorder == nullptr) recorder = &no_recorder_;
    std::vector<Observer*> observers = {&times_};
    if (belongings_.log_report) observers.push_back(belongings_.log_report.get());
    if (local_) onlookers_.emplace(plan_, loop_, *local_, onlooker_wish());
    if (onlookers_) onlookers_->add_to(observers);
    if (wish_.is_deterministic) {
      observers.push_back(&fixed_times_.emplace(plan_, outputs_.observers()));
    } else {
      for (Observer* observer : outputs_.observers()) observers.push_back(observer);
    }
    if (screen_.observer() != nullptr) observers.push_back(screen_.observer());
    engine_ = std::make_unique<Engine>(plan_, run_options(), executor, masking_.recorder(*recorder),
                                       masking_.observers(std::move(observers), plan_), clock_);
    if (local_) local_->report_to(*engine_);
    if (dry_) dry_->report_to(*engine_);

    signals_.listen({*engine_, screen_, local_.get(), onlookers_ ? &*onlookers_ : nullptr});
    if (local_) open_control();
    loop_.on_batch_end([this] {
      engine_->turn();
      if (control_) control_->answer();
      if (belongings_.log_report) belongings_.log_report->flush();
      (void)outputs_.flush();
      if (!engine_->is_finished()) {
        screen_.refresh(masking_.shown(engine_->state()));
      } else if (!onlookers_ || onlookers_->is_done()) {
        loop_.stop();
      }
    });
    started_ = loop_.now();
    if (onlookers_) onlookers_->begin(*engine_);
    engine_->begin();
    belongings_.claim.reset();
    if (!engine_->is_finished() || (onlookers_ && !onlookers_->is_done())) loop_.run();
    screen_.close();
    if (belongings_.log_report) belongings_.log_report->flush();
  }

  // Also tells what went wrong there, and with the logs.
  void end_outputs_and_onlookers() {
    outputs_.finish();
    if (belongings_.logs && belongings_.logs->error())
      complain(in_context("the run's log is cut short", *belongings_.logs->error()).message);
    if (onlookers_) {
      for (const std::string& text : onlookers_->complaints()) complain(masking_.text(text));
      onlookers_.reset();  // before the executor, whose children they share
    }
    if (const std::string text = masking_.complaint(); !text.empty()) complain(text);
  }

  [[nodiscard]] ExitCode verdict_on(const RunState& state) const {
    VerdictFacts facts;
    facts.status = state.status();
    facts.stop = state.stop();
    facts.has_store_error = engine_->store_error().has_value();
    facts.has_unverified = state.counts().unverified > 0;
    return verdict(facts, wish_.verdict);
  }

  ExitCode finish() {
    end_outputs_and_onlookers();
    const RunState& state = engine_->state();
    RunEnding ending(verdict_on(state));
    ending.facts.started = times_.started;
    ending.facts.ended = times_.ended;
    ending.facts.inputs = wish_.shown_inputs;
    if (engine_->store_error()) ending.tell_unrecorded(*engine_->store_error());
    if (ending.code() == ExitCode::unverified) {
      complain(fmt::format("{} unverified: exit 4 because of --strict-acceptance",
                           counted(state.counts().unverified, "step")));
    }
    if (!wish_.is_dry) look_at_records(ending);
    if (wish_.is_handing_on) {
      if (const auto handed = hand_on(state, wish_.inputs, wish_.home); handed.has_error())
        ending.world_failed(handed.error().message);
    }
    return answer_with(ending);
  }

  void look_at_records(RunEnding& ending) {
    belongings_.memory.reset();
    belongings_.recorder.reset();
    // It was told, and not everything is there.
    if (engine_->store_error() || (optional_ && optional_->is_lost())) return;
    const std::string trouble = trouble_with_records(wish_.layout, wish_.run_id, database_);
    if (!trouble.empty()) ending.world_failed(trouble);
  }

  [[nodiscard]] std::string result_text(ResultFacts& facts) {
    if (fixed_times_) fixed_times_->tell(facts);
    const RunState& state = fixed_times_ ? fixed_times_->state() : engine_->state();
    return masking_.json(result_json(masking_.shown(state), facts));
  }

  // The result in its file and, when asked for, on the screen: both say what the exit code says.
  ExitCode answer_with(RunEnding& ending) {
    std::string json = result_text(ending.facts);
    if (!wish_.is_dry) {
      const auto written =
          write_private_file(wish_.layout.run_result(wish_.home, wish_.run_id).string(), json);
      if (written.has_error()) {
        if (wish_.is_recording_optional) {
          ending.complain_of(written.error().message);
        } else {
          ending.world_failed(written.error().message);
        }
        json = result_text(ending.facts);
      }
    }
    signals_.rest();
    screen_.finish();
    if (!wish_.is_json) return ending.code();
    const ExitCode printed = answer_as(wish_.view, json);
    return ending.code() == ExitCode::success ? printed : ending.code();
  }

  Plan& plan_;
  const ToolBook& tools_;
  const SessionWish& wish_;
  EventLoop& loop_;
  RunSignals& signals_;
  LoopClock clock_;
  MonotonicTime started_{};
  std::optional<FileStamp> database_;  // as it was when the run began
  OpenFileLimit open_files_;           // what it was, for the steps
  Belongings belongings_;
  Resumption resumption_;
  NoRecorder no_recorder_;
  std::optional<OptionalRecorder> optional_;
  Masking masking_;
  TimeKeeper times_;
  std::unique_ptr<LocalExecutor> local_;
  std::unique_ptr<DryExecutor> dry_;
  RunScreen screen_;
  EventOutputs outputs_;
  std::optional<FixedTimes> fixed_times_;
  std::optional<RunOnlookers> onlookers_;
  std::unique_ptr<Engine> engine_;
  std::optional<RunControl> control_;
};

}  // namespace

ExitCode run_session(Plan& plan, const ToolBook& tools, const SessionWish& wish) {
  EventLoop loop;
  RunSignals signals(loop);
  const ExitCode code = Session(plan, tools, wish, loop, signals).run();
  if (wish.keeper != nullptr) wish.keeper->dismiss();  // we may be about to die by a signal
  return signals.end_with(code);
}

}  // namespace ws::cli
