// From a BlokFlow to a Workstream: steps in their order become a chain, everything that holds steps
// becomes a group.
//
// Reports nothing but limits: the readers were here before. Depth is bounded by the Document's.
// Called by blok_reader.cpp.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "formats/blok/blok_flow.h"
#include "formats/blok/blok_scope.h"
#include "formats/blok/blok_values.h"
#include "model/workstream.h"

namespace ws {

class BlokLowering {
 public:
  BlokLowering(Workstream& out, const SourceSet& sources, Diagnostics& diagnostics);

  void run(const BlokFlow& flow);

  // A name as an id: what is not safe in one becomes '-'.
  [[nodiscard]] static std::string id_of(std::string_view name);

 private:
  using Ids = std::vector<std::string>;

  // sequences (blok_lowering.cpp)
  void chain(const BlokSteps& steps);
  Ids members(const BlokSteps& steps, const std::string& parent);
  // The ids of what one step became, in their order.
  Ids lower(const BlokStep& step);
  // A sequential group of them; empty when there is nothing in it.
  std::string group_of(const BlokSteps& steps, std::string wanted, Place place);
  void keep_result(const BlokStep& step, NativePath base, const std::string& id);

  // one shape each (blok_lowering.cpp, blok_group_lowering.cpp)
  Ids lower_node(const BlokStep& step, const BlokNode& work);
  Ids lower_container(const BlokStep& step, const BlokContainer& work);
  Ids lower_branch(const BlokStep& step, const BlokBranch& work);
  Ids lower_switch(const BlokStep& step, const BlokSwitch& work);
  Ids lower_each(const BlokStep& step, const BlokEach& work);
  Ids lower_loop(const BlokStep& step, const BlokLoop& work);
  Ids lower_try(const BlokStep& step, const BlokTry& work);
  Ids lower_pause(const BlokStep& step, const BlokPause& work);
  Ids lower_call(const BlokStep& step, const BlokCall& work);
  Ids fan_out(const BlokStep& step, const BlokEach& work, const BlokNode& node);
  Ids unrolled(const BlokStep& step, const BlokEach& work, const Datum::List& items);
  Ids items_group(const BlokStep& step, const BlokEach& work);
  ForEach items_of(const BlokStep& step, const BlokEach& work);

  struct Arm {
    std::string name;
    std::string when;  // empty: always
    Place when_place;
    const BlokSteps* steps;
    Place place;
  };
  Ids lower_arms(const BlokStep& step, const std::vector<Arm>& arms);

  // parts of the model
  Step& add_step(const std::string& id, const BlokStep& of);
  Group& add_group(const std::string& id, const BlokStep& of);
  Group& add_sequence(const std::string& id, Place place);
  Group& group_at(const std::string& id) { return out_.groups[places_.at(id).second]; }
  void run_node(Step& out, const BlokStep& step, const BlokNode& node, bool has_item);
  void set_policies(Step& out, const BlokStep& step, bool has_item);
  void need(const std::string& id, const std::string& earlier);
  void guard(const std::string& id, const std::string& when);
  [[nodiscard]] std::string guard_text(std::size_t from) const;
  std::string take_id(std::string_view wanted);
  void widen(std::uint32_t workers);
  [[nodiscard]] static std::string owner_of(const BlokStep& step);

  Workstream& out_;
  const SourceSet& sources_;
  Diagnostics& diagnostics_;
  BlokScope scope_;
  BlokValues values_;
  std::set<std::string, std::less<>> ids_;
  std::map<std::string, std::size_t, std::less<>> namesakes_;  // the next number for an id
  std::map<std::string, std::pair<bool, std::size_t>, std::less<>> places_;  // is a group, index
  std::vector<std::string> stops_;  // steps after which the workflow is over, in the order read
  std::size_t items_ = 0;         // open loops over items and containers: a stop cannot leave them
  std::size_t items_groups_ = 0;  // of them, those where {item} is a template
  std::size_t unrolled_ = 0;      // open loops over written lists: they multiply what is in them
  std::size_t steps_before_ = 0;  // the outermost of them
  std::size_t bytes_ = 0;         // of inputs inside them
  bool is_too_large_ = false;
};

// Every name that the steps keep a value under, those inside them included.
[[nodiscard]] std::set<std::string, std::less<>> names_written(const BlokSteps& steps);

}  // namespace ws
