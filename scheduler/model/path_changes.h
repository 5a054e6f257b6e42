// PathChanges: goes through every text of a step or a group in which paths may stand (commands,
// environment, conditions, templates, values, …) and lets a function change each path.
//
// Knows where texts are, not what paths mean. Names of steps and groups outside of paths
// (dependencies, members) are not texts. Internal to model/: renaming.cpp and bodies.cpp.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "model/expression.h"
#include "model/workstream.h"

namespace ws {

class PathChanges {
 public:
  // True when it changed the path. Never asked about the item of the step's own for_each.
  using Change = std::function<bool(Reference& path)>;
  struct Options {
    // What stands for `${inputs}`, the object of all inputs; asked only where that is. None: it
    // stays.
    std::function<std::string()> all_inputs = {};
    bool has_outer_item = false;  // `{item}` in a step without for_each is a path too
  };
  explicit PathChanges(Change change) : change_(std::move(change)) {}
  PathChanges(Change change, Options options)
      : change_(std::move(change)), options_(std::move(options)) {}

  void apply(Step& step) const;
  void apply(Group& group) const;
  void text(std::string& text) const;  // a template outside of any for_each

 private:
  struct Place;
  void action(Action& action, const Place& place) const;
  void command(Command& command, const Place& place) const;
  void template_at(std::string& text, const Place& place) const;
  void expression(std::string& text, const Place& place) const;
  void json(std::string& json, const Place& place) const;
  void for_each(ForEach& items) const;
  [[nodiscard]] std::string changed(const std::string& text, std::vector<Reference> paths,
                                    const Place& place) const;

  Change change_;
  Options options_;
};

}  // namespace ws
