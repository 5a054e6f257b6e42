#include "formats/kata/kata_condition_text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "model/mistakes.h"

namespace ws {
namespace {

constexpr std::size_t kMostSources = 60;  // the model's expressions nest to 200
using Names = std::vector<std::string_view>;

Names behind(const Names& path, std::size_t count) {
  return {path.begin() + static_cast<std::ptrdiff_t>(count), path.end()};
}

// How many names of the path spell the dotted name; 0: they do not.
std::size_t names_of(std::string_view dotted, const Names& path) {
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (!dotted.starts_with(path[i])) return 0;
    dotted.remove_prefix(path[i].size());
    if (dotted.empty()) return i + 1;
    if (dotted[0] != '.') return 0;
    dotted.remove_prefix(1);
  }
  return 0;
}

// As the expression grammar writes it. The depth is the parser's.
std::string literal_of(const Datum& value) {
  if (const auto* text = std::get_if<std::string>(&value.value)) {
    std::string out = "\"";
    for (const char c : *text) {
      if (c == '\\' || c == '"') out += '\\';
      if (c == '\t') {
        out += "\\t";
      } else {
        out += c;
      }
    }
    return out + '"';
  }
  const auto* list = std::get_if<Datum::List>(&value.value);
  if (list == nullptr) return to_json(value);
  std::string out = "[";
  for (const Datum& item : *list) out += (out.size() > 1 ? ", " : "") + literal_of(item);
  return out + "]";
}

class ConditionText {
 public:
  ConditionText(const KataVariables& variables, std::uint32_t phase, Diagnostics& diagnostics)
      : variables_(variables),
        seen_(variables.before(phase, variables.results_of(phase))),
        diagnostics_(diagnostics) {}

  // The depth is the parser's.
  std::string text(const KataCondition& condition) {
    if (condition.kind == KataCondition::Kind::comparison) return comparison(condition.comparison);
    const std::string_view word = condition.kind == KataCondition::Kind::any_of ? " or " : " and ";
    std::string out = "(";
    for (std::size_t i = 0; i < condition.parts.size(); ++i) {
      if (i > 0) out += word;
      out += text(condition.parts[i]);
    }
    return out + ")";
  }

 private:
  std::string comparison(const KataComparison& one) {
    if (const KataResult* spawn = success_of(one)) return success(one, *spawn);
    const std::vector<std::string> sources = sources_of(one);
    if (sources.empty()) return "false == true";  // an error has been reported
    const std::string value = kata_first_of(sources, kMostSources, KataMissing::is_null);
    const std::string literal = literal_of(one.value);
    const bool is_empty = one.value == Datum{std::string()};
    switch (one.op) {
      // A list compares without complaining of kinds: text never equals a number.
      case KataOperator::equal:
        return fmt::format("{} in [{}{}]", value, literal, is_empty ? ", null" : "");
      case KataOperator::not_equal:
        return fmt::format("{} not_in [{}{}]", value, literal, is_empty ? ", null" : "");
      case KataOperator::in:
      case KataOperator::not_in:
        return fmt::format("{} {} {}", value, spelling(one.op), literal);
      case KataOperator::greater:
      case KataOperator::greater_or_equal:
      case KataOperator::less:
      case KataOperator::less_or_equal:
      case KataOperator::contains:
      case KataOperator::starts_with:
      case KataOperator::ends_with:
        break;
    }
    return fmt::format("({0} != null and {0} {1} {2})", value, spelling(one.op), literal);
  }

  // `b.success` of a single spawn.
  const KataResult* success_of(const KataComparison& one) const {
    if (one.path.size() != 2 || one.path[1] != "success") return nullptr;
    return spawn_named(one.path[0]);
  }

  const KataResult* spawn_named(std::string_view name) const {
    for (const KataResult* result : seen_) {
      if (result->kind == KataResult::Kind::spawn && result->name == name) return result;
    }
    return nullptr;
  }

  std::string success(const KataComparison& one, const KataResult& spawn) {
    const bool* wanted = std::get_if<bool>(&one.value.value);
    const bool is_equality = one.op == KataOperator::equal || one.op == KataOperator::not_equal;
    if (wanted == nullptr || !is_equality) {
      diagnostics_.error(mistakes::bad_condition, one.place,
                         fmt::format("'{}.success' is true or false", one.path[0]),
                         fmt::format("write {}.success == true", one.path[0]));
      return "false == true";
    }
    const bool is_positive = *wanted == (one.op == KataOperator::equal);
    return fmt::format("{}.state {} ['succeeded', 'unverified']", kata_step_path(spawn.id),
                       is_positive ? "in" : "not_in");
  }

