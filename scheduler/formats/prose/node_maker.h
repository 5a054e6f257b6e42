// The steps and groups of the workstream that a program becomes: their ids, and how a list of them
// becomes one that others can name.
//
// Knows the model and no statements. Ids are unique and readable: `draft`, `draft-2`, `session-3`.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "model/workstream.h"

namespace ws::prose {

// A step or group of a sequence.
struct Member {
  std::string id;
  bool is_passing = false;  // it may be skipped, and what follows runs all the same
};
using Members = std::vector<Member>;

class NodeMaker {
 public:
  explicit NodeMaker(Workstream& out) : out_(out) {}

  // The name itself, or with the next free number.
  [[nodiscard]] std::string unique(std::string_view name);
  // "session-1", "session-2", …
  [[nodiscard]] std::string numbered(std::string_view word);
  // "ID.WORD", or with the next free number.
  [[nodiscard]] std::string below(std::string_view id, std::string_view word);
  // Put in front of every id while a block is written out.
  void set_prefix(std::string prefix) { prefix_ = std::move(prefix); }
  [[nodiscard]] const std::string& prefix() const { return prefix_; }

  // Good until the next one is added.
  Step& add_step(std::string id, Place place);
  Group& add_group(std::string id, Place place);
  [[nodiscard]] Step* step(std::string_view id);
  [[nodiscard]] Group* group(std::string_view id);
  // A step without a command whose outputs are made of other values.
  Step& add_let(std::string id, Place place,
                std::vector<std::pair<std::string, std::string>> values);

  // A group of these that run one after the other.
  Group& add_sequence(std::string id, Place place, const Members& members);
  // The only member, or a sequence of that (free) id; empty for none.
  std::string unit(std::string_view id, Place place, const Members& members);
  // The same, run only under a condition.
  std::string conditional(std::string_view id, Place place, const Members& members,
                          const std::string& when);
  // Members of the program itself follow each other by dependencies.
  void chain(const Members& members);

  // How many there are: a measure of age too.
  [[nodiscard]] std::size_t count() const { return out_.steps.size() + out_.groups.size(); }
  [[nodiscard]] Workstream& workstream() { return out_; }

 private:
  [[nodiscard]] std::string free_id(const std::string& base);
  void depend(const std::string& id, const std::string& on, DependencyOn how);

  Workstream& out_;
  std::string prefix_;
  std::map<std::string, std::size_t, std::less<>> numbers_;
  std::unordered_set<std::string> taken_;
  std::unordered_map<std::string, std::size_t> steps_;
  std::unordered_map<std::string, std::size_t> groups_;
};

}  // namespace ws::prose
