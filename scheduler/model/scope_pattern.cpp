#include "model/scope_pattern.h"

#include <algorithm>
#include <vector>

#include "model/glob.h"

namespace ws {
namespace {

std::vector<std::string_view> components(std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t slash = std::min(path.find('/', at), path.size());
    if (slash > at) parts.push_back(path.substr(at, slash - at));
    at = slash + 1;
  }
  return parts;
}

bool is_any_depth(std::string_view part) { return part == "**"; }

// `inner` is `outer` or below it, both literal.
bool is_within(std::string_view inner, std::string_view outer) {
  if (outer.empty()) return !inner.starts_with('/');
  if (outer == "/") return inner.starts_with('/');
  return inner.starts_with(outer) && (inner.size() == outer.size() || inner[outer.size()] == '/');
}

// "main.py", "*.js": a name with an extension is taken for a file, so nothing lies below it.
// Without this `src/**/*.py` would meet `src/app.js`, which could be a directory but never is.
bool looks_like_file(std::string_view part) { return part.find('.', 1) != std::string_view::npos; }

bool can_hold_files(const std::vector<std::string_view>& parts) {
  return parts.empty() || is_any_depth(parts.back()) || !looks_like_file(parts.back());
}

// A walk over pairs of positions, row by row. Where one pattern ends, the other's files lie below
// it when it can be a directory, or when all that is left of the other is `**`.
bool component_walk(const std::vector<std::string_view>& a,
                    const std::vector<std::string_view>& b) {
  const bool a_holds = can_hold_files(a);
  const bool b_holds = can_hold_files(b);
  std::vector<char> row(b.size() + 1, 0), next(b.size() + 1, 0);
  row[0] = 1;
  for (std::size_t i = 0; i <= a.size(); ++i) {
    std::fill(next.begin(), next.end(), 0);
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (row[j] == 0) continue;
      const bool a_ended = i == a.size();
      const bool b_ended = j == b.size();
      if ((a_ended && a_holds) || (b_ended && b_holds) || (a_ended && b_ended)) return true;
      const bool a_deep = !a_ended && is_any_depth(a[i]);
      const bool b_deep = !b_ended && is_any_depth(b[j]);
      if (a_deep) next[j] = 1;     // it ends here
      if (b_deep) row[j + 1] = 1;  // so does this
      if (a_ended || b_ended) continue;
      if (a_deep && !b_deep) row[j + 1] = 1;  // it takes the other's component
      if (b_deep && !a_deep) next[j] = 1;
      if (!a_deep && !b_deep && next[j + 1] == 0 && globs_meet(a[i], b[j])) next[j + 1] = 1;
    }
    row.swap(next);
  }
  return false;
}

}  // namespace

std::string normal_scope(std::string_view pattern) {
  std::vector<std::string_view> parts;
  for (const std::string_view part : components(pattern)) {
    if (part == ".") continue;
    const bool can_climb =
        part == ".." && !parts.empty() && parts.back() != ".." && !is_glob(parts.back());
    if (can_climb) {
      parts.pop_back();
    } else {
      parts.push_back(part);
    }
  }
  bool is_directory = pattern.ends_with('/');
  while (!parts.empty() && parts.back().find_first_not_of('*') == std::string_view::npos) {
    parts.pop_back();
    is_directory = true;
  }
  if (is_directory && !parts.empty() && looks_like_file(parts.back())) parts.push_back("**");
  std::string normal = pattern.starts_with('/') ? "/" : "";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) normal += '/';
    normal += parts[i];
  }
  return normal;
}

bool scopes_overlap(std::string_view a, std::string_view b) {
  if (a.starts_with('/') != b.starts_with('/')) return false;
  if (!is_glob(a) && !is_glob(b)) return is_within(a, b) || is_within(b, a);
  if (!is_glob(a) && is_within(literal_directory(b), a)) return true;
  if (!is_glob(b) && is_within(literal_directory(a), b)) return true;
  constexpr std::size_t kLargestWork = 1'000'000;
  if (a.size() > kLargestWork / std::max<std::size_t>(b.size(), 1)) return true;
  return component_walk(components(a), components(b));
}

std::string_view literal_directory(std::string_view normal) {
  const std::size_t wildcard = normal.find_first_of("*?[");
  if (wildcard == std::string_view::npos) return normal;
  const std::size_t slash = normal.rfind('/', wildcard);
  if (slash == std::string_view::npos) return "";
  return normal.substr(0, std::max<std::size_t>(slash, normal.starts_with('/') ? 1 : 0));
}

}  // namespace ws
