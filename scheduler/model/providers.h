// `provides` and `consumes`: every consumed name has exactly one provider in the whole plan, and
// what consumes it waits for that.
//
// Knows nothing of values; a name is a promise between steps. Internal to model/.
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

class Providers {
 public:
  Providers(const Plan& plan, Diagnostics& diagnostics) : plan_(plan), diagnostics_(diagnostics) {}

  // `node` is the step's own, or the begin gate of its fan-out.
  void add(const Step& step, NodeId node, std::uint32_t workstream);
  // After all of them.
  void check(Ancestry& ancestry);

 private:
  struct Promise {
    const Dependency* name = nullptr;
    const Step* step = nullptr;
    NodeId node;
    std::uint32_t workstream = 0;
  };
  [[nodiscard]] std::string subject(const Promise& promise) const;  // "ws/step"
  void report_missing(const Promise& consumer);
  void report_unordered(const Promise& consumer, const Promise& provider);

  const Plan& plan_;
  Diagnostics& diagnostics_;
  Spelling spelling_;
  std::vector<std::string_view> names_;  // provided
  std::unordered_map<std::string_view, Promise> providers_;
  std::vector<Promise> consumers_;
};

}  // namespace ws
