// `${env.NAME}` and `${vars.NAME}` inside strings, evaluated while a file is loaded:
//   ${env.NAME}               the value; a mistake when it is not set
//   ${env.NAME:-default}      the default when it is not set or empty; may hold expressions itself;
//                             `\}` in it is a brace
//   ${env.NAME == 'text'}     true or false; `!=` too; an environment variable that is not set
//                             equals ''
//   $${env.NAME}              the text `${env.NAME}`
// Everything else that begins with `${` is left as it is, for later stages or the shell. A value
// is never searched for expressions again.
//
// Does not read the environment and does not know which keys hold what: loader.cpp calls it before
// the readers look at a document.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "formats/document.h"

namespace ws {

struct VariableLookup {
  std::function<std::optional<std::string>(std::string_view)> env;  // null: no variable is set
  std::map<std::string, std::string, std::less<>> vars;
};

struct SubstitutionMistake {
  const DiagnosticKind* kind = nullptr;  // missing_variable or bad_expression
  std::size_t offset = 0;                // in the text that was given
  std::size_t length = 0;
  std::string name;  // "env.HOME"; empty for a bad expression
  std::string message;
  std::string hint;
};

struct Substitution {
  std::string text;
  bool is_whole = false;                      // the text was exactly one expression
  std::vector<std::string> used_vars;         // names after `vars.`, known or not
  std::vector<SubstitutionMistake> mistakes;  // all of them
};

// Nothing when the text holds no expression of ours and no escaped one.
[[nodiscard]] std::optional<Substitution> substitute(std::string_view text,
                                                     const VariableLookup& lookup);

// A text that substitute() makes `text` of: every expression gets its `$` in front.
[[nodiscard]] std::string escape_expressions(std::string_view text);

// Every string value (not the keys) of a document. False when there were mistakes: all of them are
// in `diagnostics`, a missing name once with the number of its further uses. Adds to `used_vars`.
bool substitute(Document& document, const SourceSet& sources, const VariableLookup& lookup,
                Diagnostics& diagnostics, std::set<std::string, std::less<>>& used_vars);

}  // namespace ws
