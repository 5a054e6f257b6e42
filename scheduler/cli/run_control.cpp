#include "cli/run_control.h"

#include <variant>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/options.h"
#include "platform/local_time.h"
#include "platform/machine.h"
#include "report/step_lines.h"

namespace ws::cli {
namespace {

std::string asked_by_a_person() { return "asked by a person at " + local_clock_time(wall_now()); }

std::string steps_running_on(std::uint32_t count) {
  if (count == 0) return "nothing runs";
  return count == 1 ? std::string("a step runs on") : fmt::format("{} steps run on", count);
}

struct StepSearch {
  std::vector<NodeId> found;
  std::vector<std::string> names;  // of all steps
};

// By its id, or with its workstream's in front.
StepSearch find_steps(const Plan& plan, std::string_view wanted) {
  StepSearch search;
  for (std::uint32_t i = 0; i < plan.node_count(); ++i) {
    const NodeId node(i);
    if (plan.node(node).kind != NodeKind::step) continue;
    const std::string name = plan.display_name(node);
    if (wanted == plan.short_name(node) || wanted == plan.full_name(node) || wanted == name)
      search.found.push_back(node);
    search.names.push_back(name);
  }
  return search;
}

ControlAnswer refused(std::string why) { return {false, 0, std::move(why)}; }

std::string no_step(const StepSearch& search, std::string_view wanted) {
  const std::vector<std::string_view> names(search.names.begin(), search.names.end());
  const auto near = nearest(wanted, names);
  return fmt::format("it has no step '{}'{}", printable(wanted),
                     near ? fmt::format("; did you mean '{}'?", printable(*near)) : "");
}

}  // namespace

Result<void> RunControl::listen(EventLoop& loop, const std::string& directory) {
  Result<ControlSocket> socket = ControlSocket::listen(
      loop, directory, kControlSocket,
      [this](std::string_view message, const ControlSocket::Reply& reply) {
        const std::optional<ControlRequest> request = read_request(message);
        answers_.emplace_back(reply, request ? take(*request)
                                             : refused("it is run by another version of the "
                                                       "program, which knows no such wish"));
      });
  if (!socket) return socket.error();
  socket_.emplace(std::move(*socket));
  return {};
}

void RunControl::answer() {
  for (auto& [reply, answer] : std::exchange(answers_, {})) {
    if (engine_.store_error()) answer = refused("it cannot be recorded any more, and stops");
    answer.text = capped(answer.text, ControlSocket::kLongestMessage / 2);
    reply(text_of(answer));
  }
}

ControlAnswer RunControl::take(const ControlRequest& request) {
  if (std::string why = refusal(request); !why.empty()) return refused(std::move(why));
  const RunState& state = engine_.state();
  const std::uint32_t now = running();
  switch (request.verb) {
    case ControlVerb::pause:
      return {true, now, pause(request)};
    case ControlVerb::resume:
      if (!state.pause()) return {true, now, "was not paused"};
      engine_.request_resume();
      return {true, now, "goes on"};
    case ControlVerb::drain:
      engine_.request_drain(asked_by_a_person());
      return {true, now,
              fmt::format("is draining: {}, nothing more starts", steps_running_on(now))};
    case ControlVerb::workers:
      engine_.request_workers(request.workers, asked_by_a_person());
      return {true, now,
              fmt::format("runs at most {} at once from now on", counted(request.workers, "step"))};
    case ControlVerb::cancel:
      if (!request.step.empty()) return cancel_step(request);
      return {true, now, cancel_run(request)};
  }
  return refused("");
}

// Why the wish makes no sense now; empty: it does.
std::string RunControl::refusal(const ControlRequest& request) const {
  const RunState& state = engine_.state();
  if (engine_.is_finished()) return fmt::format("it is over: {}", name(state.status()));
  // The command line says so before; somebody else may speak to the socket, too.
  if (request.verb == ControlVerb::workers &&
      (request.workers == 0 || request.workers > kMostWorkers))
    return fmt::format("{} is not a number of workers: 1 to {}", request.workers, kMostWorkers);
  if (request.length < Duration::zero() || request.length > kLongestDuration)
    return "that is no length of time";
  const bool is_cancel = request.verb == ControlVerb::cancel && request.step.empty();
  if (is_cancel) return {};
  if (state.is_rolling_back()) return "it is rolling back";
  if (state.stop()) return "it is stopping: " + describe(*state.stop());
  if (request.verb == ControlVerb::pause && state.pause() && state.pause()->is_draining)
    return "it is draining: nothing more starts anyway (`resume` takes that back)";
  if (request.verb == ControlVerb::workers && state.header().is_sequential)
    return "it is sequential: one step at a time, in the order of the file";
  return {};
}

std::string RunControl::pause(const ControlRequest& request) {
  engine_.request_pause(request.length, asked_by_a_person());
  const std::string length = request.length > Duration::zero()
                                 ? " for " + format_duration(request.length)
                                 : std::string(" until it is resumed");
  return fmt::format("is paused{}: {}", length, steps_running_on(running()));
}

std::string RunControl::cancel_run(const ControlRequest& request) {
  const bool is_asked = engine_.is_asked_to_stop();
  if (!is_asked) engine_.request_stop(StopWhy::cancelled);
  if (request.is_kill) {
    engine_.request_stop(StopWhy::cancelled);
    return "is cancelled: what ran is killed";
  }
  if (is_asked) return "was asked to stop before; --kill ends at once what still runs";
  if (engine_.state().is_rolling_back())
    return "is rolling back, which a first wish does not stop; --kill gives it up";
  return fmt::format("is cancelled: {} to end", counted(running(), "step"));
}

ControlAnswer RunControl::cancel_step(const ControlRequest& request) {
  const Plan& plan = engine_.state().plan();
  const StepSearch search = find_steps(plan, request.step);
  if (search.found.empty()) return refused(no_step(search, request.step));
  if (search.found.size() > 1)
    return refused(fmt::format("it has several steps '{}': write {}", printable(request.step),
                               plan.full_name(search.found.front())));
  const NodeId step = search.found.front();
  const StepState state = engine_.state().node(step).state;
  const std::string shown = printable(plan.display_name(step));
  if (is_settled(state))
    return refused(fmt::format("its step '{}' is over: {}", shown, name(state)));
  engine_.request_step_stop(step);
  if (state != StepState::running)
    return {true, running(), fmt::format("does not start its step '{}'", shown)};
  if (request.is_kill) engine_.request_step_stop(step);
  return {true, running(),
          fmt::format("{} its step '{}'", request.is_kill ? "kills" : "ends", shown)};
}

}  // namespace ws::cli
