// The properties of sessions and agents, and the modifiers of parallel blocks and loops: which
// there are, what they may be, and what is said about those that are wrong (E008, E009, E013…E016,
// W001…W005, W007…W010).
//
// Does not know variables. Called by declarations.cpp.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/diagnostic.h"
#include "formats/prose/program.h"

namespace ws::prose {

class PropertyCheck {
 public:
  explicit PropertyCheck(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void session(const SessionBody& body);
  void agent(const AgentBody& body);
  // `branches`: how many there are, or 0 when only a run knows.
  void parallel(const std::vector<Property>& modifiers, std::size_t branches);
  void loop(const LoopBody& body, Place place);
  void repeat(const RepeatBody& body);
  // Skills that were imported, by name.
  void imported(std::string name) { imported_.insert(std::move(name)); }

 private:
  void common(const std::vector<Property>& properties);
  void model(const Property& property);
  void retry(const std::vector<Property>& properties);
  void backoff(const Property& property);
  void skills(const Property& property);
  void permissions(const Property& property);
  void permission(const Name& name, const Expression& value);
  void once(const Name& name, std::string_view message, std::string_view hint);
  void prompt(const Text& text, Place place);
  void strategy(const Property& modifier, std::string& word);
  void policy(const Property& modifier);
  void count(const Property& modifier, std::string_view strategy, std::size_t branches);
  bool whole_number(const Expression& value, std::string_view what);

  Diagnostics& diagnostics_;
  std::set<std::string, std::less<>> imported_;
  std::set<std::string, std::less<>> told_;
};

}  // namespace ws::prose
