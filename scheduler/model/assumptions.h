// What the user declared complete (`--assume-complete`): which loaded workstreams and steps it
// covers, which missing names it satisfies, and which of the given names meant nothing.
//
// Does not decide what falls away with it (model/fate.h does). Internal to model/; used by lower().
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "model/name_table.h"
#include "model/spelling.h"
#include "model/workstream.h"

namespace ws {

class Assumptions {
 public:
  // `ids` numbers the workstreams of the set in load order.
  Assumptions(const Workset& workset, const NameTable& ids, std::span<const std::string> given,
              Diagnostics& diagnostics);

  [[nodiscard]] bool has_any() const { return !given_.empty(); }
  // One flag per workstream.
  [[nodiscard]] const std::vector<bool>& workstreams() const { return workstreams_; }
  // One flag per step of the workstream, or null when none of them is covered.
  [[nodiscard]] const std::vector<bool>* steps_of(std::uint32_t workstream) const;

  // A dependency that is not loaded is satisfied by this name. `inside` is the workstream a step's
  // dependency was written in, empty for a workstream's own.
  [[nodiscard]] bool covers_missing(std::string_view inside, std::string_view name);

  // After everything was resolved: names that neither matched nor satisfied anything.
  void report_unused(Spelling& spelling, Diagnostics& diagnostics) const;
  // What the names turned out to be, without repetition: "ws-a", "ws-a/step".
  [[nodiscard]] std::vector<std::string> resolved() const;

 private:
  struct Given {
    std::string_view name;
    bool was_used = false;
  };
  void resolve_workstreams(Given& given);
  void resolve_steps_of_workstreams(Given& given);
  void resolve_plain_step(Given& given, Diagnostics& diagnostics);
  void cover_step(std::uint32_t workstream, std::uint32_t step);

  const Workset& workset_;
  const NameTable& ids_;
  std::vector<Given> given_;
  std::vector<bool> workstreams_;
  std::map<std::uint32_t, std::vector<bool>> steps_;
  std::vector<std::string> resolved_;
};

}  // namespace ws
