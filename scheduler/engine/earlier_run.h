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
  std::string parts;  // model/definition_parts.h
  StepState state = StepState::waiting;
  bool is_accepted = false;
  // The run went on with how it ended: it succeeded, its failure was accepted, or a group around it
  // ended well.
  bool is_final = false;
  std::string why;
  std::uint32_t attempts = 0;
  std::uint32_t max_attempts = 1;
  // Of its last attempt, where there was one that ended.
  std::optional<Outcome> outcome;
  std::optional<WallTime> retry_due;  // it was backing off until then
  std::vector<NamedValue> outputs;
  bool is_output_lost = false;  // a file that holds one of them is gone, or it was masked
  bool is_undone = false;       // its compensation succeeded
};

struct EarlierGroup {
  std::string parts;  // of a fan-out: of its items
  std::uint32_t round = 1;
  bool has_joined_well = false;  // succeeded, was skipped, or its failure was accepted
};

class EarlierRuns {
 public:
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
  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] const std::vector<std::string>& run_ids() const { return run_ids_; }
  void add_run(std::string run_id) { run_ids_.push_back(std::move(run_id)); }

  // A rollback was under way: everything that had settled stays as it was, and undoing goes on.
  bool is_rolling_back = false;
  // Of a workstream's compensation actions: those that succeeded.
  void add_action_done(std::string workstream, std::uint32_t action);
  [[nodiscard]] bool has_done(const std::string& workstream, std::uint32_t action) const;

 private:
  std::unordered_map<std::string, std::vector<EarlierStep>> steps_;
  std::unordered_map<std::string, EarlierGroup> groups_;
  std::set<std::pair<std::string, std::uint32_t>> actions_done_;
  std::vector<std::string> run_ids_;
  std::size_t count_ = 0;
};

}  // namespace ws
