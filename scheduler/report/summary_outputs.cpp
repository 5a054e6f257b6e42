// The part of the summary about values: see summary_outputs.h.
#include "report/summary_outputs.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "report/run_outputs.h"

namespace ws {
namespace {

constexpr std::size_t kShown = 10;

std::string rest(const Style& style, std::size_t found) {
  if (found <= kShown) return {};
  return fmt::format("  {} and {} more\n", style.symbol(Symbol::ellipsis), found - kShown);
}

}  // namespace

std::string run_outputs_text(const RunState& state, const SummaryOptions& options) {
  if (state.header().is_dry || state.status() == RunStatus::running) return {};
  const Plan& plan = state.plan();
  const std::size_t columns = std::max<std::size_t>(options.columns, 40);
  std::string out;
  std::size_t found = 0;
  for (const std::uint32_t index : plan.workstreams()) {
    const std::string prefix =
        plan.workstreams().size() == 1 ? "" : plan.workset().workstreams[index].id + "/";
    for (const RunOutputValue& output : run_outputs(state, options.inputs, index)) {
      if (++found > kShown) continue;
      const bool is_text = std::holds_alternative<std::string>(output.value.value);
      std::string value = is_text ? to_plain_text(output.value) : to_json(output.value);
      if (!output.why.empty()) value = fmt::format("none ({})", output.why);
      const std::string line = fmt::format("{}{}: {}", prefix, output.name, one_line(value));
      out += fmt::format("  {}\n", options.style.cut(line, columns - 2));
    }
  }
  return out.empty() ? out : "Outputs:\n" + out + rest(options.style, found);
}

std::string unwritten_outputs_text(const RunState& state, const SummaryOptions& options) {
  std::string out;
  std::size_t found = 0;
  for (std::size_t i = 0; i < state.plan().node_count(); ++i) {
    const std::vector<std::string> names = unwritten_outputs(state, NodeId(i));
    if (names.empty() || ++found > kShown) continue;
    out += fmt::format("  [{}] {}\n", options.style.clean(state.plan().display_name(NodeId(i))),
                       options.style.clean(listed(names)));
  }
  return out.empty()
             ? out
             : "Outputs that were declared and not written:\n" + out + rest(options.style, found);
}

}  // namespace ws
