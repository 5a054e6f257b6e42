#include "store/retention_choice.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace ws {
namespace {

bool is_finished_well(RunStatus status) {
  switch (status) {
    case RunStatus::succeeded:
    case RunStatus::completed_with_errors:
    case RunStatus::rolled_back:
      return true;
    case RunStatus::running:
    case RunStatus::failed:
    case RunStatus::timed_out:
    case RunStatus::cancelled:
    case RunStatus::partially_rolled_back:
    case RunStatus::crashed:
      return false;
  }
  return false;
}

// A workstream that a step called is named after it: ws-a.step.1 (model/calls.h).
bool is_called_by(std::string_view inner, std::string_view outer) {
  return inner.size() > outer.size() && inner.starts_with(outer) && inner[outer.size()] == '.';
}

class Choice {
 public:
  Choice(std::vector<RunRow> runs, const RetentionWish& wish)
      : runs_(std::move(runs)), wish_(wish), reasons_(runs_.size()), is_asked_(runs_.size()) {}

  RetentionChoice make(std::vector<RunNeed> needs) {
    ask();
    protect_the_living();
    add_successors(needs);
    protect_the_needed(needs);
    RetentionChoice choice;
    for (std::size_t i = runs_.size(); i-- > 0;) {
      if (!is_asked_[i]) continue;
      if (reasons_[i].empty()) {
        choice.removed.push_back(std::move(runs_[i]));
      } else {
        choice.kept.push_back({std::move(runs_[i]), std::move(reasons_[i])});
      }
    }
    return choice;
  }

 private:
  void ask() {
    std::unordered_map<std::string, std::size_t> newer;  // runs of each workstream
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      const RunRow& run = runs_[i];
      std::size_t place = std::numeric_limits<std::size_t>::max();
      std::string newest_of;
      bool holds_wished = wish_.workstream.empty();
      for (const std::string& workstream : run.workstreams) {
        const std::size_t before = newer[workstream]++;
        place = std::min(place, before);
        if (before == 0) newest_of = workstream;
        holds_wished = holds_wished || workstream == wish_.workstream;
      }
      is_asked_[i] = holds_wished && (wish_.runs.empty() || wish_.runs.contains(run.id)) &&
                     (!wish_.keep || place >= *wish_.keep) &&
                     (!wish_.before || run.ended.value_or(run.started) < *wish_.before);
      const bool is_named = !wish_.runs.empty() || (wish_.keep && *wish_.keep == 0);
      if (run.status == RunStatus::running) {
        reasons_[i] = "it is going on";
      } else if (!newest_of.empty() && !is_named && !is_finished_well(run.status)) {
        reasons_[i] = fmt::format("it is the newest of '{}' and {}: the next may carry on from it",
                                  printable(newest_of), name(run.status));
      }
    }
  }

  void protect_the_living() {
    for (const RunRow& living : runs_) {
      if (living.status != RunStatus::running) continue;
      for (std::size_t i = 0; i < runs_.size() && runs_[i].number > living.number; ++i) {
        if (!reasons_[i].empty()) continue;
        for (const std::string& outer : living.workstreams) {
          if (is_called_by(runs_[i].workstream, outer))
            reasons_[i] = fmt::format("it may belong to run {}, which is going on", living.id);
        }
      }
    }
  }

  // What was done after it would be forgotten, and it would be gone on with.
  void add_successors(std::vector<RunNeed>& needs) const {
    std::unordered_map<std::string_view, std::int64_t> newer;  // the next one of each workstream
    for (const RunRow& run : runs_) {
      for (const std::string& workstream : run.workstreams) {
        const auto [next, is_newest] = newer.try_emplace(workstream, run.number);
        if (!is_newest && !is_finished_well(run.status))
          needs.push_back({run.number, next->second,
                           fmt::format("without it the next run would go on with run {} ({})",
                                       printable(run.id), name(run.status))});
        next->second = run.number;
      }
    }
  }

  // From every run that stays to what it needs, and on from there.
  void protect_the_needed(const std::vector<RunNeed>& needs) {
    std::unordered_map<std::int64_t, std::size_t> places;
    for (std::size_t i = 0; i < runs_.size(); ++i) places.emplace(runs_[i].number, i);
    std::unordered_map<std::int64_t, std::vector<const RunNeed*>> needs_of;
    for (const RunNeed& need : needs) needs_of[need.needer].push_back(&need);
    std::vector<std::int64_t> staying = {0};  // the memory
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      if (stays(i)) staying.push_back(runs_[i].number);
    }
    while (!staying.empty()) {
      const auto found = needs_of.find(staying.back());
      staying.pop_back();
      if (found == needs_of.end()) continue;
      for (const RunNeed* need : found->second) {
        const auto place = places.find(need->needed);
        if (place == places.end() || stays(place->second)) continue;
        reasons_[place->second] = need->why;
        staying.push_back(need->needed);
      }
    }
  }

  [[nodiscard]] bool stays(std::size_t i) const { return !is_asked_[i] || !reasons_[i].empty(); }

  std::vector<RunRow> runs_;
  const RetentionWish& wish_;
  std::vector<std::string> reasons_;
  std::vector<bool> is_asked_;
};

}  // namespace

RetentionChoice choose_removals(std::vector<RunRow> runs, const std::vector<RunNeed>& needs,
                                const RetentionWish& wish) {
  return Choice(std::move(runs), wish).make(needs);
}

}  // namespace ws
