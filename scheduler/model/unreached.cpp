#include "model/unreached.h"

#include <string_view>
#include <unordered_map>
#include <variant>

#include "model/expression.h"

namespace ws {
namespace {

// Whatever happens: no value is asked for.
bool is_false(std::string_view condition) {
  if (condition.empty() || condition == "true") return false;
  const auto parsed = Expression::parse(condition);
  const auto* expression = std::get_if<Expression>(&parsed);
  if (expression == nullptr) return false;
  bool is_constant = true;
  const auto tested = expression->test([&](const Reference&) -> Evaluated {
    is_constant = false;
    return NoValue{};
  });
  const bool* value = std::get_if<bool>(&tested);
  return is_constant && value != nullptr && !*value;
}

// Steps and groups under one numbering: a step's index, then groups.
class Reach {
 public:
  explicit Reach(const Workstream& workstream)
      : workstream_(workstream),
        step_count_(workstream.steps.size()),
        is_unreached_(step_count_ + workstream.groups.size()),
        behind_(is_unreached_.size()) {
    for (std::size_t i = 0; i < step_count_; ++i) names_.emplace(workstream.steps[i].id, i);
    for (std::size_t g = 0; g < workstream.groups.size(); ++g)
      names_.emplace(workstream.groups[g].id, step_count_ + g);
  }

  std::vector<std::uint32_t> run() {
    mark_roots();
    if (open_.empty()) return {};
    connect();
    while (!open_.empty()) {
      const std::size_t entity = open_.back();
      open_.pop_back();
      for (const std::size_t next : behind_[entity]) mark(next);
    }
    std::vector<std::uint32_t> out;
    for (std::size_t i = 0; i < step_count_; ++i) {
      if (is_unreached_[i]) out.push_back(static_cast<std::uint32_t>(i));
    }
    return out;
  }

 private:
  void mark_roots() {
    for (std::size_t i = 0; i < step_count_; ++i) {
      if (is_false(workstream_.steps[i].details().when)) mark(i);
    }
    for (std::size_t g = 0; g < workstream_.groups.size(); ++g) {
      if (is_false(workstream_.groups[g].when)) mark(step_count_ + g);
    }
  }

  void connect() {
    for (std::size_t i = 0; i < step_count_; ++i) wait_for(i, workstream_.steps[i].depends_on);
    for (std::size_t g = 0; g < workstream_.groups.size(); ++g) {
      const Group& group = workstream_.groups[g];
      const std::size_t entity = step_count_ + g;
      wait_for(entity, group.depends_on);
      for (const Dependency& member : group.members) add(entity, member.name);
      for (const std::string& name : group.catch_steps) add(entity, name);
      for (const std::string& name : group.finally_steps) add(entity, name);
    }
  }

  void wait_for(std::size_t entity, const std::vector<Dependency>& dependencies) {
    for (const Dependency& dependency : dependencies) {
      // A skip is an end like any other to who waits for the end only.
      if (dependency.on == DependencyOn::done) continue;
      const auto found = names_.find(dependency.name);
      if (found != names_.end()) behind_[found->second].push_back(entity);
    }
  }

  // `name` is never reached when the entity is not.
  void add(std::size_t entity, std::string_view name) {
    const auto found = names_.find(name);
    if (found != names_.end()) behind_[entity].push_back(found->second);
  }

  void mark(std::size_t entity) {
    if (is_unreached_[entity]) return;
    is_unreached_[entity] = true;
    open_.push_back(entity);
  }

  const Workstream& workstream_;
  const std::size_t step_count_;
  std::unordered_map<std::string_view, std::size_t> names_;
  std::vector<bool> is_unreached_;
  std::vector<std::vector<std::size_t>> behind_;
  std::vector<std::size_t> open_;
};

}  // namespace

std::vector<std::uint32_t> unreached_steps(const Workstream& workstream) {
  return Reach(workstream).run();
}

}  // namespace ws