  // Paths that may have the value, the likeliest first.
  std::vector<std::string> sources_of(const KataComparison& one) {
    const std::string_view first = one.path[0];
    if (first.starts_with("parallel_")) {
      if (auto found = parallel(one)) return *found;
    }
    std::vector<std::string> out;
    if (first == "inputs") {
      out.push_back(kata_member_path("inputs", behind(one.path, 1)));
      return out;
    }
    for (const KataResult* result : seen_) add_named(*result, one.path, out);
    if (spawn_named(first) != nullptr) return check_spawn(one, std::move(out));
    if (out.empty() && is_binding(first)) {
      diagnostics_.error(
          mistakes::bad_reference, one.place,
          fmt::format("'{}' is the result of a phase that does not come before", first),
          "a branch knows what its own phase and those before it have done");
      return {};
    }
    for (const KataResult* result : seen_) {
      if (result->kind == KataResult::Kind::skill)
        out.push_back(kata_member_path(result->path, one.path));
    }
    // A skill that prints just its answer.
    if (first == "result" && !seen_.empty() && seen_[0]->kind == KataResult::Kind::skill)
      out.push_back(kata_member_path(seen_[0]->path, behind(one.path, 1)));
    if (out.size() > kMostSources - 2) out.resize(kMostSources - 2);
    out.push_back(kata_member_path("inputs", one.path));
    out.push_back(kata_member_path("inputs.inputs", one.path));
    return out;
  }

  // By the name of a binding, or of the skill.
  static void add_named(const KataResult& result, const Names& path,
                        std::vector<std::string>& out) {
    for (const auto& [name, value] : result.members) {
      if (name == path[0]) out.push_back(kata_member_path(value, behind(path, 1)));
    }
    if (result.kind == KataResult::Kind::spawn && result.name == path[0]) {
      const bool has_output = path.size() > 1 && path[1] == "output";
      out.push_back(kata_member_path(result.path, behind(path, has_output ? 2 : 1)));
    }
    if (result.kind != KataResult::Kind::skill) return;
    if (const std::size_t count = names_of(result.name, path); count > 0)
      out.push_back(kata_member_path(result.path, behind(path, count)));
  }

  std::vector<std::string> check_spawn(const KataComparison& one, std::vector<std::string> out) {
    if (one.path.size() == 1 || one.path[1] == "output") return out;
    std::string rest;
    for (std::size_t i = 1; i < one.path.size(); ++i) rest += fmt::format(".{}", one.path[i]);
    diagnostics_.error(
        mistakes::bad_reference, one.place,
        fmt::format("'{}' has childTaskId, success and output", one.path[0]),
        fmt::format("what the kata gave is in output: {}.output{}", one.path[0], rest));
    return {};
  }

  [[nodiscard]] bool is_binding(std::string_view name) const {
    const auto& all = variables_.bindings();
    return std::find(all.begin(), all.end(), name) != all.end();
  }

  // parallel_results, parallel_errors, parallel_aggregated; nothing: it is another name.
  std::optional<std::vector<std::string>> parallel(const KataComparison& one) {
    constexpr std::array<std::string_view, 3> kKnown = {"parallel_results", "parallel_errors",
                                                        "parallel_aggregated"};
    const std::string_view first = one.path[0];
    if (std::find(kKnown.begin(), kKnown.end(), first) == kKnown.end()) {
      const auto near = nearest(first, kKnown);
      if (!near) return std::nullopt;
      diagnostics_.error(mistakes::bad_reference, one.place, fmt::format("there is no '{}'", first),
                         fmt::format("did you mean '{}'?", *near));
      return std::vector<std::string>();
    }
    std::vector<std::string> out;
    std::vector<std::string_view> members;
    const bool is_aggregate = first == kKnown[2];
    for (const KataResult* result : seen_) {
      if (result->kind != KataResult::Kind::join) continue;
      bool has_it = is_aggregate || one.path.size() == 1;
      for (const auto& member : result->members) {
        members.push_back(member.first);
        has_it = has_it || member.first == one.path[1];
      }
      if (has_it)
        out.push_back(kata_member_path(kata_step_path(result->id) + ".outputs", one.path));
    }
    if (members.empty()) {
      diagnostics_.error(mistakes::bad_reference, one.place,
                         fmt::format("'{}' is known behind a `spawn parallel`", first),
                         "no phase before this branch has one");
      return out;
    }
    if (is_aggregate && one.path.size() > 1) return aggregate(one, std::move(out));
    if (out.empty()) no_member(one, members, "bindings");
    return out;
  }

  std::vector<std::string> aggregate(const KataComparison& one, std::vector<std::string> out) {
    static const std::vector<std::string_view> kFields = {
        "results", "errors", "totalChildren", "successCount", "failureCount", "timestamp"};
    if (std::find(kFields.begin(), kFields.end(), one.path[1]) != kFields.end()) return out;
    no_member(one, kFields, "fields");
    return {};
  }

  void no_member(const KataComparison& one, const std::vector<std::string_view>& known,
                 std::string_view what) {
    const auto near = nearest(one.path[1], known);
    const std::vector<std::string> names(known.begin(), known.end());
    diagnostics_.error(mistakes::bad_reference, one.place,
                       fmt::format("'{}' has no '{}'", one.path[0], one.path[1]),
                       near ? fmt::format("did you mean '{}'?", *near)
                            : fmt::format("its {} are {}", what, listed(names)));
  }

  const KataVariables& variables_;
  std::vector<const KataResult*> seen_;
  Diagnostics& diagnostics_;
};

}  // namespace

std::string kata_condition_text(const KataCondition& condition, const KataVariables& variables,
                                std::uint32_t phase, Diagnostics& diagnostics) {
  return ConditionText(variables, phase, diagnostics).text(condition);
}

}  // namespace ws
