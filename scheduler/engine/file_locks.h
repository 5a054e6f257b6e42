// FileLocks: no two nodes that claim the same files hold a slot at once.
//
// The edges of the plan put claimants in order; this holds where an edge does not: behind a step
// that was skipped, and beside a loser that runs on in the background. Knows neither order nor
// slots. Used by admission.
#pragma once

#include <cstdint>
#include <vector>

#include "model/plan.h"

namespace ws {

class FileLocks {
 public:
  explicit FileLocks(const Plan& plan);

  [[nodiscard]] bool is_free(NodeId node) const;
  void take(NodeId node);
  // False when the node held none.
  bool give_back(NodeId node);

 private:
  using Claimant = FileClaims::Claimant;
  struct Holder {
    Claimant claimant;
    std::uint32_t count = 0;
  };
  // Per pattern: who holds it, and who holds one that overlaps it and stands with the other.
  struct Lock {
    std::vector<Holder> own;
    std::vector<Holder> overlapping;
  };
  [[nodiscard]] bool is_free_for(const Claimant& claimant) const;
  void change(const Claimant& claimant, bool is_taken);
  static void change(std::vector<Holder>& holders, const Claimant& claimant, bool is_taken);
  template <class Visit>
  void for_each_claimant(NodeId node, Visit visit) const;

  const Plan& plan_;
  const FileClaims& claims_;
  std::vector<Lock> locks_;
};

}  // namespace ws
