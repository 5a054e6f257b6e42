#include "model/calls.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "model/call_copy.h"
#include "model/mistakes.h"

namespace ws {
namespace {

constexpr std::size_t kMostSteps = 5'000'000;  // of one workstream, copies included

const CallAction* call_of(const Step& step) { return std::get_if<CallAction>(&step.action); }

bool is_version(std::string_view wanted, std::string_view has) {
  if (wanted.empty() || wanted == has) return true;
  const auto bare = [](std::string_view version) {
    return version.starts_with('v') ? version.substr(1) : version;
  };
  return bare(wanted) == bare(has);
}

class Registry {
 public:
  explicit Registry(const Workset& workset) : workset_(workset) {
    for (std::size_t i = 0; i < workset.workstreams.size(); ++i)
      by_id_.emplace(workset.workstreams[i].id, i);
  }

  [[nodiscard]] std::optional<std::size_t> find(const CallAction& call) const {
    const auto [first, last] = by_id_.equal_range(call.workstream);
    for (auto at = first; at != last; ++at) {
      if (is_version(call.version, workset_.workstreams[at->second].version)) return at->second;
    }
    return std::nullopt;
  }

  [[nodiscard]] std::vector<std::string> versions_of(const std::string& id) const {
    std::vector<std::string> versions;
    const auto [first, last] = by_id_.equal_range(id);
    for (auto at = first; at != last; ++at)
      versions.push_back(workset_.workstreams[at->second].version);
    return versions;
  }

 private:
  const Workset& workset_;
  std::multimap<std::string_view, std::size_t> by_id_;
};

class Linking {
 public:
  Linking(Workset& workset, Diagnostics& diagnostics)
      : workset_(workset), registry_(workset), diagnostics_(diagnostics) {}

  void run(std::span<const std::string> targets) {
    const std::size_t count = workset_.workstreams.size();
    called_.assign(count, false);
    for (std::size_t i = 0; i < count; ++i) called_[i] = workset_.workstreams[i].is_called;
    marks_.assign(count, Mark::unseen);
    for (std::size_t i = 0; i < count; ++i) visit(i);
    for (std::size_t i = 0; i < count; ++i) check_unique(i);
    for (const std::size_t caller : order_) expand(caller);
    std::size_t at = 0;
    std::erase_if(workset_.workstreams, [&](const Workstream& workstream) {
      const bool is_target =
          std::find(targets.begin(), targets.end(), workstream.id) != targets.end();
      return called_[at++] && !is_target;
    });
  }

 private:
  enum class Mark : std::uint8_t { unseen, open, done };
  struct Frame {
    std::size_t workstream;
    std::size_t next_step = 0;
  };

  // Callees before callers, without recursion of our own: files decide how deep it goes.
  void visit(std::size_t start) {
    if (marks_[start] != Mark::unseen) return;
    std::vector<Frame> path = {{start}};
    marks_[start] = Mark::open;
    while (!path.empty()) {
      Frame& at = path.back();
      std::vector<Step>& steps = workset_.workstreams[at.workstream].steps;
      while (at.next_step < steps.size() && call_of(steps[at.next_step]) == nullptr) ++at.next_step;
      if (at.next_step == steps.size()) {
        marks_[at.workstream] = Mark::done;
        order_.push_back(at.workstream);
        path.pop_back();
        continue;
      }
      Step& step = steps[at.next_step++];
      const auto callee = registry_.find(*call_of(step));
      if (!callee) {
        do_without(step, workset_.workstreams[at.workstream]);
      } else if (marks_[*callee] == Mark::open) {
        report_recursion(path, *callee, step);
        step.action = NoAction{};
      } else {
        called_[*callee] = true;
        if (marks_[*callee] == Mark::done) continue;
        marks_[*callee] = Mark::open;
        path.push_back({*callee});
      }
    }
  }

  // Of those that stay lower() will say the same.
  void check_unique(std::size_t index) {
    const Workstream& workstream = workset_.workstreams[index];
    const auto first = registry_.find({workstream.id, workstream.version});
    if (!first || *first == index || !called_[*first]) return;
    Diagnostic& error =
        diagnostics_.error(mistakes::duplicate_id, workstream.place,
                           fmt::format("there is another workstream '{}{}{}'", workstream.id,
                                       workstream.version.empty() ? "" : "@", workstream.version),
                           "give one of them another version or name");
    error.subject = workstream.id;
    error.notes.push_back({workset_.workstreams[*first].place, "it is here"});
    called_[index] = true;
  }

