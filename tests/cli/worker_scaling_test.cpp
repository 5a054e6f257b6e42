#include "cli/worker_scaling.h"

#include "engine/run_state.h"
#include "platform/event_loop.h"
#include "support/catch.h"
#include "support/mini.h"

using namespace ws;
using ws::cli::WorkerScaling;
using ws::test::mini;

namespace {

Pressure load(double value) {
  Pressure pressure;
  pressure.load_per_processor = value;
  return pressure;
}

struct Asked {
  EventLoop loop;
  std::string text;
  WorkerScaling scaling;

  explicit Asked(std::uint32_t configured)
      : scaling(loop, configured, [this](std::uint32_t workers, const std::string& why) {
          if (!text.empty()) text += "; ";
          text += std::to_string(workers) + " " + why;
        }) {}
};

}  // namespace

TEST_CASE("a workstream that wants it is asked for") {
  auto plain = mini("a");
  CHECK_FALSE(cli::wants_scaling(plain.plan()));
  plain.workset().workstreams[0].execution.adaptive_scaling = true;
  CHECK(cli::wants_scaling(plain.plan()));
}

TEST_CASE("a busy machine halves the workers once, until the load had time to fall") {
  Asked asked(8);
  asked.scaling.look(load(0.1));
  CHECK(asked.text.empty());
  for (int i = 0; i < 11; ++i) asked.scaling.look(load(5));
  CHECK(asked.text == "4 the machine is busy: load 5.0 per processor");
  asked.scaling.look(load(5));
  CHECK(asked.text ==
        "4 the machine is busy: load 5.0 per processor; "
        "2 the machine is busy: load 5.0 per processor");
  // A machine that is calm again gets its workers back one by one.
  asked.text.clear();
  for (int i = 0; i < 20; ++i) asked.scaling.look(load(0.5));
  CHECK(asked.text ==
        "3 the pressure is gone; 4 the pressure is gone; 5 the pressure is gone; "
        "6 the pressure is gone; 7 the pressure is gone; 8 the pressure is gone");
}

TEST_CASE("little memory is believed at once") {
  Asked asked(8);
  Pressure pressure = load(5);
  asked.scaling.look(pressure);
  pressure.memory_available = 0.01;
  asked.scaling.look(pressure);
  asked.scaling.look(pressure);
  CHECK(asked.text ==
        "4 the machine is busy: load 5.0 per processor; 2 memory is low: 1% available; "
        "1 memory is low: 1% available");
}

TEST_CASE("attempts that a rate limit turned away count once") {
  Asked asked(8);
  const auto m = mini("a");
  const RunState state(m.plan());
  Event event;
  AttemptFinished fact;
  fact.key.node = m["a"];
  fact.outcome = RateLimited{};
  event.fact = fact;
  asked.scaling.observe(event, state);
  asked.scaling.observe(event, state);
  fact.outcome = Exited{1};
  event.fact = fact;
  asked.scaling.observe(event, state);
  asked.scaling.look({});
  CHECK(asked.text == "4 2 attempts turned away by a rate limit");
  asked.scaling.look({});
  CHECK(asked.text == "4 2 attempts turned away by a rate limit; 5 the pressure is gone");
}

TEST_CASE("what the engine says about the workers holds") {
  Asked asked(8);
  const auto m = mini("a");
  const RunState state(m.plan());
  Event event;
  event.fact = WorkersChanged{2, ""};
  asked.scaling.observe(event, state);
  asked.scaling.look(load(0));
  CHECK(asked.text == "3 the pressure is gone");
}
