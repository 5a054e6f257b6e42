#include "formats/prose/scope.h"

#include <algorithm>
#include <set>

namespace ws::prose {

const Value* Scope::find(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

void Scope::set(const std::string& name, Value value) {
  const auto found = values_.find(name);
  if (found == values_.end()) {
    log_.emplace_back(name, std::nullopt);
    values_.emplace(name, std::move(value));
    return;
  }
  log_.emplace_back(name, std::move(found->second));
  found->second = std::move(value);
}

Scope::Hidden Scope::hide(const std::string& name, Value value) {
  Hidden out{name, std::nullopt, log_.size()};
  const auto found = values_.find(name);
  if (found != values_.end()) out.before = std::move(found->second);
  values_.insert_or_assign(name, std::move(value));
  return out;
}

void Scope::reveal(Hidden hidden) {
  const auto first = log_.begin() + static_cast<std::ptrdiff_t>(std::min(hidden.mark, log_.size()));
  log_.erase(std::remove_if(first, log_.end(),
                            [&](const auto& entry) { return entry.first == hidden.name; }),
             log_.end());
  if (hidden.before) {
    values_.insert_or_assign(hidden.name, std::move(*hidden.before));
  } else {
    values_.erase(hidden.name);
  }
}

Scope::Changes Scope::take_back(std::size_t mark) {
  Changes out;
  std::set<std::string_view> seen;
  for (std::size_t i = mark; i < log_.size(); ++i) {
    const std::string& name = log_[i].first;
    if (!seen.insert(name).second) continue;
    if (const Value* now = find(name)) out.emplace_back(name, *now);
  }
  while (log_.size() > mark) {
    auto& [name, before] = log_.back();
    if (before) {
      values_.insert_or_assign(name, std::move(*before));
    } else {
      values_.erase(name);
    }
    log_.pop_back();
  }
  return out;
}

}  // namespace ws::prose
