// Diagnostics: what is wrong with the user's input, as data. Each has a kind, a place, a hint and
// further places. All of them are collected and shown at once, each with its source line and a
// caret.
//
// Does not know which kinds exist (model/mistakes.h lists them) and never prints: render() returns
// text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"

namespace ws {

enum class Severity { error, warning };

// One kind per mistake; the name is stable and has a golden file. `category` is the coarse type of
// `validate --json`: schema, dependency, cycle, overlap, config or unexpected.
struct DiagnosticKind {
  std::string_view name;
  std::string_view category;
};

struct DiagnosticNote {
  Place place;  // may be nowhere
  std::string message;
};

struct Diagnostic {
  const DiagnosticKind* kind = nullptr;  // never null once reported
  Severity severity = Severity::error;
  Place place;
  std::string message;  // lower-case fragment: "unknown key 'depend_on'"
  std::string hint;     // what to do about it; may be empty: "did you mean 'depends_on'?"
  std::vector<DiagnosticNote> notes;
  std::string subject;  // id of the workstream or step concerned; may be empty
};

class Diagnostics {
 public:
  void add(Diagnostic diagnostic);
  Diagnostic& error(const DiagnosticKind& kind, Place place, std::string message,
                    std::string hint = {});
  Diagnostic& warning(const DiagnosticKind& kind, Place place, std::string message,
                      std::string hint = {});

  [[nodiscard]] bool has_errors() const { return errors_ > 0; }
  [[nodiscard]] std::size_t error_count() const { return errors_; }
  [[nodiscard]] std::size_t warning_count() const { return items_.size() - errors_; }
  [[nodiscard]] const std::vector<Diagnostic>& items() const { return items_; }

  // `--strict`: every warning becomes an error.
  void promote_warnings();

 private:
  std::vector<Diagnostic> items_;
  std::size_t errors_ = 0;
};

struct RenderOptions {
  std::size_t limit = 50;  // diagnostics shown; the rest is counted
  bool colour = false;
  std::size_t width = 160;  // longest source line shown; longer ones are cut around the caret
};

// One diagnostic: "path:line:col: error: message", the source line, a caret line, "  hint: …",
// notes with their places. Ends with a newline. Control characters of the source are never passed
// through.
[[nodiscard]] std::string render(const Diagnostic& diagnostic, const SourceSet& sources,
                                 const RenderOptions& options);

// All, ordered by source and offset (errors first when places are equal), then "N errors, M
// warnings".
[[nodiscard]] std::string render(const Diagnostics& diagnostics, const SourceSet& sources,
                                 const RenderOptions& options);

}  // namespace ws
