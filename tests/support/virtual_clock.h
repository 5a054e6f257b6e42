// Time that only moves when it is told to, for runs without sleeping.
//
// Bounds how often it may be asked without moving: a loop that makes no progress asks for ever.
// Knows nothing of what runs; used by Story.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include "engine/roles.h"
#include "support/broken_invariant.h"

namespace ws::test {

class VirtualClock final : public Clock {
 public:
  [[nodiscard]] MonotonicTime now() const override {
    require(++asked_ <= most_asked, "progress", [] { return "time stands still"; });
    return now_;
  }
  [[nodiscard]] WallTime wall() const override {
    return WallTime(now_.time_since_epoch()) + shift_;
  }
  void wake_at(MonotonicTime when) override { wake_ = when; }
  void cancel_wake() override { wake_.reset(); }

  void advance_to(MonotonicTime when) {
    if (when > now_) asked_ = 0;
    now_ = std::max(now_, when);
  }
  // A person, or a time server, sets the wall clock; the monotonic one does not notice.
  void set_wall_back(Duration by) { shift_ -= by; }
  // When the engine wants to be woken, and a busy machine does it.
  [[nodiscard]] std::optional<MonotonicTime> wake() const {
    if (!wake_) return std::nullopt;
    return *wake_ > now_ ? *wake_ + lateness : *wake_;
  }

  Duration lateness{};
  std::uint64_t most_asked = 100'000'000;

 private:
  MonotonicTime now_{};
  Duration shift_{};
  std::optional<MonotonicTime> wake_;
  mutable std::uint64_t asked_ = 0;
};

}  // namespace ws::test
