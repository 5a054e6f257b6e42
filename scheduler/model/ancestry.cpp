#include "model/ancestry.h"

#include <algorithm>

namespace ws {
namespace {

constexpr std::size_t kNear = 24;  // nodes one look visits
constexpr std::size_t kBatch = 64;

}  // namespace

std::vector<bool> Ancestry::answer(std::span<const Question> questions) {
  std::vector<bool> answers(questions.size(), false);
  if (questions.empty()) return answers;
  number_nodes();
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const Near near = look_near(questions[i]);
    answers[i] = near == Near::yes;
    if (near == Near::unknown) open.push_back(i);
  }
  // Targets that stand together share a pass, and a pass begins at the first of them.
  std::sort(open.begin(), open.end(), [&](std::size_t a, std::size_t b) {
    return position_[questions[a].before.index()] < position_[questions[b].before.index()];
  });
  for (std::size_t first = 0; first < open.size();) {
    std::size_t targets = 0;
    NodeId last;
    std::size_t end = first;
    for (; end < open.size(); ++end) {
      const NodeId target = questions[open[end]].before;
      if (target != last && ++targets > kBatch) break;
      last = target;
    }
    answer_batch(std::span(open).subspan(first, end - first), questions, answers);
    first = end;
  }
  return answers;
}

void Ancestry::number_nodes() {
  if (!position_.empty()) return;
  position_.assign(plan_.node_count(), 0);
  const auto order = plan_.order();
  for (std::uint32_t i = 0; i < order.size(); ++i) position_[order[i].index()] = i;
}

// Backwards, a few nodes far.
Ancestry::Near Ancestry::look_near(const Question& question) {
  const std::uint32_t wanted = position_[question.before.index()];
  if (wanted >= position_[question.after.index()]) return Near::no;
  seen_.assign(1, question.after);
  for (std::size_t next = 0; next < seen_.size(); ++next) {
    std::size_t budget = kNear;
    for (const PlanEdge& edge : plan_.predecessors(seen_[next])) {
      if (budget-- == 0) return Near::unknown;
      if (edge.why == EdgeWhy::scope) continue;
      if (edge.node == question.before) return Near::yes;
      if (position_[edge.node.index()] <= wanted) continue;
      if (std::find(seen_.begin(), seen_.end(), edge.node) != seen_.end()) continue;
      if (seen_.size() == kNear) return Near::unknown;
      seen_.push_back(edge.node);
    }
  }
  return Near::no;
}

void Ancestry::answer_batch(std::span<const std::size_t> batch, std::span<const Question> questions,
                            std::vector<bool>& answers) {
  const std::uint32_t first = position_[questions[batch.front()].before.index()];
  std::uint32_t last = first;
  for (const std::size_t i : batch) last = std::max(last, position_[questions[i].after.index()]);
  reached_.assign(last - first + 1, 0);
  // Targets are numbered as they come in the sorted batch.
  std::vector<std::uint64_t> bit_of(batch.size());
  std::uint64_t bit = 0;
  NodeId before;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const NodeId target = questions[batch[i]].before;
    if (target != before) bit = bit == 0 ? 1 : bit << 1U;
    before = target;
    bit_of[i] = bit;
    reached_[position_[target.index()] - first] |= bit;
  }
  const auto order = plan_.order();
  for (std::uint32_t at = first; at <= last; ++at) {
    std::uint64_t reached = reached_[at - first];
    for (const PlanEdge& edge : plan_.predecessors(order[at])) {
      const std::uint32_t from = position_[edge.node.index()];
      if (edge.why != EdgeWhy::scope && from >= first) reached |= reached_[from - first];
    }
    reached_[at - first] = reached;
  }
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const NodeId after = questions[batch[i]].after;
    answers[batch[i]] = (reached_[position_[after.index()] - first] & bit_of[i]) != 0;
  }
}

}  // namespace ws
