#include "loading.h"

#include <fmt/format.h>

#include "base/text.h"
#include "support/catch.h"

namespace ws::test {

std::vector<std::string> Loading::found() const {
  std::vector<std::string> out;
  for (const Diagnostic& item : diagnostics.items()) {
    const bool is_known = item.place.is_known() && !workset.sources.text(item.place.source).empty();
    const LineColumn at = is_known ? workset.sources.line_column(item.place) : LineColumn{};
    out.push_back(fmt::format("{}{} {}:{}", item.severity == Severity::warning ? "?" : "",
                              item.kind->name, at.line, at.column));
  }
  return out;
}

std::vector<std::string> Loading::errors() const {
  std::vector<std::string> out;
  for (const Diagnostic& item : diagnostics.items()) {
    if (item.severity == Severity::error) out.emplace_back(item.kind->name);
  }
  return out;
}

bool Loading::has(std::string_view kind) const {
  for (const Diagnostic& item : diagnostics.items()) {
    if (item.kind->name == kind) return true;
  }
  return false;
}

const Workstream& Loading::only() const& {
  INFO(text());
  REQUIRE(workset.workstreams.size() == 1);
  return workset.workstreams.front();
}

const Step& Loading::step(std::string_view id) const& {
  for (const Step& step : only().steps) {
    if (step.id == id) return step;
  }
  INFO(text());
  FAIL("no step '" << id << "'");
  return only().steps.front();
}

std::vector<std::string> Loading::deferred() const {
  std::vector<std::string> out;
  for (const DeferredFeature& feature : only().deferred)
    out.push_back(fmt::format("{} of {}", feature.key, feature.owner));
  return out;
}

Loading load(std::string name, std::string text, const LoadOptions& options) {
  Loading out;
  out.verdict = load_text(std::move(name), std::move(text), options, out.workset, out.diagnostics);
  return out;
}

Loading load_yaml(std::string text, const LoadOptions& options) {
  return load("t.yaml", std::move(text), options);
}

Loading load_json(std::string text, const LoadOptions& options) {
  return load("t.json", std::move(text), options);
}

Loading load_step(const std::string& body, const LoadOptions& options) {
  std::string text = "id: ws-t\nsteps:\n  - id: a\n";
  std::size_t start = 0;
  while (start < body.size()) {
    const std::size_t end = std::min(body.find('\n', start), body.size());
    text += "    " + body.substr(start, end - start) + "\n";
    start = end + 1;
  }
  return load_yaml(std::move(text), options);
}

LoadOptions with_env(std::vector<std::pair<std::string, std::string>> env) {
  LoadOptions options;
  options.env = [env = std::move(env)](std::string_view name) -> std::optional<std::string> {
    for (const auto& [key, value] : env) {
      if (key == name) return value;
    }
    return std::nullopt;
  };
  return options;
}

}  // namespace ws::test
