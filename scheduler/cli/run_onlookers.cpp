#include "cli/run_onlookers.h"

#include <utility>

#include "platform/machine.h"
#include "report/occasions.h"

namespace ws::cli {

RunOnlookers::RunOnlookers(const Plan& plan, EventLoop& loop, LocalExecutor& executor,
                           OnlookerWish wish) {
  if (wants_scaling(plan)) {
    scaling_ = std::make_unique<WorkerScaling>(loop, wish.max_workers,
                                               [this](std::uint32_t workers, std::string why) {
                                                 engine_->request_workers(workers, std::move(why));
                                               });
  }
  if (has_hooks(plan)) {
    DiagnosticsOptions options;
    options.run_dir = wish.run_dir;
    if (auto directory = current_directory(); directory.has_value()) options.start_dir = *directory;
    for (const auto& [name, value] : own_environment()) options.environment.push_back(name);
    diagnostics_ = std::make_unique<DiagnosticsBundle>(std::move(options));
  }
  if (wish.notify_command.empty()) return;
  NotifyOptions options;
  options.line = std::move(wish.notify_command);
  options.mark = std::move(wish.notify_mark);
  options.environment = std::move(wish.environment);
  options.facts = std::move(wish.facts);
  options.mask = std::move(wish.mask);
  notifier_ = std::make_unique<Notifier>(loop, executor.host(), std::move(options));
}

void RunOnlookers::add_to(std::vector<Observer*>& observers) {
  if (diagnostics_) observers.push_back(diagnostics_.get());
  if (notifier_) observers.push_back(notifier_.get());
  if (scaling_) observers.push_back(scaling_.get());
}

void RunOnlookers::begin(Engine& engine) {
  engine_ = &engine;
  if (scaling_) scaling_->start();
}

bool RunOnlookers::is_done() {
  scaling_.reset();
  if (!notifier_ || notifier_->is_idle()) return true;
  if (!std::exchange(is_waiting_, true)) notifier_->finish();
  return false;
}

void RunOnlookers::give_up() {
  if (notifier_) notifier_->give_up();
}

std::vector<std::string> RunOnlookers::complaints() const {
  std::vector<std::string> texts;
  if (notifier_) {
    if (std::string text = notifier_->complaint(); !text.empty()) texts.push_back(std::move(text));
  }
  if (diagnostics_) {
    for (const std::string& text : diagnostics_->complaints()) texts.push_back(text);
  }
  return texts;
}

}  // namespace ws::cli
