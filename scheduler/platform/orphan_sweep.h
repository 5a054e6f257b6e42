// Finds, kills and reaps descendants that outlived the child they came from: this process is their
// sub-reaper (process_setup.h), so they become its children the moment their own parent dies.
//
// An orphan is recognised by one environment variable that differs for each child (its mark). An
// orphan whose child still runs is let be: a background server of a running step. Knows no event
// loop; child_host.cpp decides when to look.
#pragma once

#include <string>
#include <string_view>
#include <sys/types.h>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "platform/keeper_board.h"
#include "platform/process_stamp.h"
#include "platform/unique_fd.h"

namespace ws {

class Keeper;

class OrphanSweep {
 public:
  // The name of the variable that marks a child and all that it starts. Children that we have
  // already (of a shell that became this program by `exec`; the keeper) are reaped and never
  // killed. `keeper`: is told who would escape it; may be null.
  explicit OrphanSweep(std::string mark_variable, Keeper* keeper = nullptr);

  // A child that is about to be started or runs; the string must outlive the entry.
  void add_mark(const std::string& mark) { marks_.insert(&mark); }
  void remove_mark(const std::string& mark) { marks_.erase(&mark); }
  // Processes that somebody else reaps: never touched here.
  void add_child(const ProcessStamp& stamp);
  void remove_child(pid_t pid);
  [[nodiscard]] const std::unordered_map<pid_t, KeeperBoard::Slot>& children() const {
    return children_;
  }
  [[nodiscard]] bool has_marks() const { return !marks_.empty(); }

  // One look at our children: dead orphans are reaped, orphans whose child has ended are killed.
  // An orphan without a mark (it cleared its environment) is killed when there is no mark at all.
  void look();
  // Whether something with this mark, or without any, was killed and is not gone yet.
  [[nodiscard]] bool is_dying(std::string_view mark) const;
  [[nodiscard]] bool is_anything_dying() const { return dying_ > 0; }

  // Whether a look costs under a microsecond a child: the kernel lists our children
  // (CONFIG_PROC_CHILDREN). Otherwise all of /proc is searched.
  [[nodiscard]] bool is_cheap() const { return children_file_.is_open(); }

 private:
  struct Orphan {
    std::string mark;
    bool is_killed = false;
    bool is_listed = false;  // in the look under way
    bool is_untouchable = false;
    KeeperBoard::Slot slot = KeeperBoard::kNoSlot;
  };

  // True when something was reaped.
  bool look_once();
  void list_children();
  void list_children_from_stat();
  [[nodiscard]] bool is_owner_running(const Orphan& orphan) const;
  void kill_orphan(pid_t pid, Orphan& orphan);
  // The keeper cannot recognise an orphan that shows no mark, and what shows one may still go on as
  // a program without.
  void tell_keeper(pid_t pid, Orphan& orphan);
  void forget_unlisted();

  std::string mark_variable_;
  Keeper* keeper_;
  UniqueFd children_file_;
  std::unordered_set<const std::string*> marks_;
  std::unordered_map<pid_t, KeeperBoard::Slot> children_;
  std::unordered_set<pid_t> spared_;
  std::unordered_map<pid_t, Orphan> orphans_;
  std::vector<pid_t> listed_;  // kept for its memory
  std::size_t dying_ = 0;
};

}  // namespace ws
