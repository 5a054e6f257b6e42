#include "report/summary.h"

#include <algorithm>
#include <functional>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include "base/text.h"
#include "report/event_lines.h"
#include "report/group_reading.h"
#include "report/group_results.h"
#include "report/group_text.h"
#include "report/rollback_text.h"
#include "report/run_reading.h"
#include "report/step_lines.h"
#include "report/summary_outputs.h"
#include "report/tail.h"

namespace ws {
namespace {

std::string failed_step(const RunState& state, NodeId node, const SummaryOptions& options) {
  const Style& style = options.style;
  std::string out = "  " + settled_line(style, state, node, Detail::full) + "\n";
  const std::string log = log_of(state, node);
  const std::string error = log_error_of(state, node);
  const std::string lost =
      error.empty() ? "" : fmt::format("      output was lost: {}\n", style.clean(error));
  if (is_gate(state.plan(), node) || state.node(node).attempts == 0) return out;  // it never ran
  if (log.empty()) return out + (lost.empty() ? "      (it wrote nothing)\n" : lost);
  const auto read = options.read_log ? options.read_log : read_tail;
  const std::size_t columns = std::max<std::size_t>(options.columns, 20);
  const std::string bar = style.ascii ? "|" : "│";
  for (const std::string& line : read(log, options.log_lines))
    out += fmt::format("      {} {}\n", style.paint(Paint::dim, bar), style.cut(line, columns - 8));
  return out + fmt::format("      log: {}\n", style.clean(log)) + lost;
}

// "Failed step:", "Failed group:"; of several the order is told.
std::string failed_title(const RunState& state, const std::vector<NodeId>& failed) {
  std::set<std::string_view> nouns;
  for (const NodeId node : failed)
    nouns.insert(is_unexpanded(state, node) ? "step" : noun_of(state.plan(), node));
  const std::string what = nouns.size() == 1 ? std::string(" ") + std::string(*nouns.begin()) : "";
  if (failed.size() == 1) return fmt::format("Failed{}:\n", what);
  return fmt::format("Failed{}, the first cause first:\n", what.empty() ? what : what + "s");
}

std::string failed_list(const RunState& state, const std::vector<NodeId>& failed,
                        const SummaryOptions& options) {
  std::string out;
  const std::size_t shown = std::min(failed.size(), options.failed_limit);
  for (std::size_t i = 0; i < shown; ++i) out += failed_step(state, failed[i], options);
  if (shown < failed.size())
    out += fmt::format("  {} and {} more\n", options.style.symbol(Symbol::ellipsis),
                       failed.size() - shown);
  return out;
}

std::string failed_steps(const RunState& state, const SummaryOptions& options) {
  std::vector<NodeId> failed = failures(state);
  const auto lived_with = [&](NodeId node) { return is_accepted(state, node); };
  const auto middle = std::stable_partition(failed.begin(), failed.end(), std::not_fn(lived_with));
  const std::vector<NodeId> accepted(middle, failed.end());
  failed.erase(middle, failed.end());
  std::string out;
  if (!failed.empty()) out = failed_title(state, failed) + failed_list(state, failed, options);
  if (accepted.empty()) return out;
  if (!out.empty()) out += "\n";
  return out + (accepted.size() == 1 ? "Accepted failure:\n" : "Accepted failures:\n") +
         failed_list(state, accepted, options);
}

std::string cancelled_steps(const RunState& state, const SummaryOptions& options) {
  const std::vector<NodeId> unwanted = unwanted_steps(state);
  if (unwanted.empty()) return {};
  std::string out = "Cancelled by a person:\n";
  const std::size_t shown = std::min(unwanted.size(), options.failed_limit);
  for (std::size_t i = 0; i < shown; ++i)
    out += "  " + settled_line(options.style, state, unwanted[i], Detail::full) + "\n";
  if (shown < unwanted.size())
    out += fmt::format("  {} and {} more\n", options.style.symbol(Symbol::ellipsis),
                       unwanted.size() - shown);
  return out;
}

// One line per cause, in the order of the first step it kept from running.
std::string skipped_steps(const RunState& state, const SummaryOptions& options) {
  struct Cause {
    std::string reason;
    std::vector<std::string> names;
    std::size_t count = 0;
  };
  constexpr std::size_t kNames = 8;
  constexpr std::size_t kCauses = 10;
  std::vector<Cause> causes;
  std::unordered_map<std::string, std::size_t> by_reason;
  for (std::size_t i = 0; i < state.plan().node_count(); ++i) {
    const NodeId node(i);
    if (state.node(node).state != StepState::skipped) continue;
    if (!is_shown(state.plan(), node) && !is_unexpanded(state, node)) continue;
    const auto [at, is_new] = by_reason.try_emplace(reason_of(state, node), causes.size());
    if (is_new) causes.push_back({at->first, {}, 0});
    Cause& cause = causes[at->second];
    ++cause.count;
    if (cause.names.size() < kNames) cause.names.push_back(subject_name(state.plan(), node));
  }
  if (causes.empty()) return {};
  const Style& style = options.style;
  std::string out = "Skipped:\n";
  for (std::size_t i = 0; i < std::min(causes.size(), kCauses); ++i) {
    const Cause& cause = causes[i];
    const std::size_t rest = cause.count - cause.names.size();
    std::string names = rest == 0 ? listed(cause.names) : std::string();
    if (rest > 0) names = fmt::format("{} and {} more", fmt::join(cause.names, ", "), rest);
    out += fmt::format("  {} {}: {}\n",
                       style.paint(paint_of(StepState::skipped), style.symbol(Symbol::skipped)),
                       style.clean(cause.reason), style.clean(names));
  }
  if (causes.size() > kCauses)
    out += fmt::format("  {} and {} more causes\n", style.symbol(Symbol::ellipsis),
                       causes.size() - kCauses);
  return out;
}

std::string what_to_check(const RunState& state, NodeId node) {
  std::vector<std::string> texts;
  for (const AcceptanceFinished& test : state.tests(node)) {
    if (verdict_of(test) == TestVerdict::manual)
      texts.push_back(test_text(state.plan(), node, test.test));
  }
  const Step* step = state.plan().step_if_any(node);
  const auto* manual = step == nullptr ? nullptr : std::get_if<ManualAction>(&step->action);
  if (manual != nullptr) texts.insert(texts.begin(), manual->text);
  return fmt::format("{}", fmt::join(texts, "; "));
}

std::string unverified_steps(const RunState& state, const SummaryOptions& options) {
  const Style& style = options.style;
  constexpr std::size_t kShown = 20;
  std::size_t found = 0;
  std::string out;
  for (std::size_t i = 0; i < state.plan().node_count(); ++i) {
    const NodeId node(i);
    if (state.node(node).state != StepState::unverified || !is_shown(state.plan(), node)) continue;
    if (++found > kShown) continue;
    out += fmt::format("  {} [{}] {}\n", style.paint(Paint::yellow, style.symbol(Symbol::check)),
                       style.clean(state.plan().display_name(node)),
                       style.cut(one_line(what_to_check(state, node)),
                                 std::max<std::size_t>(options.columns, 40) - 10));
  }
  if (found == 0) return {};
  if (found > kShown)
    out += fmt::format("  {} and {} more\n", style.symbol(Symbol::ellipsis), found - kShown);
  return "Unverified, for a person to check:\n" + out;
}

// Failures that a group declared acceptable, by what they said; only groups that are no success of
// all their members.
std::string group_errors(const RunState& state, const SummaryOptions& options) {
  constexpr std::size_t kGroups = 10;
  const Plan& plan = state.plan();
  std::string out;
  std::size_t told_groups = 0;
  for (std::size_t i = 0; i < plan.groups().size() && told_groups < kGroups; ++i) {
    const PlanGroup& group = plan.group(GroupId(i));
    if (group.role == GroupRole::workstream || group.role == GroupRole::body) continue;
    if (written_rule(plan, GroupId(i)).errors == Errors::drop) continue;
    const std::vector<NodeId> members = declared_members(plan, GroupId(i));
    const auto errors =
        member_errors(state, members, options.read_log ? options.read_log : read_tail);
    const bool is_tolerated = is_success(state.node(group.end).state);
    if (errors.empty() || (errors.size() == 1 && !is_tolerated)) continue;
    ++told_groups;
    out +=
        fmt::format("  [{}] {}{}\n", options.style.clean(subject_name(plan, group.end)),
                    options.style.clean(describe_errors(errors)),
                    !is_tolerated                     ? ""
                    : errors.size() == members.size() ? " (tolerated, although every member failed)"
                                                      : " (tolerated)");
  }
  return out.empty() ? out : "Errors by kind:\n" + out;
}

// "Needed several attempts: flaky (3), net (2)".
std::string retried_steps(const RunState& state, const SummaryOptions& options) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < state.plan().node_count(); ++i) {
    const NodeId node(i);
    if (!is_shown(state.plan(), node) || state.node(node).attempts < 2) continue;
    names.push_back(fmt::format("{} ({})", state.plan().display_name(node),
                                counted(state.node(node).attempts, "attempt")));
  }
  if (names.empty()) return {};
  return fmt::format("Tried again: {}\n", options.style.clean(listed(names)));
}

