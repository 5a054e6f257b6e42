// Digest: what a definition is hashed with, and how each part of a step goes into it.
//
// Knows nothing of what the numbers are for. Internal to model/: definition.cpp (one hash of a
// step) and definition_parts.cpp (one for each part).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/text.h"
#include "model/workstream.h"

namespace ws {

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

inline void add_scope(Digest& digest, const std::vector<ScopePattern>& scope) {
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
    if (action.called.empty()) {
      digest.command(action.shell);
    } else {
      digest.text(action.called);
    }
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

void add_success(Digest& digest, const SuccessRule& rule);
void add_tests(Digest& digest, const std::vector<AcceptanceTest>& tests);
void add_stdin(Digest& digest, const StepDetails& details);

}  // namespace ws
