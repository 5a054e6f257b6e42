// Reading a text in a test: the document, the diagnostics as text, and the document written back as
// one line of JSON.
#pragma once

#include <optional>
#include <string>

#include "formats/document.h"
#include "formats/readers.h"
#include "model/mistakes.h"

namespace ws::test {

struct Reading {
  SourceSet sources;
  SourceId source;
  Diagnostics diagnostics;
  std::optional<Document> document;

  [[nodiscard]] std::string errors() const { return render(diagnostics, sources, {}); }
  // The name of the only diagnostic's kind; "" when there is none, "several" when there are more.
  [[nodiscard]] std::string kind() const;
  // "line:col" of the only diagnostic.
  [[nodiscard]] std::string where() const;
};

[[nodiscard]] Reading json(std::string text, const JsonOptions& options = {});
[[nodiscard]] Reading yaml(std::string text, const ReadLimits& limits = {});

// {"a":1,"b":[2.5,"x"]}; numbers that are no integers are written so that they read back equal.
[[nodiscard]] std::string written(const Value& value);
// The same, of what was read, or the diagnostics.
[[nodiscard]] std::string written(const Reading& reading);

}  // namespace ws::test
