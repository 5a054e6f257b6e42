// What stands between a run and everything that keeps or shows it: secret values go no further.
//
// The engine folds real facts; the store and all observers get masked ones, and observers the fold
// of those, so that no reader can come by a real result. Without secrets everything is handed
// through untouched. Knows no store and no screen. Used by run_session.cpp.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/secrets.h"
#include "engine/roles.h"
#include "engine/run_state.h"
#include "model/plan.h"

namespace ws::cli {

class Masking final : public Recorder, public Memory, public Observer {
 public:
  // Null: there are no secrets.
  explicit Masking(std::shared_ptr<Secrets> secrets) : secrets_(std::move(secrets)) {}

  // Before the engine is made, when the plan has not grown. What is given must outlive the run.
  [[nodiscard]] Recorder& recorder(Recorder& behind);
  [[nodiscard]] const Memory* memory(const Memory* behind);
  [[nodiscard]] std::vector<Observer*> observers(std::vector<Observer*> behind, const Plan& plan);

  // The state that may be shown.
  [[nodiscard]] const RunState& shown(const RunState& real) const {
    return state_ ? *state_ : real;
  }
  [[nodiscard]] std::string text(std::string text) const;
  [[nodiscard]] std::string json(std::string json) const;
  [[nodiscard]] std::vector<std::string> texts(std::vector<std::string> texts) const;
  [[nodiscard]] Secrets* secrets() const { return secrets_.get(); }
  // Which names had a value that could not be hidden; empty: none.
  [[nodiscard]] std::string complaint() const;

  Result<void> record(std::span<const Event> events) override;
  void observe(const Event& event, const RunState& state) override;
  // An Error for a key that holds a secret: it is never stored, so nobody could know what was done.
  [[nodiscard]] Result<std::optional<Remembered>> recall(NodeId node, std::string_view key,
                                                         WallTime since) const override;

 private:
  void learn_values(std::span<const Event> events);

  std::shared_ptr<Secrets> secrets_;
  Recorder* recorder_ = nullptr;
  const Memory* memory_ = nullptr;
  std::vector<Observer*> observers_;
  std::optional<Plan> plan_;  // grows as the real one does, with masked items
  std::optional<RunState> state_;
};

}  // namespace ws::cli
