#include "model/result_names.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include <fmt/format.h>

#include "base/ascii.h"
#include "base/text.h"
#include "model/mistakes.h"

namespace ws {
namespace {

// Something that a node hands on; its name is only spelled out when two seem equal.
struct Handed {
  enum class What : std::uint8_t { everything, result, output };
  std::uint64_t hash = 0;  // of its variable
  NodeId node;
  What what = What::everything;  // everything: all that begins with the id, known or not
  std::uint32_t output = 0;      // which of the declared
};

class ResultNames {
 public:
  ResultNames(const Plan& plan, Diagnostics& diagnostics)
      : plan_(plan), diagnostics_(diagnostics) {}

  void check() {
    for (std::size_t i = 0; i < plan_.node_count(); ++i) add(NodeId(i));
    std::sort(handed_.begin(), handed_.end(), [](const Handed& a, const Handed& b) {
      if (a.hash != b.hash) return a.hash < b.hash;
      return a.node != b.node ? a.node < b.node : a.output < b.output;
    });
    for (std::size_t i = 1; i < handed_.size(); ++i) {
      if (handed_[i - 1].hash == handed_[i].hash) compare(handed_[i - 1], handed_[i]);
    }
  }

 private:
  // FNV-1a over what becomes the variable.
  static std::uint64_t hashed(std::uint64_t hash, std::string_view text) {
    for (const char c : text) {
      const char spelled = is_name_character(c) ? to_upper(c) : '_';
      hash = (hash ^ static_cast<unsigned char>(spelled)) * 0x100000001B3ULL;
    }
    return hash;
  }

  [[nodiscard]] const Step* step_behind(NodeId node) const {
    if (plan_.node(node).kind == NodeKind::step) return &plan_.step_of(node);
    const PlanGroup& group = plan_.group(plan_.node(node).group);
    if (group.role != GroupRole::fan_out) return nullptr;
    return &plan_.workset().workstreams[group.workstream].steps[group.step];
  }

  [[nodiscard]] std::string_view id_of(NodeId node) const {
    const Step* step = step_behind(node);
    return step != nullptr ? std::string_view(step->id) : plan_.group_id(plan_.node(node).group);
  }

  // Who is told of it without asking.
  [[nodiscard]] bool is_seen_by(const PlanEdge& edge) const {
    if (edge.why == EdgeWhy::scope) return false;
    const PlanNode& target = plan_.node(edge.node);
    if (target.kind == NodeKind::begin)
      return plan_.group(target.group).role != GroupRole::workstream;
    return target.kind == NodeKind::step || target.kind == NodeKind::acceptance;
  }

  void add(NodeId node) {
    const PlanNode& of = plan_.node(node);
    const bool is_end =
        of.kind == NodeKind::end && (plan_.group(of.group).role == GroupRole::group ||
                                     plan_.group(of.group).role == GroupRole::fan_out);
    const bool is_step = of.kind == NodeKind::step && of.item == PlanNode::kNoItem;
    if (!is_end && !is_step) return;
    const Step* step = step_behind(node);
    if (step != nullptr && !has_command(step)) return;
    const auto edges = plan_.successors(node);
    if (std::none_of(edges.begin(), edges.end(), [&](const auto& e) { return is_seen_by(e); }))
      return;
    constexpr std::uint64_t kBasis = 0xCBF29CE484222325ULL;
    const std::uint64_t id =
        hashed(hashed(kBasis, std::to_string(of.workstream) + "/"), id_of(node));
    handed_.push_back({id ^ 1, node, Handed::What::everything, 0});
    if (step == nullptr) {
      handed_.push_back({id, node, Handed::What::result, 0});
      return;
    }
    const StepDetails& details = step->details();
    if (!result_key(details).empty()) handed_.push_back({id, node, Handed::What::result, 0});
    for (std::uint32_t i = 0; i < details.outputs.size(); ++i) {
      handed_.push_back(
          {hashed(hashed(id, "_"), details.outputs[i].first), node, Handed::What::output, i});
    }
  }

