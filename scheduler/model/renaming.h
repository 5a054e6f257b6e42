// Renaming: gives the steps and groups of one workstream other names, wherever they are spoken of:
// dependencies, members, conditions, templates, outputs. For the copy of a workstream that another
// one calls.
//
// Changes texts and names only; knows nothing of why (model/calls.cpp does). Internal to model/.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "model/workstream.h"

namespace ws {

class Renaming {
 public:
  // `prefix` goes before every name of a step or group of `of`. An input whose name is in `given`
  // is from now on an output of the step `giver`; any other stays an input of the run.
  Renaming(const Workstream& of, std::string prefix, std::string giver,
           std::unordered_set<std::string> given);

  void apply(Step& step) const;
  void apply(Group& group) const;
  [[nodiscard]] std::string in_template(const std::string& text) const;
  // A name that is none of the workstream's stays as it is.
  [[nodiscard]] std::string name(const std::string& of) const;
  // A path, and whether it changed.
  [[nodiscard]] bool rename(std::vector<std::string>& path) const;

 private:
  class Texts;

  std::unordered_set<std::string> names_;
  std::string prefix_;
  std::string giver_;
  std::unordered_set<std::string> given_;
};

}  // namespace ws
