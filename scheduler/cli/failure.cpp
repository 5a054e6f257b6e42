#include "cli/failure.h"

#include "base/diagnostic.h"
#include "base/source.h"
#include "cli/console.h"
#include "cli/project_store.h"
#include "model/mistakes.h"
#include "report/diagnostics_json.h"

namespace ws::cli {
namespace {

// Not among the mistakes of files (model/mistakes.h): nothing in a file can make them.
constexpr DiagnosticKind kRefused{"refused", "config"};
constexpr DiagnosticKind kUnexpected{"unexpected", "unexpected"};

const DiagnosticKind& kind_of(ExitCode code) {
  if (code == ExitCode::bad_input) return mistakes::bad_option;
  return code == ExitCode::refused ? kRefused : kUnexpected;
}

}  // namespace

std::string failure_json(ExitCode code, std::string_view message) {
  Diagnostics one;
  one.error(kind_of(code), {}, std::string(message));
  return diagnostics_json(one, SourceSet(), 0);
}

ExitCode fail(Form form, ExitCode code, std::string_view message) {
  complain(message);
  // A full disk is said, but what went wrong before is the more important news.
  if (form == Form::json) (void)answer(failure_json(code, message));
  return code;
}

ExitCode fail(Form form, const Error& error) { return fail(form, code_of(error), error.message); }

}  // namespace ws::cli
