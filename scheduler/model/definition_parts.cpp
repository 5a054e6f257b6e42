#include "model/definition_parts.h"

#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "model/definition_digest.h"
#include "model/path_changes.h"

namespace ws {
namespace {

struct PartName {
  std::string_view key;    // in the text
  std::string_view words;  // for people
};

constexpr PartName kDo{"do", "command"};
constexpr PartName kEnv{"env", "environment"};
constexpr PartName kDir{"dir", "working directory"};
constexpr PartName kStdin{"stdin", "standard input"};
constexpr PartName kSuccess{"ok", "success rule"};
constexpr PartName kTests{"tests", "acceptance tests"};
constexpr PartName kOutputs{"out", "outputs"};
constexpr PartName kInputs{"in", "inputs"};
constexpr std::array kParts = {kDo, kEnv, kDir, kStdin, kSuccess, kTests, kOutputs, kInputs};

class PartText {
 public:
  // A part that is as when nothing was written leaves no trace.
  void add(PartName part, const Digest& digest, const Digest& nothing = {}) {
    if (digest.value() == nothing.value()) return;
    if (!text_.empty()) text_ += ' ';
    text_ += fmt::format("{}:{:08x}", part.key, digest.value() >> 32U ^ (digest.value() & kLow));
  }
  [[nodiscard]] std::string text() && { return std::move(text_); }

 private:
  static constexpr std::uint64_t kLow = 0xFFFFFFFFU;
  std::string text_;
};

// The names of all inputs that the step's texts mention; "" stands for the object of all.
std::set<std::string> inputs_named_by(const Step& step) {
  std::set<std::string> names;
  const PathChanges paths([&](Reference& path) {
    if (path.names[0] == "inputs") names.insert(path.names.size() > 1 ? path.names[1] : "");
    return false;
  });
  Step copy = copy_of(step);
  // When it runs and how it is undone is no part of what it does.
  StepDetails& details = copy.edit_details();
  details.when.clear();
  details.compensation.reset();
  details.idempotency_key.clear();
  paths.apply(copy);
  return names;
}

void add_inputs(PartText& text, const Workstream& workstream, const Step& step,
                const InputText& input) {
  if (workstream.inputs.empty() && !workstream.takes_any_input) return;
  std::set<std::string> names = inputs_named_by(step);
  if (names.erase("") > 0) {
    for (const Input& one : workstream.inputs) names.insert(one.name);
  }
  Digest digest;
  for (const std::string& name : names) {
    digest.text(name);
    digest.text(input(name));
  }
  text.add(kInputs, digest);
}

void add_environment(PartText& text, const Workstream& workstream, const StepDetails* details) {
  Digest digest;
  for (const auto& [name, value] : workstream.env) digest.pairs({{name, value}});
  if (details != nullptr) {
    for (const auto& [name, value] : details->env) digest.pairs({{name, value}});
  }
  text.add(kEnv, digest);
}

template <class Add>
Digest digest_of(const Add& add) {
  Digest digest;
  add(digest);
  return digest;
}

std::map<std::string_view, std::string_view> split(std::string_view text) {
  std::map<std::string_view, std::string_view> parts;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    const std::size_t colon = part.find(':');
    if (colon != part.npos) parts[part.substr(0, colon)] = part.substr(colon + 1);
  }
  return parts;
}

}  // namespace

std::string definition_parts(const Workstream& workstream, const Step& step,
                             const InputText& input) {
  const StepDetails& details = step.details();
  PartText text;
  text.add(kDo, digest_of([&](Digest& d) {
             std::visit(ActionDigest{d, workstream, step}, step.action);
           }));
  add_environment(text, workstream, &details);
  text.add(kDir, digest_of([&](Digest& d) {
             if (!details.working_dir.empty()) d.text(details.working_dir);
           }));
  const auto stdin_of = [](const StepDetails& of) {
    return digest_of([&](Digest& d) {
      add_stdin(d, of);
      d.text(of.stdin_json);
    });
  };
  text.add(kStdin, stdin_of(details), stdin_of(StepDetails{}));
  text.add(kSuccess, digest_of([&](Digest& d) { add_success(d, details.success); }),
           digest_of([&](Digest& d) { add_success(d, SuccessRule{}); }));
  text.add(kTests, digest_of([&](Digest& d) {
             if (!details.acceptance_tests.empty()) add_tests(d, details.acceptance_tests);
           }));
  text.add(kOutputs, digest_of([&](Digest& d) {
             if (!details.outputs.empty()) d.pairs(details.outputs);
             if (!details.values.empty()) d.pairs(details.values);
           }));
  add_inputs(text, workstream, step, input);
  return std::move(text).text();
}

std::string definition_parts(const Plan& plan, NodeId node, const InputText& input) {
  const Workstream& workstream = plan.workstream_of(node);
  if (const Step* step = plan.step_if_any(node)) return definition_parts(workstream, *step, input);
  if (plan.node(node).kind != NodeKind::acceptance) return {};
  PartText text;
  add_environment(text, workstream, nullptr);
  text.add(kTests, digest_of([&](Digest& d) {
             for (const AcceptanceTest& test : plan.acceptance_tests(node)) {
               d.command(test.command);
               d.text(test.is_manual() ? test.text : "");
             }
           }));
  return std::move(text).text();
}

std::vector<std::string> changed_parts(std::string_view before, std::string_view now) {
  const auto old_parts = split(before);
  const auto new_parts = split(now);
  const auto value = [](const auto& parts, std::string_view key) {
    const auto found = parts.find(key);
    return found == parts.end() ? std::string_view() : found->second;
  };
  std::vector<std::string> changed;
  for (const PartName& part : kParts) {
    if (value(old_parts, part.key) != value(new_parts, part.key)) changed.emplace_back(part.words);
  }
  if (changed.empty() && before != now) changed.emplace_back("definition");
  return changed;
}

std::string item_key(std::string_view json) { return fmt::format("{:016x}", stable_hash(json)); }

}  // namespace ws
