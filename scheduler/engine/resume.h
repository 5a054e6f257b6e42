// Resume: what a run takes over from earlier ones. For each node of the plan it says whether an
// earlier result stands, and if not, why it runs again.
//
// An earlier result stands when the earlier run went on with it, the definition is the same (an
// edited file changes only what was edited), and nothing before it runs again. Pure: no clock, no
// store; what is found out while running (a condition that decides otherwise this time) is the
// engine's to see (engine_resume.cpp). Made by cli/, asked by the engine; `plan` must outlive it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/caught_failures.h"
#include "engine/earlier_run.h"
#include "model/plan.h"

namespace ws {

struct ResumeWish {
  std::vector<NodeId> again;        // run again whatever came of them; a gate: its whole group
  bool keeps_dependents = false;    // of those: only they run again, what came after stands
  bool is_definition_kept = false;  // an edited step stands too (--force)
  bool retries_failures = false;    // also failures that the earlier run went on with
};

// The definition a node has now (model/definition_parts.h); of a fan-out's begin gate that of its
// items.
using PartsNow = std::function<std::string(NodeId)>;

class Resume {
 public:
  Resume(const Plan& plan, EarlierRuns earlier, const PartsNow& parts, ResumeWish wish = {});
  Resume(const Resume&) = delete;  // a part of it looks at another
  Resume& operator=(const Resume&) = delete;

  // What stands for the node, or null. Items that a run finds are known after items_found().
  [[nodiscard]] const EarlierStep* kept(NodeId node) const;
  // What came of the node earlier, unless its definition or something before it has changed; null
  // when nothing did. For a node that is not kept: an attempt was lost, or waits.
  [[nodiscard]] const EarlierStep* interrupted(NodeId node) const;
  // Whether nothing of it will run: a step that is kept, a group whose members all are.
  [[nodiscard]] bool is_as_before(NodeId node) const { return verdicts_[node.index()].is_clean; }
  // The round of a group in which it goes on; 1: at its beginning.
  [[nodiscard]] std::uint32_t round_of(GroupId group) const;
  // Whether the group has other members, or other items, than it had; also when it ended in another
  // state than it has now.
  [[nodiscard]] bool has_other_members(GroupId group) const;
  [[nodiscard]] bool ends_otherwise(GroupId group, StepState now) const;
  // The fan-out has its nodes now: plan.members(group).
  void items_found(GroupId group);

  struct Again {
    NodeId node;
    std::string why;  // "its command changed", "'build' runs again"
    bool is_edited = false;
  };
  struct Counts {
    std::uint32_t kept = 0;
    std::uint32_t changed = 0;  // was done, and runs again
    std::uint32_t to_run = 0;   // was not done
  };
  // Over the steps that are known before the run.
  [[nodiscard]] const Counts& counts() const { return counts_; }
  // The changed ones, in the plan's order.
  [[nodiscard]] const std::vector<Again>& again() const { return again_; }
  [[nodiscard]] const EarlierRuns& earlier() const { return earlier_; }
  [[nodiscard]] bool is_rolling_back() const { return earlier_.is_rolling_back; }
  // For a step that will be skipped again, and was not because something failed; else null. Of
  // several reasons the first one counts, and restored failures come before conditions.
  [[nodiscard]] const EarlierStep* skipped_at_will(NodeId node) const;
  // Only what runs by itself counts: what follows a step that runs again stands nevertheless.
  [[nodiscard]] bool keeps_dependents() const { return wish_.keeps_dependents; }

 private:
  struct Verdict {
    const EarlierStep* earlier = nullptr;
    bool is_kept = false;
    bool is_clean = false;          // will come to the same as before, as far as is known
    bool is_same = false;           // its definition
    std::uint32_t executed_in = 0;  // of what is kept: in which of the runs; a gate: the latest
  };
  void judge_all(const PartsNow& parts);
  void judge(NodeId node, const PartsNow& parts);
  void judge_gate(NodeId gate, const PartsNow& parts);
  [[nodiscard]] bool restart_changed_rounds();
  [[nodiscard]] bool has_change_inside(GroupId group) const;
  [[nodiscard]] bool is_beyond_its_rounds(GroupId group) const;
  [[nodiscard]] bool is_torn_down(GroupId group) const;
  [[nodiscard]] bool is_won_as_before(GroupId group) const;
  [[nodiscard]] const EarlierGroup* earlier_group(GroupId group) const;
  void count(NodeId node, const PartsNow& parts);
  [[nodiscard]] const EarlierStep* find(NodeId node);
  [[nodiscard]] bool stands(NodeId node, const EarlierStep& step) const;
  [[nodiscard]] bool is_passed_over(NodeId node, const EarlierStep& step) const;
  [[nodiscard]] bool is_final(NodeId node, const EarlierStep& step) const;
  [[nodiscard]] bool is_asked_for(NodeId node) const;
  [[nodiscard]] bool is_begun_anew(NodeId node) const;
  // Invalid: everything before the node comes to the same.
  [[nodiscard]] NodeId unclean_before(NodeId node) const;
  // In which run the latest of what is before it was done.
  [[nodiscard]] std::uint32_t latest_before(NodeId node) const;
  [[nodiscard]] std::string why_again(NodeId node, const PartsNow& parts) const;

  const Plan& plan_;
  EarlierRuns earlier_;
  mutable CaughtFailures caught_;
  ResumeWish wish_;
  std::vector<Verdict> verdicts_;
  std::vector<bool> is_again_;
  std::vector<bool> is_begun_anew_;  // per group: from its first round
  std::unordered_map<GroupId, std::unordered_map<std::string, std::size_t>> equal_items_;
  std::unordered_map<GroupId, std::string> parts_of_items_;
  std::vector<Again> again_;
  Counts counts_;
};

}  // namespace ws
