// What a step did to files, for those that said something about it: files that must be there, a
// scope in which something must change, creations that were promised, and files it had no word of.
//
// Looks, and never writes. Paths count from the step's working directory. What a step that runs at
// the same time declares to create is not held against this one. Used by local_attempt.cpp.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/event.h"
#include "model/plan.h"
#include "platform/directory.h"

namespace ws {

// Entries looked at in one directory tree; in a larger one nothing is said about what was touched.
inline constexpr std::size_t kMostSurveyed = 50'000;
// Names of undeclared files that are reported.
inline constexpr std::size_t kMostUndeclared = 100;

class FileChecks {
 public:
  // Before the command: remembers what there is, where that will be asked.
  struct Where {
    std::string directory;  // the step's
    std::string state_dir;  // the scheduler's own: nothing in it is a step's doing
  };
  FileChecks(const Plan& plan, NodeId node, const SuccessRule& rule, Where where);

  // After it.
  void report(AttemptFacts& facts) const;

 private:
  using Stamps = std::map<std::string, FileStamp>;
  [[nodiscard]] std::optional<Stamps> stamps_in_scope() const;
  [[nodiscard]] std::optional<Stamps> all_files() const;
  [[nodiscard]] std::vector<std::string> undeclared() const;
  [[nodiscard]] bool is_declared(const std::string& path) const;

  const Plan& plan_;
  const Workstream& workstream_;
  const Step& step_;
  const SuccessRule& rule_;
  Where where_;                     // in normal form
  std::vector<std::string> scope_;  // as written: the step's, or else its workstream's
  bool wants_change_ = false;
  bool wants_creations_ = false;
  std::optional<Stamps> stamps_before_;
  std::optional<Stamps> files_before_;
};

// Whether some file is at that path, or matches that glob.
[[nodiscard]] bool is_any_file(const std::string& directory, const std::string& path_or_glob);

}  // namespace ws
