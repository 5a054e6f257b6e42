// `provides` and `consumes`: every consumed name has exactly one provider in the whole plan, and
// what consumes it waits for that.
//
// Knows nothing of values; a name is a promise between steps.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/diagnostic.h"
#include "model/ancestry.h"
#include "model/plan.h"
#include "model/spelling.h"

namespace ws {

// One name that a step provides, and the node that has its value: the step's own, or the end gate
// of its fan-out, whose items may be found much later.
struct Provision {
  const Dependency* name = nullptr;
  const Step* step = nullptr;
  NodeId node;
  std::uint32_t workstream = 0;
};
// In plan order, fan-outs behind the plain steps. The one resolution: of the check here and of
// engine/run_values.h.
[[nodiscard]] std::vector<Provision> provisions_of(const Plan& plan);

class Providers {
 public:
  Providers(const Plan& plan, Diagnostics& diagnostics) : plan_(plan), diagnostics_(diagnostics) {}

  // `node` is the step's own, or the begin gate of its fan-out.
  void add_consumer(const Step& step, NodeId node, std::uint32_t workstream);
  // After all of them.
  void check(Ancestry& ancestry);

 private:
  using Promise = Provision;
  void index_providers();
  [[nodiscard]] std::string subject(const Promise& promise) const;  // "ws/step"
  void report_missing(const Promise& consumer);
  void report_empty_handed(const Promise& consumer, const Promise& provider);
  void report_unordered(const Promise& consumer, const Promise& provider);

  const Plan& plan_;
  Diagnostics& diagnostics_;
  Spelling spelling_;
  std::vector<std::string_view> names_;  // provided
  std::unordered_map<std::string_view, Promise> providers_;
  std::vector<Promise> consumers_;
};

}  // namespace ws
