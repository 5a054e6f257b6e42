#include "model/scope.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "model/mistakes.h"
#include "model/round_order.h"
#include "model/scope_index.h"
#include "model/scope_order.h"

namespace ws {
namespace {

constexpr std::uint32_t kNone = 0xFFFFFFFF;

// Who claims files: a whole workstream, from its begin to its end gate, or one step.
struct Claimant {
  Vertex start = 0;
  Vertex end = 0;
  std::uint32_t workstream = 0;
  bool is_workstream = false;
  std::uint32_t first_claim = 0;  // its claims are consecutive
  std::uint32_t claim_count = 0;
};

struct Claim {
  const ScopePattern* pattern = nullptr;
  std::uint32_t claimant = 0;
};

class ScopeSerialiser {
 public:
  ScopeSerialiser(Draft& draft, const RoundOrder& order, const LowerOptions& options,
                  Diagnostics& diagnostics)
      : draft_(draft), rounds_(order), options_(options), diagnostics_(diagnostics) {}

  void run() {
    collect();
    if (claims_.size() < 2) return;
    std::vector<std::string_view> texts;
    texts.reserve(claims_.size());
    for (const Claim& claim : claims_) texts.push_back(claim.pattern->pattern);
    const ScopeIndex index(texts);
    const std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs = overlapping(index);
    if (pairs.empty()) return;
    note_claims(index);
    order_pairs(pairs);
  }

 private:
  // In the order of the plan: the earlier claimant of a pair is the one that goes first.
  void collect() {
    for (const Vertex v : rounds_.order()) {
      const PlanNode& node = draft_.nodes[v];
      const Workstream& workstream = draft_.workstream_of(v);
      if (node.kind == NodeKind::step) {
        if (node.item != PlanNode::kNoItem) continue;  // its fan-out claims for all items
        add({v, v, node.workstream, false}, workstream.steps[node.step].details().files_scope);
      } else if (node.kind == NodeKind::begin) {
        const PlanGroup& group = draft_.groups[node.group.index()];
        if (group.role == GroupRole::fan_out) {
          add({v, group.end.value, node.workstream, false},
              workstream.steps[node.step].details().files_scope);
        }
        if (group.role != GroupRole::workstream) continue;
        add({v, group.end.value, node.workstream, true}, workstream.files_scope);
      }
    }
  }

  void add(Claimant claimant, const std::vector<ScopePattern>& scope) {
    if (scope.empty()) return;
    claimant.first_claim = static_cast<std::uint32_t>(claims_.size());
    claimant.claim_count = static_cast<std::uint32_t>(scope.size());
    for (const ScopePattern& pattern : scope) {
      claims_.push_back({&pattern, static_cast<std::uint32_t>(claimants_.size())});
    }
    claimants_.push_back(claimant);
  }

  // A workstream holds its own steps; whether those get in each other's way is for their own
  // scopes to say.
  [[nodiscard]] bool can_clash(std::uint32_t a, std::uint32_t b) const {
    if (a == b) return false;
    const bool has_whole = claimants_[a].is_workstream || claimants_[b].is_workstream;
    return !has_whole || claimants_[a].workstream != claimants_[b].workstream;
  }

  // What is remembered of a pattern while claimants pass in order. All who claimed one pattern end
  // up in one chain, so its last claim stands for all before it; workstreams and steps have a chain
  // each, because a workstream is not ordered with its own steps.
  struct Seen {
    std::uint32_t last_workstream = kNone;  // claims
    std::uint32_t last_step = kNone;
    std::vector<std::uint32_t> since;  // claims of patterns that look at this one, since its last
  };

  // Pairs of claims (earlier, later) such that ordering each of them orders all that overlap.
  // Their number is about that of the claims, never its square.
  [[nodiscard]] std::vector<std::pair<std::uint32_t, std::uint32_t>> overlapping(
      const ScopeIndex& index) const {
    std::vector<Seen> seen(index.pattern_count());
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
    for (std::uint32_t c = 0; c < claimants_.size(); ++c) {
      const std::uint32_t first = claimants_[c].first_claim;
      const std::uint32_t last = first + claimants_[c].claim_count;
      for (std::uint32_t claim = first; claim < last; ++claim) {
        const auto take = [&](std::uint32_t earlier) {
          if (earlier != kNone && can_clash(claims_[earlier].claimant, c)) {
            pairs.emplace_back(earlier, claim);
          }
        };
        const std::uint32_t pattern = index.pattern_of(claim);
        take(seen[pattern].last_workstream);
        take(seen[pattern].last_step);
        for (const std::uint32_t other : index.looks_at(pattern)) {
          take(seen[other].last_workstream);
          take(seen[other].last_step);
        }
        std::vector<std::uint32_t>& since = seen[pattern].since;
        for (const std::uint32_t earlier : since) take(earlier);
        std::erase_if(since, [&](std::uint32_t e) { return can_clash(claims_[e].claimant, c); });
      }
      for (std::uint32_t claim = first; claim < last; ++claim) {
        const std::uint32_t pattern = index.pattern_of(claim);
        (claimants_[c].is_workstream ? seen[pattern].last_workstream : seen[pattern].last_step) =
            claim;
        for (const std::uint32_t other : index.looks_at(pattern)) {
          seen[other].since.push_back(claim);
        }
      }
    }
    return pairs;
  }

