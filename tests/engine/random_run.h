// A random run for the simulation: workstreams in mini()'s notation, outcomes, limits, interrupts.
//
// Made of pieces that can be left out one by one, so that a failing seed can be made small: what an
// attempt does depends on its name and the seed alone, not on what else there is.
#pragma once

#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "support/story.h"

namespace ws::test {

class RandomRun {
 public:
  // `dropped`: numbers of the pieces to leave out.
  RandomRun(std::uint32_t seed, std::set<std::uint32_t> dropped);

  [[nodiscard]] const std::string& text() const { return text_; }
  // Options, outcomes, interrupts.
  void prepare(Story& story);
  [[nodiscard]] std::uint32_t pieces() const { return pieces_; }
  // What was set beside the text, for people.
  [[nodiscard]] const std::string& settings() const { return settings_; }

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
  [[nodiscard]] bool keeps() { return !dropped_.contains(pieces_++); }
  // Not in every run: they make most of a plan a chain.
  [[nodiscard]] bool has_scopes() const { return seed_ % 4 == 0; }
  void piece(const std::string& text);
  void workstream(std::uint32_t number);
  [[nodiscard]] Entity step(std::uint32_t number);
  [[nodiscard]] Entity group(std::vector<Entity>& open, std::vector<Entity>& done);
  void add_dependencies(std::vector<Entity>& all);
  void write(const Entity& entity);
  [[nodiscard]] std::string condition(std::uint32_t step);
  void add_condition(Entity& entity, std::uint32_t chances);
  [[nodiscard]] std::string policy();
  [[nodiscard]] std::string retry();
  [[nodiscard]] std::string breaker();
  [[nodiscard]] static Scripted attempt(std::mt19937& random);

  std::uint32_t seed_;
  std::set<std::uint32_t> dropped_;
  std::mt19937 random_;
  std::uint32_t pieces_ = 0;
  std::uint32_t groups_ = 0;
  std::string text_;
  std::string settings_;
};

}  // namespace ws::test
