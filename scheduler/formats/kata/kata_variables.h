// The variables of a kata: which results a phase can see, and how they are written in the model's
// templates. The latest phase comes first; where phases are alternatives, whichever ran counts.
//
// Knows ids and paths of the lowered steps, but makes none. Used by kata_lowering.cpp and
// kata_condition_text.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/kata/kata_graph.h"
#include "model/datum.h"

namespace ws {

// What one action leaves behind.
struct KataResult {
  enum class Kind { skill, spawn, join };
  Kind kind = Kind::skill;
  std::string_view name;  // of the skill, or of the binding (may be empty)
  std::string id;         // of the step; of a join the one that holds parallel_results and so on
  std::string path;       // its result: steps.fetch.result
  std::vector<std::pair<std::string_view, std::string>> members;  // of a join: name, path
};

// `steps.ID`, whatever characters the id has, and members of it.
[[nodiscard]] std::string kata_step_path(std::string_view id);
[[nodiscard]] std::string kata_member_path(std::string path,
                                           const std::vector<std::string_view>& names);

// The first of the paths that has a value, at most as many as the model nests defaults.
enum class KataMissing { is_error, is_null };
[[nodiscard]] std::string kata_first_of(const std::vector<std::string>& paths, std::size_t most,
                                        KataMissing missing);

class KataVariables {
 public:
  KataVariables(const Kata& kata, const KataGraph& graph);

  // In the order of the phase.
  void add(std::uint32_t phase, KataResult result);
  // What is there when `actions` actions of the phase have left their results; the latest first,
  // and no more than a hundred.
  [[nodiscard]] std::vector<const KataResult*> before(std::uint32_t phase,
                                                      std::size_t actions) const;
  [[nodiscard]] std::size_t results_of(std::uint32_t phase) const { return results_[phase].size(); }
  // The same as an object of templates: inputs, results of phases and bindings, parallel_….
  [[nodiscard]] Datum::Map values(std::uint32_t phase, std::size_t actions) const;
  // Where the result of the kata as a whole comes from, and its variables at the end.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> outputs() const;
  // Bindings of all phases: who names one too early is told so.
  [[nodiscard]] const std::vector<std::string_view>& bindings() const { return bindings_; }

 private:
  struct Seen {
    std::uint32_t phase;
    const KataResult* result;
  };
  [[nodiscard]] std::vector<Seen> seen(std::vector<std::uint32_t> from, std::uint32_t own,
                                       std::size_t actions) const;
  [[nodiscard]] std::string value(const std::vector<std::string>& paths) const;
  void add_values(const std::vector<Seen>& seen, Datum::Map& out) const;

  const Kata& kata_;
  const KataGraph& graph_;
  std::vector<std::uint32_t> place_in_order_;
  std::vector<std::vector<KataResult>> results_;  // by phase
  std::vector<std::string_view> bindings_;
  KataMissing missing_ = KataMissing::is_error;  // with branches a phase may not have run
};

}  // namespace ws