  void do_without(Step& step, const Workstream& caller) {
    const CallAction& call = *call_of(step);
    if (!call.tools.empty()) return use_tool_instead(step);
    const std::vector<std::string> versions = registry_.versions_of(call.workstream);
    std::vector<std::string_view> ids;
    for (const Workstream& workstream : workset_.workstreams) ids.emplace_back(workstream.id);
    const auto near = nearest(call.workstream, ids);
    diagnostics_.error(
        mistakes::missing_workstream, call.place,
        fmt::format("step '{}' of '{}' calls workstream '{}{}{}', which is not loaded", step.id,
                    caller.id, call.workstream, call.version.empty() ? "" : "@", call.version),
        !versions.empty() ? fmt::format("loaded is version {}", listed(versions))
        : near            ? fmt::format("did you mean '{}'?", *near)
                          : "name its file too, or put it beside this one");
    step.action = NoAction{};
  }

  void report_recursion(const std::vector<Frame>& path, std::size_t callee, const Step& step) {
    const auto begin = std::find_if(path.begin(), path.end(),
                                    [&](const Frame& frame) { return frame.workstream == callee; });
    std::string loop;
    for (auto at = begin; at != path.end(); ++at)
      loop += workset_.workstreams[at->workstream].id + " -> ";
    loop += workset_.workstreams[callee].id;
    Diagnostic& error = diagnostics_.error(
        mistakes::cycle, call_of(step)->place,
        fmt::format("workstream '{}' calls itself: {}", workset_.workstreams[callee].id, loop),
        "it would never end; repeat a group with `repeat`");
    for (auto at = begin; at + 1 < path.end(); ++at) {
      const Step& via = workset_.workstreams[at->workstream].steps[at->next_step - 1];
      error.notes.push_back({call_of(via)->place, fmt::format("step '{}' calls on", via.id)});
    }
  }

  void expand(std::size_t index) {
    Workstream& caller = workset_.workstreams[index];
    const bool has_calls = std::any_of(caller.steps.begin(), caller.steps.end(), call_of);
    if (!has_calls) return;
    std::vector<Step> steps = std::exchange(caller.steps, {});
    for (Step& step : steps) {
      const CallAction* call = call_of(step);
      if (call == nullptr) {
        caller.steps.push_back(std::move(step));
        continue;
      }
      const Workstream& callee = workset_.workstreams[*registry_.find(*call)];
      if (caller.steps.size() + callee.steps.size() > kMostSteps) {
        diagnostics_.error(mistakes::limit_exceeded, call->place,
                           fmt::format("with the workstreams it calls, '{}' has more than {} steps",
                                       caller.id, kMostSteps),
                           "call fewer workstreams from one another");
        return;
      }
      copy_call(std::move(step), callee, caller, diagnostics_);
    }
  }

  Workset& workset_;
  Registry registry_;
  Diagnostics& diagnostics_;
  std::vector<bool> called_;
  std::vector<Mark> marks_;
  std::vector<std::size_t> order_;
};

bool has_calls(const Workset& workset) {
  return std::any_of(
      workset.workstreams.begin(), workset.workstreams.end(), [](const Workstream& workstream) {
        return workstream.is_called ||
               std::any_of(workstream.steps.begin(), workstream.steps.end(), call_of);
      });
}

}  // namespace

std::vector<MissingCall> missing_calls(const Workset& workset) {
  std::vector<MissingCall> missing;
  const Registry registry(workset);
  for (const Workstream& workstream : workset.workstreams) {
    for (const Step& step : workstream.steps) {
      const CallAction* call = call_of(step);
      if (call == nullptr || registry.find(*call)) continue;
      missing.push_back({call->workstream, call->version, workstream.file});
    }
  }
  return missing;
}

void settle_calls(Workset& workset) {
  const Registry registry(workset);
  for (Workstream& workstream : workset.workstreams) {
    for (Step& step : workstream.steps) {
      auto* call = std::get_if<CallAction>(&step.action);
      if (call == nullptr || call->tools.empty()) continue;
      if (registry.find(*call))
        call->tools.clear();
      else
        use_tool_instead(step);
    }
  }
}

void link_calls(Workset& workset, std::span<const std::string> targets, Diagnostics& diagnostics) {
  if (has_calls(workset)) Linking(workset, diagnostics).run(targets);
}

}  // namespace ws
