// Random tales: workstreams in mini()'s notation, limits, signals, crashes, outcomes.
//
// What an attempt does depends on its name and the seed alone, not on what else there is, so that a
// failing tale can be made small. Every seed gives the same tale on every machine.
#pragma once

#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "simulation/tale.h"

namespace ws::test {

[[nodiscard]] Tale random_tale(std::uint32_t seed);

// How an attempt goes that has no script.
[[nodiscard]] Scripted drawn_attempt(std::uint32_t seed, const std::string& name,
                                     std::uint32_t attempt, std::uint32_t part);

class RandomWorkstreams {
 public:
  explicit RandomWorkstreams(std::uint32_t seed);
  [[nodiscard]] std::vector<TaleItem> take() { return std::move(items_); }

 private:
  struct Entity {
    std::string name;
    std::uint32_t first = 0;  // of the steps it holds, in file order
    std::uint32_t last = 0;
    std::vector<std::string> words;
    std::vector<std::string> members;  // of a group
    std::uint32_t depth = 0;
    bool is_handler = false;
    std::set<std::uint32_t> needs = {};  // steps that its conditions and items speak of
  };
  [[nodiscard]] std::uint32_t below(std::uint32_t limit);
  [[nodiscard]] bool one_in(std::uint32_t chances) { return below(chances) == 0; }
  // Not in every run: they make most of a plan a chain.
  [[nodiscard]] bool has_scopes() const { return seed_ % 4 == 0; }
  void workstream(std::uint32_t number);
  [[nodiscard]] Entity step(std::uint32_t number);
  [[nodiscard]] Entity group(std::vector<Entity>& open, std::vector<Entity>& done);
  void add_dependencies(std::vector<Entity>& all);
  [[nodiscard]] std::string condition(std::uint32_t step);
  void add_condition(Entity& entity, std::uint32_t chances);
  [[nodiscard]] std::string policy();
  [[nodiscard]] std::string retry();
  [[nodiscard]] std::string breaker();

  std::uint32_t seed_;
  std::mt19937 random_;
  std::uint32_t groups_ = 0;
  std::vector<TaleItem> items_;
};

}  // namespace ws::test
