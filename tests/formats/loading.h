// Loading a text in a test: the workset, the diagnostics as text, and shortcuts into both.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "formats/loader.h"

namespace ws::test {

struct Loading {
  Workset workset;
  Diagnostics diagnostics;
  LoadVerdict verdict = LoadVerdict::has_errors;

  [[nodiscard]] std::string text() const { return render(diagnostics, workset.sources, {}); }
  // "kind line:col" of every diagnostic, in order; warnings have a '?' in front.
  [[nodiscard]] std::vector<std::string> found() const;
  // The names of the kinds, errors only.
  [[nodiscard]] std::vector<std::string> errors() const;
  [[nodiscard]] bool has(std::string_view kind) const;
  [[nodiscard]] const Workstream& only() const&;  // requires exactly one workstream
  [[nodiscard]] const Step& step(std::string_view id) const&;
  const Workstream& only() const&& = delete;
  const Step& step(std::string_view id) const&& = delete;
  // "key of owner" of every deferred feature of the only workstream.
  [[nodiscard]] std::vector<std::string> deferred() const;
};

[[nodiscard]] Loading load(std::string name, std::string text, const LoadOptions& options = {});
[[nodiscard]] Loading load_yaml(std::string text, const LoadOptions& options = {});
[[nodiscard]] Loading load_json(std::string text, const LoadOptions& options = {});
// `body` becomes the keys of one step with the id "a" in a workstream "ws-t" (YAML).
[[nodiscard]] Loading load_step(const std::string& body, const LoadOptions& options = {});

// An environment of these pairs only.
[[nodiscard]] LoadOptions with_env(std::vector<std::pair<std::string, std::string>> env);

}  // namespace ws::test
