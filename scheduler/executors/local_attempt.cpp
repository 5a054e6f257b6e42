#include "executors/local_attempt.h"

#include <utility>

#include <fmt/format.h>

#include "engine/masked_fact.h"
#include "executors/attempt_command.h"
#include "executors/step_outputs.h"
#include "model/datum.h"
#include "platform/event_loop.h"
#include "platform/files.h"

namespace ws {
LocalExecutor::Attempt::Attempt(LocalExecutor& executor, AttemptKey attempt_key,
                                std::string attempt_directory, std::string command)
    : owner(executor),
      key(attempt_key),
      directory(std::move(attempt_directory)),
      spec{{}, {}, EnvironmentBlock(executor.base_), {}, {}, {}},
      log(directory, file_stem_of(executor.plan_, key), std::move(command),
          executor.options_.log_cap) {
  if (executor.options_.secrets != nullptr)
    masking = std::make_unique<MaskStream>(executor.options_.secrets->patterns());
}

void LocalExecutor::Attempt::child_running(const ProcessStamp& stamp) {
  if (std::exchange(is_held_, false)) {
    last_line = LastLine();
    if (idle_timer_) limit_silence(idle_limit_);
  }
  owner.listener_->attempt_running(key, {stamp.pid, stamp.start_ticks});
}

void LocalExecutor::Attempt::child_held(const Error& why) {
  is_held_ = true;
  last_line.feed(why.message + ": waiting for room\n");
  if (idle_timer_) idle_timer_->cancel();
  owner.listener_->attempt_held(key);
}

void LocalExecutor::Attempt::child_output(std::string_view bytes) {
  if (idle_timer_) last_output_ = owner.loop_.now();
  matcher.feed(bytes);  // the verdict is about what was written
  if (!masking) return keep(bytes);
  masking->look_for(owner.options_.secrets->patterns());
  keep(masking->feed(bytes));
}

void LocalExecutor::Attempt::keep(std::string_view shown) {
  log.append(shown);
  last_line.feed(shown);
  tail.feed(shown);
}

void LocalExecutor::Attempt::scrub_files() const {
  for (const std::string& path :
       {join_path(directory, "prompt"), join_path(directory, "script"),
        join_path(directory, "results.json"), key.part == 0 ? output_file : std::string()}) {
    if (path.empty()) continue;
    const Result<std::string> text = read_regular_file(path, kLongestOutputFile);
    if (!text) continue;
    const std::string hidden = owner.options_.secrets->hide(*text);
    // One that cannot be written anew goes: nobody needs it any more.
    if (hidden != *text && !write_file(path, hidden)) remove_file(path);
  }
}

void LocalExecutor::Attempt::limit_silence(Duration limit) {
  idle_limit_ = limit;
  last_output_ = owner.loop_.now();
  idle_timer_ = std::make_unique<Timer>(owner.loop_, [this] { look_for_silence(); });
  idle_timer_->arm(last_output_ + limit);
}

void LocalExecutor::Attempt::look_for_silence() {
  if (owner.loop_.now() < last_output_ + idle_limit_)
    return idle_timer_->arm(last_output_ + idle_limit_);
  is_stopped_for_silence_ = true;
  child->stop(owner.options_.stop_ladder);
}

void LocalExecutor::Attempt::child_ended(const ChildEnd& end) {
  idle_timer_.reset();
  matcher.finish();
  if (masking) keep(masking->finish());
  AttemptResult result;
  if (is_stopped_for_silence_) {
    result.outcome = TimedOut{idle_limit_};
  } else if (end.is_signaled) {
    result.outcome = Signaled{end.code, end.is_core_dumped};
  } else {
    result.outcome = Exited{end.code};
  }
  result.facts =
      AttemptFacts{log.bytes(),   log.path(),      matcher.missing(), matcher.forbidden(),
                   end.user_time, end.system_time, end.max_rss_kib,   log.error()};
  complete(result);
  if (end.is_signaled || end.code != 0 || !is_success(result)) log.keep_command();
  if (!is_success(result)) {
    result.error_text = tail.text();
    // What we found out ourselves is part of the error, as if it had been written.
    if (!result.facts.broken_rule.empty()) matcher.feed("\n" + result.facts.broken_rule + "\n");
  }
  result.facts.is_retryable = matcher.is_retryable();
  if (Secrets* secrets = owner.options_.secrets) {
    // Before the engine cuts it: half a secret is not recognised any more.
    result.facts.forbidden_output = secrets->hide(result.facts.forbidden_output);
    for (const NamedValue& value : result.outputs) learn_output(*secrets, value);
  }
  owner.end_now(key, std::move(result));
}

void LocalExecutor::Attempt::complete(AttemptResult& result) {
  AttemptFacts& facts = result.facts;
  if (is_stopped_for_silence_) {
    facts.broken_rule = fmt::format("no output for {}", format_exact(idle_limit_));
    return;
  }
  const bool is_command = key.part == 0;
  if (!is_command || !is_success(result)) return;
  if (files) files->report(facts);
  const Step* step = owner.plan_.step_if_any(key.node);
  if (step == nullptr || !is_success(result)) return;
  Result<std::vector<NamedValue>> outputs =
      collect_outputs(step->details(), {output_file, directory, captured.get()});
  if (outputs) {
    result.outputs = std::move(*outputs);
  } else {
    facts.broken_rule = fmt::format("its outputs cannot be used: {}", outputs.error().message);
  }
}

bool LocalExecutor::Attempt::is_success(const AttemptResult& result) const {
  const auto* exited = std::get_if<Exited>(&result.outcome);
  const AttemptFacts& facts = result.facts;
  return exited != nullptr && success.allows_exit(exited->code) && facts.missing_output.empty() &&
         facts.forbidden_output.empty() && facts.missing_files.empty() && facts.broken_rule.empty();
}

void LocalExecutor::Attempt::child_not_started(const Error& error) {
  log.keep_command();
  matcher.feed(error.message + "\n");
  AttemptResult result{cannot_start(error), {}};
  result.error_text = error.message;
  result.facts.is_retryable = matcher.is_retryable();
  owner.end_now(key, std::move(result));
}

}  // namespace ws
