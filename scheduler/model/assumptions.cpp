#include "model/assumptions.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "model/glob.h"
#include "model/mistakes.h"

namespace ws {

Assumptions::Assumptions(const Workset& workset, const NameTable& ids,
                         std::span<const std::string> given, Diagnostics& diagnostics)
    : workset_(workset), ids_(ids), workstreams_(workset.workstreams.size(), false) {
  for (const std::string& name : given) given_.push_back({name, false});
  for (Given& item : given_) {
    if (item.name.find('/') != std::string_view::npos) {
      resolve_steps_of_workstreams(item);
    } else {
      resolve_workstreams(item);
      if (!item.was_used && !is_glob(item.name)) resolve_plain_step(item, diagnostics);
    }
  }
}

void Assumptions::resolve_workstreams(Given& given) {
  for (std::uint32_t w = 0; w < workset_.workstreams.size(); ++w) {
    if (!glob_matches(given.name, workset_.workstreams[w].id)) continue;
    given.was_used = true;
    workstreams_[w] = true;
    resolved_.push_back(workset_.workstreams[w].id);
  }
}

void Assumptions::resolve_steps_of_workstreams(Given& given) {
  const std::size_t slash = given.name.find('/');
  const std::string_view workstream = given.name.substr(0, slash);
  const std::string_view step = given.name.substr(slash + 1);
  for (std::uint32_t w = 0; w < workset_.workstreams.size(); ++w) {
    if (!glob_matches(workstream, workset_.workstreams[w].id)) continue;
    const std::vector<Step>& steps = workset_.workstreams[w].steps;
    for (std::uint32_t s = 0; s < steps.size(); ++s) {
      if (!glob_matches(step, steps[s].id)) continue;
      given.was_used = true;
      cover_step(w, s);
    }
  }
}

void Assumptions::resolve_plain_step(Given& given, Diagnostics& diagnostics) {
  std::vector<std::string> found;
  std::uint32_t workstream = 0;
  std::uint32_t step = 0;
  for (std::uint32_t w = 0; w < workset_.workstreams.size(); ++w) {
    const Workstream& candidate = workset_.workstreams[w];
    for (std::uint32_t s = 0; s < candidate.steps.size(); ++s) {
      if (candidate.steps[s].id != given.name) continue;
      found.push_back(fmt::format("{}/{}", candidate.id, given.name));
      workstream = w;
      step = s;
      break;
    }
  }
  if (found.empty()) return;
  given.was_used = true;
  if (found.size() == 1) {
    cover_step(workstream, step);
    return;
  }
  diagnostics.error(mistakes::bad_option, {},
                    fmt::format("--assume-complete '{}': {} workstreams have a step of that name",
                                given.name, found.size()),
                    "write " + listed(found));
}

void Assumptions::cover_step(std::uint32_t workstream, std::uint32_t step) {
  const Workstream& owner = workset_.workstreams[workstream];
  std::vector<bool>& flags = steps_[workstream];
  flags.resize(owner.steps.size(), false);
  flags[step] = true;
  resolved_.push_back(fmt::format("{}/{}", owner.id, owner.steps[step].id));
}

const std::vector<bool>* Assumptions::steps_of(std::uint32_t workstream) const {
  const auto found = steps_.find(workstream);
  return found == steps_.end() ? nullptr : &found->second;
}

bool Assumptions::covers_missing(std::string_view inside, std::string_view name) {
  if (given_.empty()) return false;
  const std::string full = inside.empty() ? std::string(name) : fmt::format("{}/{}", inside, name);
  bool is_covered = false;
  for (Given& item : given_) {
    if (item.name != name && !glob_matches(item.name, full)) continue;
    item.was_used = true;
    is_covered = true;
  }
  if (is_covered) resolved_.push_back(full);
  return is_covered;
}

void Assumptions::report_unused(Spelling& spelling, Diagnostics& diagnostics) const {
  for (const Given& item : given_) {
    if (item.was_used) continue;
    diagnostics.warning(mistakes::bad_option, {},
                        fmt::format("--assume-complete '{}' matches nothing that was loaded, and "
                                    "nothing depends on it",
                                    item.name),
                        spelling.hint(item.name, ids_.names()));
  }
}

std::vector<std::string> Assumptions::resolved() const {
  std::vector<std::string> names = resolved_;
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace ws