// What steps created besides what they declared, and what they declared and did not create.
std::string file_surprises(const RunState& state, const SummaryOptions& options) {
  constexpr std::size_t kShown = 10;
  std::string out;
  std::size_t found = 0;
  const auto add = [&](NodeId node, std::string_view what, const std::vector<std::string>& files) {
    if (files.empty() || ++found > kShown) return;
    out += fmt::format("  [{}] {}: {}\n", options.style.clean(state.plan().display_name(node)),
                       what, options.style.clean(listed(files)));
  };
  for (std::size_t i = 0; i < state.plan().node_count(); ++i) {
    const NodeId node(i);
    for (const AttemptFinished& attempt : state.attempts(node)) {
      if (attempt.key.part != 0 || attempt.key.attempt != state.node(node).attempts) continue;
      add(node, "touched without declaring it", attempt.facts.undeclared_files);
      add(node, "declared and not created", attempt.facts.uncreated_files);
    }
  }
  if (found > kShown)
    out +=
        fmt::format("  {} and {} more\n", options.style.symbol(Symbol::ellipsis), found - kShown);
  return out.empty() ? out : "Files:\n" + out;
}

std::string budget(const RunState& state) {
  double cost = 0;
  std::uint64_t tokens = 0;
  for (const std::uint32_t index : state.plan().workstreams()) {
    const Workstream& workstream = state.plan().workset().workstreams[index];
    cost += workstream.max_cost_usd.value_or(0);
    tokens += workstream.estimated_context_tokens.value_or(0);
  }
  std::vector<std::string> parts;
  if (cost > 0) parts.push_back(fmt::format("{:.2f} USD", cost));
  if (tokens > 0) parts.push_back(fmt::format("{} tokens", tokens));
  if (parts.empty()) return {};
  return fmt::format("Declared budget: {} (not measured)\n", fmt::join(parts, ", "));
}

