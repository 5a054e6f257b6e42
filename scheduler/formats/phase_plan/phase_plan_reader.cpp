#include "formats/phase_plan/phase_plan_reader.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/coerce.h"
#include "formats/phase_plan/phase_check_reader.h"
#include "formats/phase_plan/phase_step_reader.h"
#include "formats/phase_plan/phase_values.h"
#include "formats/schema.h"
#include "formats/text_rules.h"
#include "formats/value_text.h"
#include "model/mistakes.h"

namespace ws {
namespace {

// What is read, and what is only for people or other programs and passed over in silence.
constexpr std::string_view kSections[] = {"id",
                                          "workstream_id",
                                          "phase_id",
                                          "title",
                                          "name",
                                          "version",
                                          "template_version",
                                          "objective",
                                          "summary",
                                          "description",
                                          "status",
                                          "tool",
                                          "gate",
                                          "tags",
                                          "priority",
                                          "owner",
                                          "created_date",
                                          "phase_type",
                                          "estimate_hours",
                                          "table_of_contents",
                                          "index",
                                          "phase_identity",
                                          "dag_and_dependencies",
                                          "depends_on",
                                          "dependencies",
                                          "may_run_parallel_with",
                                          "parallel_group",
                                          "scope_and_modules",
                                          "file_scope",
                                          "environment_and_tools",
                                          "execution_profile",
                                          "pre_flight_checks",
                                          "execution_plan",
                                          "execution_steps",
                                          "fix_loop_and_circuit_breakers",
                                          "expected_artifacts",
                                          "acceptance_tests",
                                          "acceptance_criteria",
                                          "completion_gate",
                                          "observability_and_metrics",
                                          "governance_and_constraints",
                                          "extensions",
                                          "github_integration",
                                          "tool_profiles_path",
                                          "circuit_breakers_path",
                                          "prompt_template",
                                          "metadata",
                                          "openspec_change",
                                          "ccpm_issue",
                                          "kind",
                                          "execution_patterns_reference"};

// Shown, never acted on; of the file or of its phase_identity.
constexpr std::string_view kShown[] = {
    "phase_id", "phase_type", "status", "estimate_hours", "workstream_bundle_id", "gh_item_id",
    "owner",    "tool",       "gate",   "priority",       "openspec_change",      "ccpm_issue"};

class PhasePlanReader {
 public:
  PhasePlanReader(Value root, PhaseReading& reading)
      : root_(root),
        identity_(find_path(root, {"phase_identity"}).value_or(root)),
        reading_(reading),
        out_(reading.workstream) {}

  void read() {
    if (!identity_.is_object()) {
      wrong_type(identity_, "phase_identity", "an object", reading_);
      identity_ = root_;
    }
    const std::vector<Value> steps = steps_of_file();
    reading_.is_descriptive = is_descriptive(steps);
    reading_.phase_type = text("phase_type");
    read_head();
    read_scope();
    read_dependencies();
    const StepOrder order = read_profile();
    out_.preflight_checks = read_preflight_checks(root_, reading_);
    read_phase_steps(steps, order, reading_);
    out_.acceptance_tests = read_phase_tests(root_, reading_);
    if (reading_.is_descriptive)
      warn_descriptive(steps.front().place());
    else
      check_keys();
  }

 private:
  // Of phase_identity, else of the file.
  [[nodiscard]] std::string text(std::string_view key) {
    std::string found = phase_text(identity_, key, reading_);
    return found.empty() ? phase_text(root_, key, reading_) : found;
  }

  [[nodiscard]] std::optional<Value> value(std::string_view key) const {
    const auto found = find_path(identity_, {key});
    return found ? found : find_path(root_, {key});
  }

  std::vector<Value> steps_of_file() {
    const bool is_plan = find_path(root_, {"execution_plan"}).has_value();
    std::vector<Value> steps = is_plan ? phase_list(root_, "execution_plan", "steps", reading_)
                                       : phase_list(root_, "execution_steps", "steps", reading_);
    if (steps.empty()) {
      reading_.diagnostics.error(mistakes::missing_key, start_of_file(),
                                 "a phase plan without steps",
                                 "write 'execution_steps', or 'execution_plan' with 'steps'");
    }
    return steps;
  }

