// Which ids the steps and groups of a kata have: a phase's name where it is one step, else
// PHASE.WORD; a spawned kata goes by its binding, else by the last part of its name.
//
// Knows no model. Every id is there once; a name that is taken gets a number behind it. Used by
// kata_lowering.cpp.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "formats/kata/kata_file.h"

namespace ws {

// The steps and groups that one action becomes.
struct KataActionIds {
  std::string id;
  std::string joined;                // of spawn parallel: what keeps its results
  std::string check;                 // of spawn parallel: whether anyone succeeded
  std::vector<std::string> members;  // of spawn parallel
};

struct KataPhaseIds {
  std::string id;
  bool is_group = false;  // else its one action has its id
  std::vector<KataActionIds> actions;
  std::string fail;   // its last step, when it ends with `fail`
  std::string stuck;  // fails when no branch applies
};

// In the order of the phases.
[[nodiscard]] std::vector<KataPhaseIds> kata_ids(const Kata& kata);

// What a spawned kata is called among its siblings; two are never the same.
[[nodiscard]] std::vector<std::string> kata_member_names(const KataAction& parallel);

}  // namespace ws
