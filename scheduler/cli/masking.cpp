#include "cli/masking.h"

#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/masked_fact.h"

namespace ws::cli {

Recorder& Masking::recorder(Recorder& behind) {
  recorder_ = &behind;
  return secrets_ ? *this : behind;
}

const Memory* Masking::memory(const Memory* behind) {
  memory_ = behind;
  return secrets_ && behind != nullptr ? this : behind;
}

std::vector<Observer*> Masking::observers(std::vector<Observer*> behind, const Plan& plan) {
  if (!secrets_) return behind;
  observers_ = std::move(behind);
  plan_.emplace(plan);
  state_.emplace(*plan_);
  return {this};
}

std::string Masking::text(std::string text) const { return secrets_ ? secrets_->hide(text) : text; }

std::string Masking::json(std::string json) const {
  if (secrets_) json = secrets_->hide_in_json(json);
  return json;
}

std::vector<std::string> Masking::texts(std::vector<std::string> texts) const {
  for (std::string& one : texts) one = text(std::move(one));
  return texts;
}

std::string Masking::complaint() const {
  if (!secrets_ || secrets_->too_short().empty()) return {};
  const std::vector<std::string> names(secrets_->too_short().begin(), secrets_->too_short().end());
  return fmt::format("not masked, because a value has less than {} characters: {}", kShortestSecret,
                     printable(listed(names)));
}

// A program's results are known before it is gone, these only when the engine has made them.
void Masking::learn_values(std::span<const Event> events) {
  for (const Event& event : events) {
    const auto* made = std::get_if<OutputsCollected>(&event.fact);
    if (made == nullptr) continue;
    for (const NamedValue& value : made->values) learn_output(*secrets_, value);
  }
}

Result<void> Masking::record(std::span<const Event> events) {
  learn_values(events);
  std::vector<Event> masked;
  masked.reserve(events.size());
  for (const Event& event : events)
    masked.push_back({event.seq, event.at, event.wall, masked_fact(event.fact, *secrets_)});
  return recorder_->record(masked);
}

void Masking::observe(const Event& event, const RunState& /*state*/) {
  const Event masked{event.seq, event.at, event.wall, masked_fact(event.fact, *secrets_)};
  state_->apply(masked);
  state_->forget_newly_ready();
  for (Observer* observer : observers_) observer->observe(masked, *state_);
}

Result<std::optional<Remembered>> Masking::recall(NodeId node, std::string_view key,
                                                  WallTime since) const {
  if (secrets_->is_in(key))
    return Error{"its idempotency_key holds a secret value, which is never stored: use another", 0};
  return memory_->recall(node, key, since);
}

}  // namespace ws::cli
