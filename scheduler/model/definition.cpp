#include "model/definition.h"

#include <string>
#include <string_view>
#include <variant>

#include "base/text.h"

namespace ws {
namespace {

// Every field goes in with its length in front, so no two different definitions share their bytes.
class Digest {
 public:
  void text(std::string_view value) {
    number(value.size());
    hash_ = stable_hash(value, hash_);
  }
  void number(std::uint64_t value) {
    std::string bytes(8, '\0');
    for (char& byte : bytes) {  // little end first on every machine
      byte = static_cast<char>(value & 0xFFU);
      value >>= 8U;
    }
    hash_ = stable_hash(bytes, hash_);
  }
  void texts(const std::vector<std::string>& values) {
    number(values.size());
    for (const std::string& value : values) text(value);
  }
  void pairs(const std::vector<std::pair<std::string, std::string>>& values) {
    number(values.size());
    for (const auto& [name, value] : values) {
      text(name);
      text(value);
    }
  }
  void command(const Command& value) {
    number(value.through_shell ? 1 : 0);
    texts(value.argv);
  }
  [[nodiscard]] std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = stable_hash("workstream step definition 1");
};

void add_scope(Digest& digest, const std::vector<ScopePattern>& scope) {
  digest.number(scope.size());
  for (const ScopePattern& pattern : scope) digest.text(pattern.pattern);
}

// The files a tool is given come from the scope of the step, or else of the workstream.
struct ActionDigest {
  Digest& digest;
  const Workstream& workstream;
  const Step& step;

  void operator()(const NoAction&) const { digest.text("nothing"); }
  void operator()(const ManualAction& action) const {
    digest.text("manual");
    digest.text(action.text);
  }
  void operator()(const CommandAction& action) const {
    digest.text("command");
    digest.command(action.command);
  }
  void operator()(const ScriptAction& action) const {
    digest.text("script");
    digest.text(action.script);
    digest.command(action.shell);
  }
  void operator()(const ToolAction& action) const {
    digest.text("tool");
    digest.text(action.tool);
    if (!action.general.empty()) digest.texts(action.general);
    digest.texts(action.prompt);
    const StepDetails& details = step.details();
    const bool has_own = !details.files_scope.empty() || !details.files_create.empty();
    add_scope(digest, has_own ? details.files_scope : workstream.files_scope);
    digest.texts(has_own ? details.files_create : workstream.files_create);
  }
  void operator()(const CallAction& action) const {
    digest.text("call");
    digest.text(action.workstream);
    digest.text(action.version);
    digest.pairs(action.inputs);
  }
  void operator()(const WaitAction& action) const {
    digest.text("wait");
    digest.number(static_cast<std::uint64_t>(action.duration.count()));
    digest.text(action.until);
    digest.text(action.event);
  }
};

void add_success(Digest& digest, const SuccessRule& rule) {
  // Codes that are not given count as {0}, as they always have; a given {0}, which differs from
  // them only over a tool's rule, as none.
  std::vector<int> codes = rule.exit_codes;
  if (codes.empty()) {
    codes = {0};
  } else if (codes == std::vector{0}) {
    codes.clear();
  }
  digest.number(codes.size());
  for (const int code : codes) digest.number(static_cast<std::uint64_t>(code));
  digest.texts(rule.require_output);
  digest.texts(rule.fail_on_output);
  digest.texts(rule.files);
  digest.text(rule.no_change);
}

}  // namespace

std::uint64_t definition_hash(const Workstream& workstream, const Step& step) {
  Digest digest;
  const StepDetails& details = step.details();
  std::visit(ActionDigest{digest, workstream, step}, step.action);
  digest.pairs(workstream.env);
  digest.pairs(details.env);
  digest.text(details.working_dir);
  digest.text(details.stdin_file);
  digest.number(details.stdin_text ? 1 : 0);
  digest.text(details.stdin_text.value_or(""));
  if (details.stdin_context) digest.text("context");  // absent in older hashes
  add_success(digest, details.success);
  digest.number(details.acceptance_tests.size());
  for (const AcceptanceTest& test : details.acceptance_tests) {
    digest.command(test.command);
    digest.text(test.is_manual() ? test.text : "");
  }
  digest.pairs(details.outputs);
  // Both absent in older hashes.
  if (!details.values.empty()) {
    digest.text("values");
    digest.pairs(details.values);
  }
  if (!details.stdin_json.empty()) digest.text(details.stdin_json);
  digest.text(details.for_each ? details.for_each->text : "");
  return digest.value();
}

}  // namespace ws
