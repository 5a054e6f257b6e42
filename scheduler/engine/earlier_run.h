// What earlier runs left behind, step by step and group by group, under names that survive an
// edited file: the workstream's id, the step's id, and the item of a for_each itself.
//
// Values only; knows no store and no plan. Filled by store/earlier_runs (from what was recorded),
// read by engine/resume.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/event.h"
#include "model/plan.h"

namespace ws {

struct EarlierStep {
  std::string run_id;  // the run that did it
  NodeKind kind = NodeKind::step;
  std::string parts;                       // model/definition_parts.h
  std::uint32_t item = PlanNode::kNoItem;  // its number among the items of that run
  StepState state = StepState::waiting;
  bool is_accepted = false;
  // The run went on with how it ended: it succeeded, its failure was accepted, or a group around it
  // ended well.
  bool is_final = false;
  std::string why;
  Duration ended{};  // since the start of the run that did it
  std::uint32_t attempts = 0;
  std::uint32_t max_attempts = 1;
  // Of its last attempt, where there was one that ended.
  std::optional<Outcome> outcome;
  std::optional<WallTime> retry_due;  // it was backing off until then
  std::vector<NamedValue> outputs;
  bool is_output_lost = false;  // a file that holds one of them is gone, or it was masked
  bool is_half_undone = false;  // its compensation was tried and did not succeed
  // Skipped, and not because something failed: its condition, or one before it, was false.
  bool is_skipped_at_will = false;
  // That run had it from the one before in the same story, and did not do it.
  bool is_taken_over = false;
  std::uint32_t executed_in = 0;  // the number of the run that did it; set by EarlierRuns
};

struct EarlierGroup {
  std::string parts;  // of a fan-out: of its items
  std::uint32_t round = 1;
  bool has_joined_well = false;  // succeeded, was skipped, or its failure was accepted
  bool is_reached = true;        // that run came to it
  StepState state = StepState::waiting;
  std::uint32_t members = 0;  // items, for a fan-out
  std::uint32_t executed_in = 0;
};

// One run, or several that went on with each other, oldest first: what a later one did not come to
// stays as an earlier one left it. Workstreams may have stories of their own, in any order.
class EarlierRuns {
 public:
  // What is added from here on is of this run. Of two runs the later one has the larger number,
  // above 0.
  void add_run(std::string run_id, std::uint32_t number);
  // Of a step without items, `item` is empty. Several items may be equal: they are kept in order.
  void add(std::string_view workstream, std::string_view step, std::string_view item,
           EarlierStep what);
  void add_group(std::string_view workstream, std::string_view name, GroupRole role,
                 EarlierGroup what);

  // The n-th (from 0) of these; null: none.
  [[nodiscard]] const EarlierStep* find(std::string_view workstream, std::string_view step,
                                        std::string_view item = {}, std::size_t n = 0) const;
  [[nodiscard]] const EarlierGroup* find_group(std::string_view workstream, std::string_view name,
                                               GroupRole role) const;
  // The number of the last run that did an item of the step; 0: none.
  [[nodiscard]] std::uint32_t latest_item(std::string_view workstream, std::string_view step) const;
  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] const std::vector<std::string>& run_ids() const { return run_ids_; }
  // Whether the run that was added last started a step of its own.
  [[nodiscard]] bool has_last_run_anything() const { return has_last_run_anything_; }

  // A rollback was under way: everything that had settled stays as it was, and undoing goes on.
  bool is_rolling_back = false;
  // Of a workstream's compensation actions: those that succeeded.
  void add_action_done(std::string workstream, std::uint32_t action);
  [[nodiscard]] bool has_done(const std::string& workstream, std::uint32_t action) const;

 private:
  std::unordered_map<std::string, std::vector<EarlierStep>> steps_;
  std::unordered_map<std::string, EarlierGroup> groups_;
  std::unordered_map<std::string, std::size_t> seen_;  // of equal items, in the run being added
  std::unordered_map<std::string, std::uint32_t> latest_items_;
  bool has_last_run_anything_ = false;
  std::set<std::pair<std::string, std::uint32_t>> actions_done_;
  std::vector<std::string> run_ids_;
  std::uint32_t number_ = 0;  // of the run being added
  std::size_t count_ = 0;
};

}  // namespace ws
