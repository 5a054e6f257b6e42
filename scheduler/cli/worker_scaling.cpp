#include "cli/worker_scaling.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "engine/scaling.h"
#include "platform/event_loop.h"

namespace ws::cli {
namespace {

constexpr std::chrono::seconds kBetweenLooks{2};
// The load is a mean over a minute: right after a cut it still tells of the time before.
constexpr std::uint32_t kSettlingLooks = 10;

}  // namespace

bool wants_scaling(const Plan& plan) {
  const auto indexes = plan.workstreams();
  return std::any_of(indexes.begin(), indexes.end(), [&](std::uint32_t index) {
    return plan.workset().workstreams[index].execution.adaptive_scaling;
  });
}

WorkerScaling::WorkerScaling(EventLoop& loop, std::uint32_t configured, Ask ask)
    : loop_(loop),
      configured_(std::max(configured, 1U)),
      ask_(std::move(ask)),
      workers_(configured_),
      timer_(loop, [this] {
        look(read_pressure());
        arm();
      }) {}

void WorkerScaling::start() {
  if (configured_ > 1) arm();
}

void WorkerScaling::arm() { timer_.arm(loop_.now() + kBetweenLooks); }

void WorkerScaling::look(const Pressure& pressure) {
  MachineReading reading;
  reading.load_per_processor = pressure.load_per_processor;
  reading.memory_available = pressure.memory_available;
  reading.memory_stalled = pressure.memory_stalled;
  reading.rate_limited = std::exchange(rate_limited_, 0);
  if (settling_ > 0) {
    --settling_;
    // Neither high enough to cut again nor low enough to be calm.
    if (reading.load_per_processor)
      reading.load_per_processor = std::min(*reading.load_per_processor, kHighLoad);
  }
  WorkerLimit limit = next_limit(workers_, configured_, reading);
  if (limit.workers == workers_) return;
  if (limit.workers < workers_) settling_ = kSettlingLooks;
  workers_ = limit.workers;
  ask_(limit.workers, std::move(limit.why));
}

void WorkerScaling::observe(const Event& event, const RunState& /*state*/) {
  if (const auto* ended = std::get_if<AttemptFinished>(&event.fact)) {
    if (std::holds_alternative<RateLimited>(ended->outcome)) ++rate_limited_;
  } else if (const auto* changed = std::get_if<WorkersChanged>(&event.fact)) {
    workers_ = std::min(changed->workers, configured_);
  }
}

}  // namespace ws::cli
