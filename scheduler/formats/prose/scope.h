// Which value every name has at the place that is being lowered; what a branch changed can be taken
// back and handed over.
//
// Knows no statements. Names are flat: a block of statements adds to those around it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/prose/value.h"

namespace ws::prose {

class Scope {
 public:
  using Changes = std::vector<std::pair<std::string, Value>>;

  [[nodiscard]] const Value* find(std::string_view name) const;
  void set(const std::string& name, Value value);

  // A name that holds inside of a body only; what the body did to it is no change.
  struct Hidden {
    std::string name;
    std::optional<Value> before;
    std::size_t mark = 0;
  };
  [[nodiscard]] Hidden hide(const std::string& name, Value value);
  void reveal(Hidden hidden);

  [[nodiscard]] std::size_t mark() const { return log_.size(); }
  // Everything is as it was at the mark; what each name that changed had become, in the order of
  // the first changes.
  Changes take_back(std::size_t mark);

 private:
  std::map<std::string, Value, std::less<>> values_;
  std::vector<std::pair<std::string, std::optional<Value>>> log_;
};

}  // namespace ws::prose
