// The loop's batches, its one wake, timers, and tasks from other threads.
#include "platform/event_loop.h"

#include <chrono>
#include <string>
#include <thread>

#include "platform/timer.h"
#include "support/catch.h"

using namespace std::chrono_literals;
using namespace ws;

TEST_CASE("the end of a batch comes after all that was ready, once, in order") {
  EventLoop loop;
  std::string seen;
  loop.on_batch_end([&] {
    seen += '|';
    if (seen.find('c') != std::string::npos) loop.stop();
  });
  loop.on_batch_end([&] { seen += '/'; });
  loop.before_batch_end([&] { seen += '.'; });
  loop.post([&] { seen += 'a'; });
  loop.post([&] {
    seen += 'b';
    loop.post([&] { seen += 'c'; });
    seen += 'x';
  });
  loop.run();
  CHECK(seen == ".|/abxc.|/");
}

TEST_CASE("a batch ends even when work never does") {
  EventLoop loop;
  std::function<void()> forever = [&] { loop.post(forever); };
  loop.post(forever);
  int batches = 0;
  loop.on_batch_end([&] {
    if (++batches == 5) loop.stop();
  });
  loop.run();
  CHECK(batches == 5);
}

TEST_CASE("one wish to wake, the last one counts") {
  EventLoop loop;
  const auto start = loop.now();
  loop.wake_at(start + 1h);
  loop.wake_at(start + 20ms);
  loop.on_batch_end([&] {
    if (loop.now() - start >= 20ms) loop.stop();
  });
  loop.run();
  CHECK(loop.now() - start < 30s);
}

TEST_CASE("a cancelled wake does not come") {
  EventLoop loop;
  const auto start = loop.now();
  loop.wake_at(start + 20ms);
  loop.cancel_wake();
  bool has_woken = false;
  loop.on_batch_end([&] { has_woken = has_woken || loop.now() - start >= 20ms; });
  Timer end(loop, [&] {
    CHECK_FALSE(has_woken);
    loop.stop();
  });
  end.arm(start + 60ms);
  loop.run();
}

TEST_CASE("a timer can be re-armed, cancelled when due, and destroyed while armed") {
  EventLoop loop;
  int count = 0;
  Timer* self = nullptr;
  Timer repeated(loop, [&] {
    if (++count < 3) {
      self->arm(loop.now());
    } else {
      loop.stop();
    }
  });
  self = &repeated;
  repeated.arm(loop.now());
  Timer cancelled(loop, [&] { FAIL("cancelled"); });
  cancelled.arm(loop.now());
  loop.post([&] { cancelled.cancel(); });
  {
    Timer gone(loop, [&] { FAIL("gone"); });
    gone.arm(loop.now());
  }
  std::this_thread::sleep_for(1ms);
  loop.run();
  CHECK(count == 3);
  CHECK_FALSE(repeated.is_armed());
  CHECK_FALSE(cancelled.is_armed());
}

TEST_CASE("another thread may post, and stop the loop") {
  EventLoop loop;
  int count = 0;
  std::thread other([&] {
    for (int i = 0; i < 100; ++i) loop.post([&] { ++count; });
    loop.post([&] { loop.stop(); });
  });
  loop.run();
  other.join();
  CHECK(count == 100);
}

TEST_CASE("skipped time passes for nobody: a timer that was armed before waits as much longer") {
  EventLoop loop;
  const auto began = std::chrono::steady_clock::now();
  const auto before = loop.now();
  Timer timer(loop, [&] { loop.stop(); });
  timer.arm(loop.now() + 20ms);
  loop.skip(60ms);
  CHECK(loop.skipped() == 60ms);
  CHECK(loop.now() < before);  // as if it had stood still, and a little longer here
  loop.run();
  CHECK(loop.now() >= before + 20ms);
  CHECK(std::chrono::steady_clock::now() >= began + 80ms);
}