  [[nodiscard]] Place start_of_file() const {
    Place place = root_.place();
    place.length = std::min<std::uint32_t>(place.length, 1);
    return place;
  }

  void read_head() {
    for (const std::string_view key : {"id", "workstream_id", "phase_id"}) {
      const auto id = value(key);
      if (!id) continue;
      out_.id = text(key);
      out_.place = id->place();
      break;
    }
    if (out_.id.empty()) {
      reading_.diagnostics.error(mistakes::missing_key, start_of_file(), "a phase plan without id",
                                 "write 'workstream_id' or 'phase_id' under 'phase_identity'");
    } else if (auto mistake = check_text(TextRule::plan_id, out_.id)) {
      reading_.diagnostics.error(*mistake->kind, out_.place,
                                 fmt::format("the id {}", mistake->message), mistake->hint);
    }
    reading_.phase_id = text("phase_id");
    out_.name = text("title");
    if (out_.name.empty()) out_.name = text("name");
    for (const std::string_view key : {"objective", "summary", "description"}) {
      if (out_.description.empty()) out_.description = text(key);
    }
    out_.version = phase_text(root_, "version", reading_);
    out_.tags = phase_texts(find_path(identity_, {"tags"}) ? identity_ : root_, "tags", reading_);
    show();
  }

  void show() {
    for (const std::string_view key : kShown) show(key, value(key));
    for (const std::string_view key :
         {"workstream_bundle_id", "may_run_parallel_with", "parallel_group", "is_critical_path"}) {
      const auto inner = find_path(root_, {"dag_and_dependencies", key});
      show(key, inner ? inner : find_path(root_, {key}));
    }
    if (const auto scope = file_scope()) {
      for (const std::string_view key : {"read_only", "forbidden_paths"})
        show(key, find_path(*scope, {key}));
    }
    if (const auto metadata = find_path(root_, {"metadata"}); metadata && metadata->is_object()) {
      for (const Member& member : metadata->members()) {
        if (!is_annotation(member.key)) show(member.key, member.value);
      }
    }
  }

  void show(std::string_view key, std::optional<Value> value) {
    if (!value || value->is_null()) return;
    const bool is_shown = std::any_of(out_.metadata.begin(), out_.metadata.end(),
                                      [&](const auto& shown) { return shown.first == key; });
    if (is_shown || ((value->is_array() || value->is_object()) && value->size() == 0)) return;
    out_.metadata.emplace_back(std::string(key), plain_text(*value, reading_.sources));
  }

  [[nodiscard]] std::optional<Value> file_scope() const {
    const auto inner = find_path(root_, {"scope_and_modules", "file_scope"});
    return inner ? inner : find_path(root_, {"file_scope"});
  }

  // Who only reads a file may do so beside others.
  void read_scope() {
    const auto scope = file_scope();
    if (!scope) return;
    if (!scope->is_object()) return wrong_type(*scope, "file_scope", "an object", reading_);
    for (const std::string_view key : {"modify", "create"}) {
      for (std::string& path : phase_texts(*scope, key, reading_)) {
        const bool is_known =
            std::any_of(out_.files_scope.begin(), out_.files_scope.end(),
                        [&](const ScopePattern& one) { return one.pattern == path; });
        if (key == "create") out_.files_create.push_back(path);
        if (!is_known && !path.empty())
          out_.files_scope.push_back({std::move(path), find_path(*scope, {key})->place()});
      }
    }
  }

  void read_dependencies() {
    for (const auto& list :
         {find_path(root_, {"dag_and_dependencies", "depends_on"}),
          find_path(root_, {"depends_on"}), find_path(root_, {"dependencies", "depends_on"})}) {
      if (!list) continue;
      if (list->is_array()) {
        for (const Value element : list->items()) add_dependency(element);
      } else {
        add_dependency(*list);
      }
    }
  }

  void add_dependency(Value value) {
    if (const auto name = to_scalar_text(value, reading_.sources))
      out_.depends_on.push_back({*name, DependencyOn::success, value.place()});
    else
      wrong_type(value, "depends_on", "a list of ids", reading_);
  }

