// A simulated run as data: what is written, how it is run, what happens meanwhile.
//
// Made by random_tale, made smaller by shrink, run by simulation. Knows how to tell itself as a
// unit test that can be pasted; knows no engine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "support/story.h"

namespace ws::test {

enum class TaleKind : std::uint8_t { workstream, step, group };

// One item of mini()'s notation.
struct TaleItem {
  TaleKind kind = TaleKind::step;
  std::uint32_t workstream = 0;      // that it is, or is of
  std::string name;                  // "ws-0", "s3", "g1"
  std::vector<std::string> members;  // of a group
  std::vector<std::string> words;
};

// What comes from outside while it runs.
struct Wish {
  enum class Kind : std::uint8_t {
    interrupt,
    terminate,
    hang_up,
    workers,
    wall_back,
    pause,
    resume,
    drain,
    end_step
  };
  Duration at{};
  Kind kind = Kind::interrupt;
  // Of workers, of seconds that the wall clock is set back or a pause lasts, of a node of the plan.
  std::uint32_t number = 0;
};

// The scheduler dies in a call of the store, before it kept anything or right after.
struct Crash {
  std::size_t call = 0;
  bool is_kept = false;
};

struct Tale {
  std::uint32_t seed = 0;
  std::vector<TaleItem> items;
  std::uint32_t max_workers = 1;
  bool is_sequential = false;
  bool is_fail_fast = false;
  Duration start_gap{};
  Duration run_timeout{};
  Duration lateness{};  // of every wake-up
  std::optional<std::size_t> refused_call;
  std::vector<Wish> wishes;
  std::vector<Crash> crashes;  // of the first run, of the one that carries on, …
  // What attempts do that have no script: drawn from their name and the seed, or plain successes.
  bool is_drawn = true;
  Story::Scripts scripts;
  // Of a calm one (calm.h), which is carried on until it ends:
  bool is_calm = false;
  std::string edited;  // a step ("ws-0/s1") whose definition is another one after the first run
};

[[nodiscard]] std::string mini_text(const Tale& tale);
// A test case that does the same.
[[nodiscard]] std::string as_test(const Tale& tale, const std::string& title);

// Without the item, and without whatever speaks of it. A workstream goes with all it holds.
[[nodiscard]] Tale without_item(const Tale& tale, std::size_t index);

}  // namespace ws::test
