// What need not run, because an earlier run did it, and what ran without doing anything. Part of
// the update half of the engine.
#include <utility>

#include <fmt/format.h>

#include "engine/engine.h"
#include "model/text_template.h"

namespace ws {

bool Engine::is_done_before(NodeId node) {
  const Step* step = plan_.step_if_any(node);
  if (options_.memory == nullptr || step == nullptr) return false;
  const StepDetails& details = step->details();
  if (details.idempotency_key.empty()) return false;
  const auto fail = [&](std::string why) {
    finish_step(node, StepState::failed, std::move(why));
    return true;
  };
  auto filled = fill(details.idempotency_key, details.for_each.has_value(), Splice::plain,
                     values_.look_up({node, state_.node(node).attempts + 1, 0}));
  if (const NoValue* none = std::get_if<NoValue>(&filled))
    return fail("its idempotency_key has no value: " + none->why);
  std::string key = std::get<std::string>(std::move(filled));
  // An empty text would make one of all that have none.
  if (key.empty())
    return fail(fmt::format("its idempotency_key is empty: {}", details.idempotency_key));
  const std::string_view item = plan_.item_of(node);
  if (!item.empty()) key = fmt::format("{} {}", item, key);
  const bool is_for_ever = details.idempotency_ttl == Duration::zero();
  const WallTime since = is_for_ever ? WallTime::min() : clock_.wall() - details.idempotency_ttl;
  Result<std::optional<Remembered>> found = options_.memory->recall(node, key, since);
  // Not run either: what must be done once is not done twice for want of an answer.
  if (!found) return fail("what earlier runs did cannot be read: " + found.error().message);
  if (!*found) {
    keys_[node] = std::move(key);
    return false;
  }
  Remembered& done = **found;
  if (!done.outputs.empty()) handed_on_[node] = std::move(done.outputs);
  std::string why = fmt::format("done before in run {}: same idempotency key", done.run_id);
  finish_step(node, StepState::succeeded, std::move(why), Restored{std::move(done.run_id)});
  return true;
}

// No failure: like a condition that is false, but found out by running.
void Engine::skip_unchanged(NodeId node) {
  const bool held_slot = takes_slot(node);
  handed_on_.erase(node);
  made_.erase(node);
  keys_.erase(node);
  close_breaker(node);  // it ran without an error
  note(StepSkipped{node, NodeId(), "it changed nothing"});
  if (held_slot) admission_.release(node);
  skip_dependents(node);
}

}  // namespace ws
