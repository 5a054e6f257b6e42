#include "formats/plan_variables.h"

#include <algorithm>

#include "base/ascii.h"

namespace ws {
namespace {

bool is_name(std::string_view name) {
  const auto is_word = [](char c) { return is_name_character(c); };
  return !name.empty() && !is_digit(name[0]) && std::all_of(name.begin(), name.end(), is_word);
}

std::optional<std::string> value_of(std::string_view name, const VariableLookup& lookup) {
  const auto found = lookup.vars.find(name);
  if (found != lookup.vars.end()) return found->second;
  return lookup.env ? lookup.env(name) : std::nullopt;
}

}  // namespace

void substitute_plan_variables(Document& document, const VariableLookup& lookup,
                               std::set<std::string, std::less<>>& used_vars) {
  const auto replace = [&](std::string_view text, Place) -> std::optional<Document::Replacement> {
    std::size_t open = text.find("${");
    if (open == std::string_view::npos) return std::nullopt;
    std::string out;
    std::size_t done = 0;
    bool is_whole = false;
    for (; open != std::string_view::npos; open = text.find("${", open + 2)) {
      const std::size_t close = text.find('}', open);
      if (close == std::string_view::npos) break;
      const std::string_view name = text.substr(open + 2, close - open - 2);
      if (!is_name(name)) continue;
      used_vars.emplace(name);
      const auto value = value_of(name, lookup);
      if (!value) continue;
      out += text.substr(done, open - done);
      out += *value;
      is_whole = open == 0 && close + 1 == text.size();
      done = close + 1;
    }
    if (done == 0) return std::nullopt;
    out += text.substr(done);
    return Document::Replacement{std::move(out), is_whole};
  };
  // False only when the texts exceed 4 GiB: the rest is then left as it is, like unknown names.
  static_cast<void>(document.substitute_strings(replace));
}

}  // namespace ws
