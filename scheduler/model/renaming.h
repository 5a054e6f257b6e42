// Renaming: gives the steps and groups of one workstream other names, wherever they are spoken of:
// dependencies, members, conditions, templates, outputs. For the copy of a workstream that another
// one calls.
//
// Changes texts and names only; knows nothing of why (model/calls.cpp does). Internal to model/.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "model/path_changes.h"
#include "model/workstream.h"

namespace ws {

class Renaming {
 public:
  // `prefix` goes before every name of a step or group of `of`. An input whose name is in `given`
  // is from now on an output of the step `giver`; any other stays an input of the run.
  Renaming(const Workstream& of, std::string prefix, std::string giver,
           std::unordered_set<std::string> given);

  Renaming(const Renaming&) = delete;
  Renaming& operator=(const Renaming&) = delete;

  void apply(Step& step) const;
  void apply(Group& group) const;
  [[nodiscard]] std::string in_template(const std::string& text) const;
  // A name that is none of the workstream's stays as it is.
  [[nodiscard]] std::string name(const std::string& of) const;

 private:
  [[nodiscard]] bool change(Reference& path) const;
  void rename(std::vector<Dependency>& names) const;

  std::unordered_set<std::string> names_;
  std::string prefix_;
  std::string giver_;
  std::unordered_set<std::string> given_;
  PathChanges paths_;
};

}  // namespace ws
