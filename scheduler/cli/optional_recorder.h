// `--no-checkpoint`: a run goes on although it cannot be recorded any more, and says so once.
//
// And what stands in for the store when there is none. What was recorded before stays; nothing
// after it is: the record has no hole, only an early end. Knows no store. Used by cli/run_session
// between the engine and the store.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <utility>

#include "engine/roles.h"

namespace ws::cli {

// A dry run leaves nothing behind.
class NoRecorder final : public Recorder {
 public:
  Result<void> record(std::span<const Event> /*events*/) override { return {}; }
};

class OptionalRecorder final : public Recorder {
 public:
  // `behind` must outlive this one; `on_lost` is told why, once.
  OptionalRecorder(Recorder& behind, std::function<void(const std::string&)> on_lost)
      : behind_(behind), on_lost_(std::move(on_lost)) {}

  // Never an error.
  Result<void> record(std::span<const Event> events) override {
    if (is_lost_) return {};
    const Result<void> done = behind_.record(events);
    if (!done) {
      is_lost_ = true;
      on_lost_(done.error().message);
    }
    return {};
  }
  [[nodiscard]] bool is_lost() const { return is_lost_; }

 private:
  Recorder& behind_;
  std::function<void(const std::string&)> on_lost_;
  bool is_lost_ = false;
};

}  // namespace ws::cli
