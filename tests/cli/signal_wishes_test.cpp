// Which of two signals is a second wish.
#include "cli/signal_wishes.h"

#include <csignal>

#include "support/catch.h"

using namespace ws;
using namespace std::chrono_literals;
using ws::cli::SignalWishes;

namespace {
constexpr MonotonicTime kStart{};  // as early as a clock may be
}

TEST_CASE("the same signal again at once is the same wish, however often") {
  SignalWishes wishes;
  CHECK(wishes.is_new(SIGTERM, kStart));
  CHECK_FALSE(wishes.is_new(SIGTERM, kStart));
  CHECK_FALSE(wishes.is_new(SIGTERM, kStart + 5ms));
  CHECK_FALSE(wishes.is_new(SIGTERM, kStart + 99ms));
}

TEST_CASE("later the same signal is a second wish, and one that was not counted puts nothing off") {
  SignalWishes wishes;
  CHECK(wishes.is_new(SIGINT, kStart));
  CHECK_FALSE(wishes.is_new(SIGINT, kStart + 90ms));
  CHECK(wishes.is_new(SIGINT, kStart + 100ms));
  CHECK_FALSE(wishes.is_new(SIGINT, kStart + 110ms));
  CHECK(wishes.is_new(SIGINT, kStart + 300ms));
}

TEST_CASE("another signal is a wish at once") {
  SignalWishes wishes;
  CHECK(wishes.is_new(SIGTERM, kStart));
  CHECK(wishes.is_new(SIGINT, kStart));
  CHECK(wishes.is_new(SIGTERM, kStart));
  CHECK_FALSE(wishes.is_new(SIGTERM, kStart));
}

TEST_CASE("a wish that took its time to be carried out is the same one until then") {
  SignalWishes wishes;
  CHECK(wishes.is_new(SIGTERM, kStart));
  wishes.settle(kStart + 1s);
  CHECK_FALSE(wishes.is_new(SIGTERM, kStart + 1s + 20ms));
  CHECK(wishes.is_new(SIGTERM, kStart + 1s + 100ms));
}