  void note_claims(const ScopeIndex& index) {
    FileClaims& noted = draft_.file_claims;
    std::vector<std::uint32_t> claimed(index.pattern_count(), 0);
    for (std::uint32_t claim = 0; claim < claims_.size(); ++claim)
      ++claimed[index.pattern_of(claim)];
    noted.overlaps.resize(index.pattern_count());
    for (std::uint32_t p = 0; p < index.pattern_count(); ++p)
      noted.overlaps[p].assign(index.looks_at(p).begin(), index.looks_at(p).end());
    for (std::uint32_t claim = 0; claim < claims_.size(); ++claim) {
      const std::uint32_t p = index.pattern_of(claim);
      if (claimed[p] == 1 && noted.overlaps[p].empty() && !index.is_looked_at(p)) continue;
      const Claimant& owner = claimants_[claims_[claim].claimant];
      const std::uint32_t step = draft_.nodes[owner.start].step;
      noted.patterns[{owner.workstream, owner.is_workstream ? FileClaims::Claimant::kWhole : step}]
          .push_back(p);
    }
  }

  void order_pairs(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& pairs) {
    ScopeOrder scope_order(draft_, rounds_.order());
    std::vector<ScopeOrder::Pair> wanted;
    wanted.reserve(pairs.size());
    for (const auto& [earlier, later] : pairs) {
      wanted.push_back(kept_apart(claimants_[claims_[earlier].claimant],
                                  claimants_[claims_[later].claimant],
                                  static_cast<std::uint32_t>(wanted.size())));
    }
    std::stable_sort(wanted.begin(), wanted.end(), [&](const auto& a, const auto& b) {
      return scope_order.position(a.to) < scope_order.position(b.to);
    });
    for (auto first = wanted.begin(); first != wanted.end();) {
      const auto last =
          std::find_if(first, wanted.end(), [&](const auto& pair) { return pair.to != first->to; });
      scope_order.add({first, last});
      first = last;
    }
    scope_order.settle_rest();
    report(pairs, scope_order.added());
    for (const ScopeOrder::Pair& pair : scope_order.added()) {
      draft_.edges.push_back({pair.from, pair.to, nullptr, DependencyOn::done, EdgeWhy::scope});
    }
  }

  // A group with rounds starts its members again: who is not in it waits for the last round, or
  // goes before the first.
  [[nodiscard]] ScopeOrder::Pair kept_apart(const Claimant& earlier, const Claimant& later,
                                            std::uint32_t tag) const {
    const GroupId left = rounds_.between(earlier.start, later.start);
    const GroupId entered = rounds_.between(later.start, earlier.start);
    return {left.is_valid() ? draft_.groups[left.index()].end.value : earlier.end,
            entered.is_valid() ? draft_.groups[entered.index()].begin.value : later.start, tag};
  }

  [[nodiscard]] std::string described(const Claimant& claimant) const {
    const Workstream& workstream = draft_.workstream_of(claimant.start);
    if (claimant.is_workstream || workstream.is_single_step) {
      return fmt::format("workstream '{}'", workstream.id);
    }
    const std::string& step = workstream.steps[draft_.nodes[claimant.start].step].id;
    return draft_.workstreams.size() > 1 ? fmt::format("step '{}/{}'", workstream.id, step)
                                         : fmt::format("step '{}'", step);
  }

  void report(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& pairs,
              std::vector<ScopeOrder::Pair> added) {
    constexpr std::size_t kMostShown = 20;
    std::sort(added.begin(), added.end(),
              [](const auto& a, const auto& b) { return a.tag < b.tag; });
    const Severity severity = options_.strict_scope ? Severity::error : Severity::warning;
    const std::string_view outcome = options_.strict_scope
                                         ? "could run at the same time"
                                         : "could run at the same time: serialised";
    for (std::size_t i = 0; i < std::min(added.size(), kMostShown); ++i) {
      const Claim& earlier = claims_[pairs[added[i].tag].first];
      const Claim& later = claims_[pairs[added[i].tag].second];
      const std::string first = described(claimants_[earlier.claimant]);
      const std::string second = described(claimants_[later.claimant]);
      Diagnostic diagnostic;
      diagnostic.kind = &mistakes::scope_overlap;
      diagnostic.severity = severity;
      diagnostic.place = later.pattern->place;
      diagnostic.message =
          options_.strict_scope
              ? fmt::format("{} and {} claim the same files ('{}', '{}') and {}", second, first,
                            later.pattern->pattern, earlier.pattern->pattern, outcome)
              : fmt::format("{} and {} claim the same files ('{}', '{}') and {}, {} first", second,
                            first, later.pattern->pattern, earlier.pattern->pattern, outcome,
                            first);
      diagnostic.hint = "say which goes first with depends_on, or give them different files_scope";
      diagnostic.notes.push_back({earlier.pattern->place, fmt::format("{} claims it here", first)});
      diagnostic.subject = draft_.workstream_of(claimants_[later.claimant].start).id;
      diagnostics_.add(std::move(diagnostic));
    }
    if (added.size() <= kMostShown) return;
    Diagnostic rest;
    rest.kind = &mistakes::scope_overlap;
    rest.severity = severity;
    rest.message = fmt::format("{} more pairs claim the same files and {}",
                               added.size() - kMostShown, outcome);
    diagnostics_.add(std::move(rest));
  }

  Draft& draft_;
  const RoundOrder& rounds_;
  const LowerOptions& options_;
  Diagnostics& diagnostics_;
  std::vector<Claimant> claimants_;
  std::vector<Claim> claims_;
};

}  // namespace

std::vector<Vertex> serialise_overlapping_scopes(Draft& draft, std::span<const Vertex> order,
                                                 const LowerOptions& options,
                                                 Diagnostics& diagnostics) {
  const RoundOrder round_order(draft, order);
  ScopeSerialiser(draft, round_order, options, diagnostics).run();
  return {round_order.order().begin(), round_order.order().end()};
}

}  // namespace ws