  // execution_profile.
  StepOrder read_profile() {
    StepOrder order;
    const auto profile = find_path(root_, {"execution_profile"});
    if (!profile) return order;
    if (!profile->is_object()) {
      wrong_type(*profile, "execution_profile", "an object", reading_);
      return order;
    }
    constexpr CountRange kWorkers{1, 65536};
    const auto concurrency = find_path(*profile, {"concurrency"});
    out_.execution.max_workers =
        concurrency && concurrency->is_object()
            ? phase_count(*concurrency, "max_parallel_steps", kWorkers, reading_)
            : phase_count(*profile, "concurrency", kWorkers, reading_);
    read_retry(*profile);
    order.goes_on_after_failure = phase_flag(*profile, "no_stop_mode", false, reading_);
    if (const auto limit = phase_count(*profile, "max_runtime_minutes", {1}, reading_))
      out_.execution.timeout = std::chrono::minutes(*limit);
    refuse_mode(*profile);
    return order;
  }

  // `retry_attempts` follow the first one; `default_max_attempts` are all.
  void read_retry(Value profile) {
    std::uint32_t attempts = 0;
    if (const auto more = phase_count(profile, "retry_attempts", {0, 1000}, reading_))
      attempts = *more + 1;
    if (const auto policy = find_path(profile, {"retry_policy"}); policy && policy->is_object())
      attempts =
          phase_count(*policy, "default_max_attempts", {1, 1000}, reading_).value_or(attempts);
    if (attempts > 1) out_.retry.emplace().attempts = attempts;
  }

  void refuse_mode(Value profile) {
    const std::string mode = phase_text(profile, "run_mode", reading_);
    if (mode != "plan_only" && mode != "dry_run") return;
    const Place place = find_path(profile, {"run_mode"})->place();
    out_.deferred.push_back({"run_mode", fmt::format("workstream '{}'", out_.id), place,
                             fmt::format("\"{}\"", mode),
                             fmt::format("'run_mode: {}': this plan asks not to be run", mode),
                             "`workstream plan` shows it, `run --dry-run` pretends; 'run_mode: "
                             "execute' runs it"});
  }

  void warn_descriptive(Place place) {
    place.length = std::min<std::uint32_t>(place.length, 1);
    reading_.diagnostics.warning(mistakes::manual_step, place,
                                 fmt::format("a file written for people: nothing runs its {}",
                                             counted(out_.steps.size(), "step")),
                                 "steps with 'id' and 'command' in each of them are run");
  }

  void check_keys() {
    for (const Member& member : root_.members()) {
      const bool is_known =
          std::find(std::begin(kSections), std::end(kSections), member.key) != std::end(kSections);
      if (is_known || is_annotation(member.key)) continue;
      const auto near = nearest(member.key, kSections);
      reading_.diagnostics.warning(
          mistakes::unknown_key, member.key_place,
          fmt::format("unknown key '{}' in a phase plan", printable(member.key)),
          near ? fmt::format("did you mean '{}'?", *near) : "");
    }
  }

  Value root_;
  Value identity_;
  PhaseReading& reading_;
  Workstream& out_;
};

}  // namespace

Workstream read_phase_plan(Value root, std::string file, const SourceSet& sources,
                           Diagnostics& diagnostics) {
  Workstream out;
  out.file = std::move(file);
  out.notation = "phase plan";
  PhaseReading reading{sources, diagnostics, out};
  PhasePlanReader(root, reading).read();
  return out;
}

void resolve_phase_ids(Workset& workset) {
  std::map<std::string, std::string, std::less<>> ids;  // of phases → of workstreams
  std::set<std::string_view> known;
  for (const Workstream& workstream : workset.workstreams) {
    known.insert(workstream.id);
    for (const auto& [key, value] : workstream.metadata) {
      if (key == "phase_id" && workstream.notation == "phase plan")
        ids.emplace(value, workstream.id);
    }
  }
  for (Workstream& workstream : workset.workstreams) {
    if (workstream.notation != "phase plan") continue;
    for (Dependency& dependency : workstream.depends_on) {
      const auto found = ids.find(dependency.name);
      if (found != ids.end() && !known.contains(dependency.name)) dependency.name = found->second;
    }
  }
}

}  // namespace ws
