// What a reference may name besides steps: the other names of model/run_names.h.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "model/expression_parser.h"
#include "model/mistakes.h"
#include "model/reference_rules.h"
#include "model/reference_words.h"
#include "model/run_names.h"
#include "model/run_output.h"
#include "model/template_parts.h"

namespace ws {

void ReferenceRules::check_item(const Asking& asking, const Reference& path) {
  if (!asking.has_item) {
    const bool is_when = asking.step != nullptr && asking.step->details().for_each.has_value();
    return bad(asking, mistakes::bad_reference,
               fmt::format("refers to '{}' {}", shown(path.text()),
                           is_when ? "before there are items" : "outside a for_each"),
               is_when ? "it is asked once, for all items" : "");
  }
  const auto& for_each = asking.step->details().for_each;
  const bool is_product = for_each->kind == ForEach::Kind::product && for_each->include.empty();
  if (!is_product || path.names[0] != "item" || path.names.size() < 2) return;
  std::vector<std::string_view> names;
  for (const auto& dimension : for_each->dimensions) names.emplace_back(dimension.first);
  if (std::find(names.begin(), names.end(), path.names[1]) != names.end()) return;
  bad(asking, mistakes::bad_reference,
      fmt::format("refers to '{}', but no list of its for_each has that name", shown(path.text())),
      nearest_or(path.names[1], names, ""));
}

void ReferenceRules::check_input(const Asking& asking, const Reference& path) {
  const Workstream& workstream = plan_.workset().workstreams[asking.workstream];
  if (workstream.takes_any_input || path.names.size() < 2) return;
  std::vector<std::string_view> names;
  for (const Input& input : workstream.inputs) names.emplace_back(input.name);
  const std::string& name = path.names[1];
  if (std::find(names.begin(), names.end(), name) != names.end()) return;
  bad(asking, mistakes::bad_reference, fmt::format("refers to an unknown input '{}'", shown(name)),
      nearest_or(name, names,
                 fmt::format("declare it under 'inputs' of workstream '{}'", workstream.id)));
}

void ReferenceRules::check_error(const Asking& asking, const Reference& path) {
  constexpr std::array<std::string_view, 3> kParts = {"step", "message", "code"};
  if (!asking.is_message && !is_handler(asking)) {
    return bad(asking, mistakes::bad_reference,
               fmt::format("refers to '{}' outside 'catch' and 'finally'", shown(path.text())),
               "only the steps that answer a failure are told about it");
  }
  const std::string part = path.names.size() < 2 ? "" : path.names[1];
  if (path.names.size() == 2 && std::find(kParts.begin(), kParts.end(), part) != kParts.end())
    return;
  bad(asking, mistakes::bad_reference,
      fmt::format("refers to '{}', but an error has step, message and code", shown(path.text())),
      nearest_or(part, kParts, ""));
}

void ReferenceRules::check_step_output(const Asking& asking, const Reference& path) {
  if (!asking.is_compensation && !asking.is_message) {
    return bad(asking, mistakes::bad_reference, "refers to 'step_output' outside a compensation",
               "${steps.ID.outputs.KEY} is the output of another step");
  }
  if (path.names.size() < 2) {
    return bad(asking, mistakes::bad_reference,
               "refers to 'step_output' without saying which output", "write step_output.KEY");
  }
  if (asking.step != nullptr) check_output(asking, *asking.step, path.names[1]);
}

void ReferenceRules::check_single(const Asking& asking, const Reference& path,
                                  const RunName& name) {
  if (name.known == KnownIn::messages && !asking.is_message) {
    return bad(
        asking, mistakes::bad_reference,
        fmt::format("refers to '{}', which only the messages of error_handling know", name.text));
  }
  if (path.names.size() == 1) return;
  bad(asking, mistakes::bad_reference,
      fmt::format("refers to '{}', but '{}' has no members", shown(path.text()), name.text));
}

// What is near may still be out of place here; then the user is told so next.
void ReferenceRules::check_unknown(const Asking& asking, const Reference& path) {
  const std::string& first = path.names[0];
  if (first == "env" || first == "vars") {
    return bad(
        asking, mistakes::bad_reference,
        fmt::format("refers to '{}', which only exists while a file is loaded", shown(path.text())),
        fmt::format("write '${{{}}}', in quotes: it is replaced by its text", shown(path.text())));
  }
  std::vector<std::string_view> names;
  for (const RunName& name : run_names()) {
    const bool is_here = asking.is_message
                             ? name.known != KnownIn::items
                             : name.known != KnownIn::messages &&
                                   (name.known != KnownIn::compensations || asking.is_compensation);
    if (is_here) names.push_back(name.text);
  }
  bad(asking, mistakes::bad_reference, fmt::format("refers to an unknown name '{}'", shown(first)),
      nearest_or(first, names,
                 asking.is_message ? "${env.NAME} is a variable of the environment"
                                   : "text stands in quotes"));
}

// No shell will ever see a message: every `${…}` in it must be ours.
void ReferenceRules::check_message(const Asking& asking, std::string_view text) {
  const TemplateReferences found = find_references(text, false);
  for (const ExpressionMistake& mistake : found.mistakes)
    misread(asking, mistake, text, mistakes::bad_expression);
  for (const Reference& path : found.references) check(asking, path);
  if (found.mistakes.empty()) check_foreigners(asking, text);
}

void ReferenceRules::check_foreigners(const Asking& asking, std::string_view text) {
  const TemplateParts ours = find_parts(text, false);
  std::size_t next = 0;
  for (std::size_t at = text.find("${"); at != text.npos; at = text.find("${", at + 2)) {
    while (next < ours.parts.size() && ours.parts[next].end <= at) ++next;
    const bool is_ours = next < ours.parts.size() && ours.parts[next].begin <= at;
    if (!is_ours) check_foreign(asking, at, text);
  }
  // No deeper than find_references() allows: it found no mistake.
  for (const TemplatePart& part : ours.parts) {
    if (part.fallback) check_foreigners(asking, *part.fallback);
  }
}

// A `${…}` that the template leaves alone, in a text that means it.
void ReferenceRules::check_foreign(const Asking& asking, std::size_t at, std::string_view text) {
  const auto read = read_path(text, at + 2);
  if (const auto* mistake = std::get_if<ExpressionMistake>(&read))
    return misread(asking, *mistake, text, mistakes::bad_expression);
  const std::size_t before = diagnostics_.error_count();
  check(asking, std::get<PathRead>(read).path);
  if (diagnostics_.error_count() > before) return;
  bad(asking, mistakes::bad_expression,
      fmt::format("is wrong at '{}': this is no ${{path}}", shown(text.substr(at))),
      "a text holds ${path} and ${path:-default}, no other expression");
}

// One value that keeps its kind, or a text with values in it; a constant would be no result.
void ReferenceRules::check_output_source(const Asking& asking, std::string_view text) {
  if (!is_one_value(text)) {
    if (!find_references(text, false).references.empty()) return check_message(asking, text);
    const std::size_t before = diagnostics_.error_count();
    check_message(asking, text);
    if (diagnostics_.error_count() > before) return;
    return bad(asking, mistakes::bad_reference, fmt::format("names no value: '{}'", shown(text)),
               "write ${steps.ID.outputs.KEY}, or another value of the run");
  }
  const auto parsed = Expression::parse(text);
  if (const auto* mistake = std::get_if<ExpressionMistake>(&parsed))
    return misread(asking, *mistake, text, mistakes::bad_expression);
  for (const Reference& path : std::get<Expression>(parsed).references()) check(asking, path);
}

void ReferenceRules::warn_if_never(const Asking& asking, std::string_view text) {
  const auto parsed = Expression::parse(text);
  const auto* expression = std::get_if<Expression>(&parsed);
  // `false` alone is how a step is switched off.
  if (expression == nullptr || !expression->references().empty() || text == "false") return;
  const auto answer = expression->test([](const Reference& /*path*/) { return NoValue{}; });
  const bool* is_true = std::get_if<bool>(&answer);
  if (is_true == nullptr || *is_true) return;
  // What a variable decided may be otherwise the next time.
  const Place& place = asking.place;
  const std::string_view source =
      place.is_known() ? plan_.workset().sources.text(place.source) : std::string_view();
  if (source.substr(std::min<std::size_t>(place.offset, source.size()), place.length).find("${") !=
      std::string_view::npos)
    return;
  const std::string who = owner(asking);
  diagnostics_
      .warning(mistakes::unusual_value, place,
               fmt::format("'{}' of {} is always false: the {} never runs", asking.key, who,
                           who.substr(0, who.find(' '))),
               "compare with a value of the run, such as ${steps.ID.outputs.KEY}")
      .subject = subject(asking);
}

// What is certain about a value beforehand.
StaticKind ReferenceRules::kind_of(const Asking& asking, const Reference& path) const {
  const RunName* name = find_run_name(path.names[0]);
  if (name == nullptr) return StaticKind::unknown;
  switch (name->id) {
    case RunNameId::steps:
      return kind_of_step(asking, path);
    case RunNameId::index:
    case RunNameId::attempt_number:
    case RunNameId::max_attempts:
    case RunNameId::compensation_count:
      return path.names.size() == 1 ? StaticKind::number : StaticKind::unknown;
    case RunNameId::step_id:
    case RunNameId::workstream_id:
    case RunNameId::worktree_path:
    case RunNameId::pause_duration:
      return path.names.size() == 1 ? StaticKind::text : StaticKind::unknown;
    case RunNameId::inputs:
    case RunNameId::item:
    case RunNameId::error:
    case RunNameId::step_output:
      return StaticKind::unknown;
  }
  return StaticKind::unknown;
}

StaticKind ReferenceRules::kind_of_step(const Asking& asking, const Reference& path) const {
  if (path.names.size() < 3) return StaticKind::unknown;
  const NodeId target = plan_.find(asking.workstream, path.names[1]);
  if (!target.is_valid()) return StaticKind::unknown;
  const std::string& part = path.names[2];
  const bool is_whole = path.names.size() == 3;
  if (part == "state" && is_whole) return StaticKind::text;
  if (plan_.node(target).kind != NodeKind::end) return StaticKind::unknown;
  const bool is_list = (is_whole && (part == "results" || part == "result")) ||
                       (part == "outputs" && path.names.size() == 4);
  return is_list ? StaticKind::list : StaticKind::unknown;
}

}  // namespace ws
