// What steps share beyond the slots of the pool: the limits of the groups around them, named pools,
// conflict groups.
//
// Counts places; knows neither the order of steps nor when they start (admission.h does), and
// nothing of time. A constraint is a number here: groups first, then pools.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/plan.h"

namespace ws {

class Constraints {
 public:
  explicit Constraints(const Plan& plan);

  // A place wanted: which constraint, and how many of its places.
  struct Want {
    std::uint32_t constraint = 0;
    std::uint32_t places = 1;
  };
  // What the node needs to start now, innermost group first. What its workstream holds as a whole
  // is not wanted again.
  void wants_of(NodeId node, std::vector<Want>& wants) const;

  [[nodiscard]] bool has_room(Want want) const;
  // Says which constraints its workstream holds from now on.
  void take(NodeId node, const std::vector<Want>& wants, std::vector<std::uint32_t>& leased);
  void give_back(NodeId node, std::vector<Want>& wants);
  // The workstream has ended: what it held as a whole is free. Says which constraints.
  void workstream_ended(std::uint32_t workstream, std::vector<std::uint32_t>& freed);

  [[nodiscard]] std::size_t size() const { return limit_.size(); }
  // Must run without any other step.
  [[nodiscard]] bool is_alone(NodeId node) const;
  // Its workstream must run without any other workstream.
  [[nodiscard]] bool is_workstream_alone(std::uint32_t workstream) const;

 private:
  void add_group_limits();
  void add_pools();
  [[nodiscard]] std::uint32_t constraint_named(const std::string& name, std::uint32_t limit);

  const Plan& plan_;
  std::vector<std::uint32_t> limit_;  // 0: none
  std::vector<std::uint32_t> held_;
  std::map<std::string, std::uint32_t> named_;
  // Steps (workstream, index) with pools or a conflict group of their own.
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<Want>> of_step_;
  struct Lease {
    std::vector<Want> wants;
    bool is_held = false;
  };
  std::unordered_map<std::uint32_t, Lease> of_workstream_;
};

}  // namespace ws