  [[nodiscard]] std::string variable(const Handed& one) const {
    std::string name(id_of(one.node));
    if (one.what == Handed::What::output)
      name += "_" + step_behind(one.node)->details().outputs[one.output].first;
    return "WS_RESULT_" + variable_part(name);
  }

  [[nodiscard]] std::string described(const Handed& one) const {
    const std::string owner = fmt::format(
        "{} '{}'", step_behind(one.node) != nullptr ? "step" : "group", id_of(one.node));
    if (one.what == Handed::What::everything) return owner;
    if (one.what == Handed::What::result) return "the result of " + owner;
    return fmt::format("the output '{}' of {}",
                       step_behind(one.node)->details().outputs[one.output].first, owner);
  }

  [[nodiscard]] Place place_of(NodeId node) const {
    if (const Step* step = step_behind(node)) return step->place;
    const Group* group = written_group(plan_.workset(), plan_.group(plan_.node(node).group));
    return group != nullptr ? group->place : Place{};
  }

  void compare(const Handed& first, const Handed& second) {
    const bool is_prefix = first.what == Handed::What::everything;
    if (is_prefix != (second.what == Handed::What::everything)) return;
    if (variable(first) != variable(second)) return;
    // Said once for all that two such ids hand on.
    if (!is_prefix && first.node != second.node &&
        variable_part(id_of(first.node)) == variable_part(id_of(second.node)))
      return;
    const NodeId seer = common_dependent(first.node, second.node);
    if (!seer.is_valid()) return;
    const std::string& workstream = plan_.workstream_of(second.node).id;
    Diagnostic& warning = diagnostics_.warning(
        mistakes::ambiguous_result, place_of(second.node),
        fmt::format("{} and {} are both {}{} for what waits for them", described(first),
                    described(second), variable(first), is_prefix ? "…" : ""),
        "give one of them another name, or read them as ${steps.ID.outputs.KEY}");
    warning.subject = fmt::format("{}/{}", workstream, id_of(second.node));
    if (first.node != second.node)
      warning.notes.push_back(
          {place_of(first.node), fmt::format("'{}' is here, and has the name", id_of(first.node))});
  }

  // Someone that waits for both, by itself or through a group around it.
  [[nodiscard]] NodeId common_dependent(NodeId a, NodeId b) const {
    for (const auto& [one, other] : {std::pair{a, b}, std::pair{b, a}}) {
      std::unordered_set<NodeId> direct;
      for (const PlanEdge& edge : plan_.successors(one)) {
        if (is_seen_by(edge)) direct.insert(edge.node);
      }
      for (const PlanEdge& edge : plan_.successors(other)) {
        if (!is_seen_by(edge)) continue;
        if (direct.count(edge.node) > 0) return edge.node;
        for (GroupId g = plan_.node(edge.node).group; g.is_valid(); g = plan_.group(g).parent) {
          if (direct.count(plan_.group(g).begin) > 0) return edge.node;
        }
      }
    }
    return {};
  }

  const Plan& plan_;
  Diagnostics& diagnostics_;
  std::vector<Handed> handed_;
};

}  // namespace

std::string_view result_key(const StepDetails& details) {
  for (const auto& [name, source] : details.outputs) {
    if (source == kStdoutSource) return name;
  }
  for (const auto& [name, json] : details.values) {
    if (name == "result") return name;
  }
  if (!details.outputs.empty()) return details.outputs.front().first;
  if (!details.values.empty()) return details.values.front().first;
  return provides_stdout(details) ? std::string_view(details.provides.front().name) : "";
}

bool provides_stdout(const StepDetails& details) {
  return details.outputs.empty() && details.values.empty() && !details.provides.empty();
}

void check_result_names(const Plan& plan, Diagnostics& diagnostics) {
  ResultNames(plan, diagnostics).check();
}

}  // namespace ws
