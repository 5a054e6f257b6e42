#include "engine/file_locks.h"

#include <algorithm>

namespace ws {

FileLocks::FileLocks(const Plan& plan)
    : plan_(plan), claims_(plan.file_claims()), locks_(claims_.overlaps.size()) {}

template <class Visit>
void FileLocks::for_each_claimant(NodeId node, Visit visit) const {
  if (locks_.empty()) return;
  const PlanNode& of = plan_.node(node);
  const auto visit_if_any = [&](const Claimant& claimant) {
    if (!claims_.patterns_of(claimant).empty()) visit(claimant);
  };
  visit_if_any({of.workstream, Claimant::kWhole});
  if (of.kind == NodeKind::step) visit_if_any({of.workstream, of.step});
}

bool FileLocks::is_free(NodeId node) const {
  bool is_free = true;
  for_each_claimant(node,
                    [&](const Claimant& claimant) { is_free = is_free && is_free_for(claimant); });
  return is_free;
}

bool FileLocks::is_free_for(const Claimant& claimant) const {
  const auto is_clear = [&](const std::vector<Holder>& holders) {
    return std::none_of(holders.begin(), holders.end(), [&](const Holder& holder) {
      return holder.claimant.clashes_with(claimant);
    });
  };
  for (const std::uint32_t pattern : claims_.patterns_of(claimant)) {
    if (!is_clear(locks_[pattern].own) || !is_clear(locks_[pattern].overlapping)) return false;
    for (const std::uint32_t other : claims_.overlaps[pattern]) {
      if (!is_clear(locks_[other].own)) return false;
    }
  }
  return true;
}

void FileLocks::take(NodeId node) {
  for_each_claimant(node, [&](const Claimant& claimant) { change(claimant, true); });
}

bool FileLocks::give_back(NodeId node) {
  bool had_any = false;
  for_each_claimant(node, [&](const Claimant& claimant) {
    change(claimant, false);
    had_any = true;
  });
  return had_any;
}

void FileLocks::change(const Claimant& claimant, bool is_taken) {
  for (const std::uint32_t pattern : claims_.patterns_of(claimant)) {
    change(locks_[pattern].own, claimant, is_taken);
    for (const std::uint32_t other : claims_.overlaps[pattern])
      change(locks_[other].overlapping, claimant, is_taken);
  }
}

void FileLocks::change(std::vector<Holder>& holders, const Claimant& claimant, bool is_taken) {
  auto found = std::find_if(holders.begin(), holders.end(),
                            [&](const Holder& holder) { return holder.claimant == claimant; });
  if (found == holders.end()) found = holders.insert(found, {claimant, 0});
  found->count += is_taken ? 1U : -1U;
  if (found->count == 0) holders.erase(found);
}

}  // namespace ws
