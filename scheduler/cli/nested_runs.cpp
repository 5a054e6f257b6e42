#include "cli/nested_runs.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "formats/workstream_writer.h"
#include "model/datum.h"
#include "model/for_each.h"

namespace ws::cli {
namespace {

constexpr std::string_view kThisProgram = "/proc/self/exe";

// A script of another program holds no values of ours; in JSON a dollar can be written so that it
// is none.
std::string without_dollars(std::string_view json) {
  std::string out;
  for (const char c : json) {
    if (c == '$')
      out += "\\u0024";
    else
      out += c;
  }
  return out;
}

class Nesting {
 public:
  Nesting(Workset& workset, const std::vector<std::string>& options)
      : workset_(workset), options_(options) {
    for (std::size_t i = 0; i < workset.workstreams.size(); ++i)
      by_id_.emplace(workset.workstreams[i].id, i);
  }

  void run() {
    // Bodies stand behind those they were taken out of: the innermost first.
    for (std::size_t w = workset_.workstreams.size(); w-- > 0;) {
      for (Step& step : workset_.workstreams[w].steps) {
        const auto* call = std::get_if<CallAction>(&step.action);
        if (call == nullptr || !step.details().for_each) continue;
        if (has_known_items(*step.details().for_each)) continue;
        if (const auto callee = find(*call)) nest(step, workset_.workstreams[w], *callee);
      }
    }
  }

 private:
  [[nodiscard]] std::optional<std::size_t> find(const CallAction& call) const {
    const auto [first, last] = by_id_.equal_range(call.workstream);
    for (auto at = first; at != last; ++at) {
      const bool is_wanted =
          call.version.empty() || workset_.workstreams[at->second].version == call.version;
      if (is_wanted) return at->second;
    }
    return std::nullopt;
  }

  // It and all it calls.
  [[nodiscard]] std::vector<const Workstream*> with_callees(std::size_t callee) const {
    std::vector<const Workstream*> all;
    std::set<std::size_t> seen = {callee};
    std::vector<std::size_t> open = {callee};
    while (!open.empty()) {
      const Workstream& at = workset_.workstreams[open.back()];
      open.pop_back();
      all.push_back(&at);
      for (const Step& step : at.steps) {
        const auto* call = std::get_if<CallAction>(&step.action);
        const auto next = call != nullptr ? find(*call) : std::nullopt;
        if (next && seen.insert(*next).second) open.push_back(*next);
      }
    }
    return all;
  }

  void nest(Step& step, const Workstream& caller, std::size_t index) {
    Workstream& callee = workset_.workstreams[index];
    callee.is_called = true;
    const auto call = std::get<CallAction>(std::move(step.action));
    const std::vector<const Workstream*> all = with_callees(index);
    std::vector<std::string> words = {std::string(kThisProgram),
                                      "run",
                                      "{script}",
                                      "--format",
                                      "json",
                                      "--ws-id",
                                      callee.id,
                                      "--as",
                                      fmt::format("{}.{}.{{index}}", caller.id, step.id),
                                      "--beside",
                                      callee.file,
                                      "--input",
                                      "/dev/stdin",
                                      "--hand-on",
                                      "--progress",
                                      "plain"};
    words.insert(words.end(), options_.begin(), options_.end());
    for (const std::string& name : caller.secrets) {
      words.emplace_back("--mask");
      words.push_back(name);
    }
    step.action = ScriptAction{without_dollars(write_workstreams(all, NativeNotation::json).text),
                               Command::from_argv(std::move(words)), call.place, callee.id};
    StepDetails& details = step.edit_details();
    Datum::Map inputs;
    for (const auto& [name, json] : call.inputs)
      inputs.emplace_back(name, parse_json(json).value_or(Datum{}));
    details.stdin_json = to_json(Datum{std::move(inputs)});
    for (const RunOutput& output : callee.outputs) {
      const std::pair<std::string, std::string> named{output.name, output.name};
      const bool is_result = output.name == "result";
      details.outputs.insert(is_result ? details.outputs.begin() : details.outputs.end(), named);
    }
  }

  Workset& workset_;
  const std::vector<std::string>& options_;
  std::multimap<std::string_view, std::size_t> by_id_;
};

}  // namespace

void nest_calls(Workset& workset, const std::vector<std::string>& options) {
  Nesting(workset, options).run();
}

}  // namespace ws::cli
