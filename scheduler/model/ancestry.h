// Which node comes before which, for many pairs at once: a pair costs little when the two are near
// each other, and the others are answered 64 targets at a time in one pass over the order between
// them. So a hundred thousand steps that each refer to one other cost no more than the plan.
//
// Edges that only keep two file scopes apart do not count: they are no dependency anybody wrote.
// Knows nothing of why it is asked (references.cpp). Internal to model/.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/plan.h"

namespace ws {

class Ancestry {
 public:
  explicit Ancestry(const Plan& plan) : plan_(plan) {}

  struct Question {
    NodeId before;
    NodeId after;
  };
  // One answer per question: whether `after` can only start when `before` has ended.
  [[nodiscard]] std::vector<bool> answer(std::span<const Question> questions);

 private:
  enum class Near : std::uint8_t { yes, no, unknown };
  [[nodiscard]] Near look_near(const Question& question);
  void answer_batch(std::span<const std::size_t> batch, std::span<const Question> questions,
                    std::vector<bool>& answers);
  void number_nodes();

  const Plan& plan_;
  std::vector<std::uint32_t> position_;  // in plan.order(); made when first needed
  std::vector<std::uint64_t> reached_;   // by position: which targets of the batch come before
  std::vector<NodeId> seen_;             // of one look
};

}  // namespace ws
