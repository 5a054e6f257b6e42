#include "formats/notation.h"

#include <algorithm>
#include <iterator>

#include "base/ascii.h"
#include "base/text.h"

namespace ws {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t'; }

// The lines that are no comments ('#' or '//') and not empty, one after another.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  // Without its indentation and line end; empty at the end of the text.
  std::string_view next() {
    while (!rest_.empty()) {
      const std::size_t end = std::min(rest_.find('\n'), rest_.size());
      const std::string_view line = trimmed(rest_.substr(0, end));
      rest_.remove_prefix(std::min(end + 1, rest_.size()));
      if (!line.empty() && !line.starts_with('#') && !line.starts_with("//")) return line;
    }
    return {};
  }

 private:
  std::string_view rest_;
};

std::string_view take_word(std::string_view& line) {
  std::size_t end = 0;
  while (end < line.size() && !is_space(line[end])) ++end;
  const std::string_view word = line.substr(0, end);
  while (end < line.size() && is_space(line[end])) ++end;
  line.remove_prefix(end);
  return word;
}

// `kata NAME v1`, also without its version: the reader says what is missing.
bool begins_kata(std::string_view line) {
  if (take_word(line) != "kata") return false;
  const std::string_view name = take_word(line);
  return !name.empty() && name.find(':') == std::string_view::npos;
}

// A word that opens a statement of prose, and what stands behind it.
bool begins_prose(std::string_view line) {
  static constexpr std::string_view kWords[] = {
      "agent", "block", "choice", "const",    "do",     "for",     "if",    "import", "input",
      "let",   "loop",  "output", "parallel", "repeat", "session", "throw", "try",    "use"};
  std::size_t end = 0;
  while (end < line.size() && is_letter(line[end])) ++end;
  const std::string_view word = line.substr(0, end);
  if (std::find(std::begin(kWords), std::end(kWords), word) == std::end(kWords)) return false;
  // `agent: x` is a key with a value; `session: x` and `parallel:` may be either.
  const std::string_view rest = line.substr(end);
  return rest.empty() || is_space(rest.front()) || word == "session" || word == "parallel" ||
         word == "try" || word == "do";
}

bool is_prose(std::string_view text) {
  Lines lines(text);
  const std::string_view first = lines.next();
  if (first.starts_with("session \"")) return true;
  if (!begins_prose(first)) return false;
  constexpr int kLinesLookedAt = 200;
  for (int i = 0; i < kLinesLookedAt; ++i) {
    const std::string_view line = lines.next();
    if (line.empty()) break;
    const std::size_t at = line.find("session");
    if (at == std::string_view::npos) continue;
    const std::string_view behind = line.substr(at + 7);
    if (behind.starts_with(" \"") || behind.starts_with(':')) return true;
  }
  // A key of YAML ends with its colon or has a value behind it.
  return first.find(':') == std::string_view::npos || first.ends_with("):");
}

// JSON begins with a bracket, or with a comment that YAML does not have.
bool is_json(std::string_view text) {
  return text.starts_with('{') || text.starts_with('[') || text.starts_with("//") ||
         text.starts_with("/*");
}

// `key:`, `- element` or a directive on its first line.
bool looks_like_yaml(std::string_view text) {
  const std::string_view line = Lines(text).next();
  if (line.starts_with("- ") || line.starts_with("---") || line.starts_with('%')) return true;
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return false;
  const bool ends_key = colon + 1 == line.size() || is_space(line[colon + 1]);
  return ends_key && line.substr(0, colon).find(' ') == std::string_view::npos;
}

}  // namespace

std::string extension_of(std::string_view name) {
  const std::size_t slash = name.find_last_of("/\\");
  const std::string_view file = slash == std::string_view::npos ? name : name.substr(slash + 1);
  const std::size_t dot = file.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return "";
  std::string extension(file.substr(dot + 1));
  for (char& c : extension) c = to_lower(c);
  return extension;
}

const Unsupported* unsupported(std::string_view extension) {
  static constexpr std::string_view kConvert =
      "write the workstream as JSON or YAML: workstream schema prints the format";
  static constexpr Unsupported kAll[] = {
      {"toml", "TOML", kConvert}, {"xml", "XML", kConvert},        {"ini", "INI", kConvert},
      {"cfg", "INI", kConvert},   {"properties", "INI", kConvert},
  };
  for (const Unsupported& entry : kAll) {
    if (entry.extension == extension) return &entry;
  }
  return nullptr;
}

Notation notation_of(std::string_view extension, std::string_view text) {
  if (extension == "json" || extension == "jsonc") return {Format::json};
  if (extension == "yaml" || extension == "yml") return {Format::yaml};
  if (extension == "kata") return {Format::kata};
  if (extension == "prose") return {Format::prose};
  const std::string_view begin = trimmed(text.substr(0, std::min<std::size_t>(text.size(), 65536)));
  if (begins_kata(Lines(begin).next())) return {Format::kata};
  if (is_json(begin) && !is_prose(begin)) return {Format::json};
  if (is_prose(begin)) return {Format::prose};
  return {Format::yaml, !looks_like_yaml(begin)};
}

}  // namespace ws