std::string hints(const RunState& state, const SummaryOptions& options) {
  const NodeId first = state.first_failure();
  if (!first.is_valid()) return {};
  const ExplainingLog log = explaining_log(state, first);
  if (log.path.empty()) return {};
  const Style& style = options.style;
  std::string line = fmt::format("Whole log: workstream logs {} {}",
                                 style.clean(shell_quoted(state.header().run_id)),
                                 style.clean(shell_quoted(state.plan().display_name(first))));
  if (log.test > 0) line += fmt::format(" --test {}", log.test);
  if (!options.state_dir_option.empty()) line += " " + style.clean(options.state_dir_option);
  return line + "\n";
}

}  // namespace

std::string details_text(const RunState& state, const SummaryOptions& options) {
  std::string out;
  for (const std::string& part :
       {failed_steps(state, options), cancelled_steps(state, options), group_errors(state, options),
        skipped_steps(state, options), unverified_steps(state, options),
        rollback_text(state, options.style), retried_steps(state, options) + budget(state),
        file_surprises(state, options), unwritten_outputs_text(state, options),
        run_outputs_text(state, options), hints(state, options)}) {
    if (part.empty()) continue;
    if (!out.empty()) out += "\n";
    out += part;
  }
  return out;
}

std::string closing_text(const RunState& state, const SummaryOptions& options) {
  const std::string details = details_text(state, options);
  return results_text(state, options) + "\n" + (details.empty() ? "" : details + "\n") +
         verdict_text(state, options);
}

}  // namespace ws
