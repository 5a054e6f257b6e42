#include "cli/notifier.h"

#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "executors/local_executor.h"
#include "report/occasions.h"

namespace ws::cli {

Notifier::Notifier(EventLoop& loop, ChildHost& host, NotifyOptions options)
    : loop_(loop),
      host_(host),
      options_(std::move(options)),
      base_(options_.environment),
      limit_(loop,
             [this] {
               late_ = "not done after " + format_duration(options_.limit);
               if (child_) child_->kill();
             }),
      patience_(loop, [this] { give_up(); }) {}

void Notifier::observe(const Event& event, const RunState& state) {
  if (!has_hooks_) has_hooks_ = has_hooks(state.plan());
  for (const Notice& notice :
       *has_hooks_ ? notices_of(event, state, options_.facts) : plain_notices_of(event, state))
    enqueue(options_.mask(notice_json(notice, event, state)));
}

void Notifier::enqueue(std::string text) {
  ++called_;
  if (waiting_.size() >= options_.most_waiting) {
    ++dropped_;
    return;
  }
  waiting_.push_back(std::move(text));
  if (!child_) start_next();
}

void Notifier::start_next() {
  if (waiting_.empty()) return;
  ChildSpec spec{"/bin/sh", {"/bin/sh", "-c", options_.line}, EnvironmentBlock(base_), {}, {}, {}};
  spec.environment.set(kStepMark, options_.mark);
  spec.stdin_text = std::move(waiting_.front());
  waiting_.pop_front();
  late_.clear();
  limit_.arm(loop_.now() + options_.limit);
  child_ =
      std::make_unique<ChildProcess>(host_, std::move(spec), static_cast<ChildListener&>(*this));
}

void Notifier::failed(std::string why) {
  ++failures_;
  last_failure_ = std::move(why);
}

void Notifier::child_running(const ProcessStamp& /*stamp*/) {}
void Notifier::child_output(std::string_view /*bytes*/) {}

void Notifier::child_ended(const ChildEnd& end) {
  limit_.cancel();
  if (!late_.empty()) {
    failed(late_);
  } else if (end.is_signaled) {
    failed(fmt::format("killed by signal {}", end.code));
  } else if (end.code != 0) {
    failed(fmt::format("exit {}", end.code));
  }
  child_.reset();
  start_next();
}

void Notifier::child_not_started(const Error& error) {
  limit_.cancel();
  failed(error.message);
  child_.reset();
  start_next();
}

void Notifier::finish() {
  if (!is_idle()) patience_.arm(loop_.now() + options_.patience);
}

void Notifier::give_up() {
  dropped_ += waiting_.size();
  waiting_.clear();
  if (child_) {
    late_ = fmt::format("not done {} after the run", format_duration(options_.patience));
    child_->kill();
  }
}

std::string Notifier::complaint() const {
  std::string text;
  if (failures_ > 0) {
    text = fmt::format("the notify command failed {} of {} times, the last time: {}", failures_,
                       called_, printable(last_failure_));
  }
  if (dropped_ > 0) {
    text += fmt::format("{}{} not sent: the notify command was too slow", text.empty() ? "" : "; ",
                        counted(dropped_, "notice"));
  }
  return text;
}

}  // namespace ws::cli
