#include "model/definition.h"

#include "model/definition_digest.h"

namespace ws {

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

void add_tests(Digest& digest, const std::vector<AcceptanceTest>& tests) {
  digest.number(tests.size());
  for (const AcceptanceTest& test : tests) {
    digest.command(test.command);
    digest.text(test.is_manual() ? test.text : "");
  }
}

void add_stdin(Digest& digest, const StepDetails& details) {
  digest.text(details.stdin_file);
  digest.number(details.stdin_text ? 1 : 0);
  digest.text(details.stdin_text.value_or(""));
  if (details.stdin_context) digest.text("context");  // absent in older hashes
}

std::uint64_t definition_hash(const Workstream& workstream, const Step& step) {
  Digest digest;
  const StepDetails& details = step.details();
  std::visit(ActionDigest{digest, workstream, step}, step.action);
  digest.pairs(workstream.env);
  digest.pairs(details.env);
  digest.text(details.working_dir);
  add_stdin(digest, details);
  add_success(digest, details.success);
  add_tests(digest, details.acceptance_tests);
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
