// What a kata file says, before it means anything: katas, their phases, actions and transitions,
// each with its place.
//
// Values only; knows neither how they are spelled nor what they become. Texts are views into the
// source. Made by kata_parser.h, judged by kata_rules.h, turned into the model by kata_lowering.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/duration.h"
#include "base/source.h"
#include "formats/kata/kata_condition.h"

namespace ws {

// A word and where it stands; empty: it is missing, and that has been said.
struct KataName {
  std::string_view text;
  Place place;
  [[nodiscard]] bool is_given() const { return !text.empty(); }
};

// `ai-model`, `ai-tags` or `ai-fallback` with its words.
struct KataAi {
  std::string_view key;
  std::vector<std::string_view> words;
};

struct KataRequirement {
  bool is_skill = true;  // else a kata
  KataName name;
  KataName version;  // may be left out
};

struct KataSpawn {
  KataName kata;
  KataName version;
  KataName binding;  // may be left out
};

enum class KataJoin { all, any, first };
enum class KataFailure { on_any, on_first, go_on };

struct KataAction {
  enum class Kind { run_skill, spawn_kata, wait_event, spawn_parallel };
  Kind kind = Kind::run_skill;
  Place place;                     // of its first word
  KataName name;                   // the skill or the event
  KataSpawn spawn;                 // of spawn_kata
  Duration timeout{};              // of wait_event and spawn_parallel; zero: none
  std::vector<KataSpawn> members;  // of spawn_parallel
  KataJoin join = KataJoin::all;
  std::optional<KataFailure> failure;  // empty: not written
};

// `if COND next NAME`, or `else next NAME`.
struct KataBranch {
  std::optional<KataCondition> condition;  // empty: else, or the condition was misread
  bool is_else = false;
  Place place;  // of `if` or `else`
  KataName next;
};

struct KataTransition {
  enum class Kind { next, complete, fail, branch };
  Kind kind = Kind::next;
  Place place;  // of its first word
  KataName next;
  std::vector<KataBranch> branches;

  [[nodiscard]] bool has_else() const { return !branches.empty() && branches.back().is_else; }
};

struct KataPhase {
  KataName name;
  std::vector<KataAi> ai;
  std::vector<KataAction> actions;
  std::vector<KataTransition> transitions;  // exactly one, when nothing is wrong
  bool is_misread = false;                  // something of it was not understood
};

struct Kata {
  Place place;  // of `kata`
  KataName name;
  KataName version;
  std::vector<KataAi> ai;
  std::vector<KataRequirement> requirements;
  KataName initial;
  bool has_initial = false;  // the word stands there, whatever follows it
  std::vector<KataPhase> phases;
  bool is_misread = false;  // something of it, or of a phase
};

}  // namespace ws
