// What a program declares (agents, blocks, inputs, imports, variables), and every mistake that can
// be told without following its statements: names taken twice, properties, modifiers, counts.
//
// Does not know what a name stands for at a given place (lowering.cpp does). Borrowed pointers into
// the program, which must outlive it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/text.h"
#include "formats/prose/program.h"

namespace ws::prose {

struct Variable {
  Place place;
  bool is_constant = false;
};

struct Declarations {
  std::map<std::string, const AgentBody*, std::less<>> agents;
  std::map<std::string, const BlockBody*, std::less<>> blocks;
  std::map<std::string, const UseBody*, std::less<>> programs;  // by alias or last part of the path
  std::map<std::string, Variable, std::less<>> variables;
  std::vector<const InputBody*> inputs;
  // Names that may be defined in lines that could not be read.
  std::set<std::string, std::less<>> unreadable;

  [[nodiscard]] bool may_know(std::string_view name) const {
    return unreadable.find(name) != unreadable.end();
  }
};

[[nodiscard]] Declarations declare(const Program& program, Diagnostics& diagnostics);

// The name under which a program that was imported is called.
[[nodiscard]] std::string program_name(const UseBody& use);

// "did you mean 'x'?" of the names of a map, or nothing; no search among thousands of them.
template <class Map>
[[nodiscard]] std::string spelling_hint(std::string_view word, const Map& names) {
  constexpr std::size_t kMostNames = 1000;
  if (names.size() > kMostNames) return "";
  std::vector<std::string_view> known;
  for (const auto& [name, value] : names) known.emplace_back(name);
  const auto near = nearest(word, known);
  return near ? "did you mean '" + std::string(*near) + "'?" : "";
}

// The property of that name; null when there is none.
[[nodiscard]] const Property* find_property(const std::vector<Property>& properties,
                                            std::string_view name);
// A name or a text without interpolations, as the two dialects write words; empty for all else.
[[nodiscard]] std::string word_of(const Expression& value);

}  // namespace ws::prose
