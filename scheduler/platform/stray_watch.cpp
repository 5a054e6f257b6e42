#include "platform/stray_watch.h"

#include <algorithm>
#include <unistd.h>

#include "platform/children_list.h"
#include "platform/keeper.h"
#include "platform/process_line.h"

namespace ws {

void StrayWatch::look(const std::unordered_map<pid_t, KeeperBoard::Slot>& leaders) {
  forget_the_dead();
  leaders_.clear();
  for (const auto& [leader, slot] : leaders) leaders_.push_back(leader);
  std::sort(leaders_.begin(), leaders_.end());
  const auto first = std::lower_bound(leaders_.begin(), leaders_.end(), first_);
  std::rotate(leaders_.begin(), first, leaders_.end());
  passed_ = 0;
  for (const pid_t leader : leaders_) {
    first_ = leader + 1;
    if (!walk(leader)) return;
  }
}

void StrayWatch::forget_the_dead() {
  std::erase_if(strays_, [this](const auto& entry) {
    const bool is_there = is_same_process_alive(entry.second.stamp);
    if (!is_there) board_.take_down(entry.second.slot);
    return !is_there;
  });
}

bool StrayWatch::walk(pid_t leader) {
  open_.assign(1, leader);
  while (!open_.empty()) {
    const pid_t pid = open_.back();
    open_.pop_back();
    children_.clear();
    append_children_of(pid, children_);
    for (const pid_t child : children_) {
      // What is in the group of a child the keeper finds by that. The environment is not asked: it
      // costs more, and who shows a mark now may go on as a program without.
      if (::getpgid(child) != leader) write_down(child);
      open_.push_back(child);
    }
    passed_ += children_.size();
    if (passed_ >= most_in_a_look_) return false;
  }
  return true;
}

void StrayWatch::write_down(pid_t pid) {
  if (strays_.contains(pid)) return;
  const std::optional<ProcessLine> line = process_line_of(pid);
  // The keeper of a run inside a step has work to do when we are killed, and goes by itself.
  if (!line || is_dead(*line) || is_keeper(pid)) return;
  const ProcessStamp stamp{pid, line->start_ticks};
  const KeeperBoard::Slot slot = board_.put({KeeperBoard::Kind::lone_process, stamp});
  if (slot != KeeperBoard::kNoSlot) strays_.emplace(pid, Stray{stamp, slot});
}

}  // namespace ws
