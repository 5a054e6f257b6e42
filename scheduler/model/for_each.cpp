#include "model/for_each.h"

#include <algorithm>
#include <utility>

#include "model/datum.h"

namespace ws {
namespace {

using Row = Datum::Map;

bool matches(const Row& row, const Datum& pattern) {
  const auto* wanted = std::get_if<Datum::Map>(&pattern.value);
  if (wanted == nullptr) return false;
  return std::all_of(wanted->begin(), wanted->end(), [&](const auto& member) {
    const auto found = std::find_if(row.begin(), row.end(),
                                    [&](const auto& own) { return own.first == member.first; });
    return found != row.end() && found->second == member.second;
  });
}

std::vector<std::string> product(const ForEach& wanted) {
  std::vector<Datum> exclude;
  for (const std::string& row : wanted.exclude)
    exclude.push_back(parse_json(row).value_or(Datum{}));
  std::vector<std::string> items;
  const auto& dimensions = wanted.dimensions;
  const bool is_empty =
      dimensions.empty() || std::any_of(dimensions.begin(), dimensions.end(),
                                        [](const auto& d) { return d.second.empty(); });
  std::vector<std::size_t> at(dimensions.size(), 0);
  while (!is_empty && items.size() < kMostItems) {
    Row row;
    for (std::size_t d = 0; d < dimensions.size(); ++d) {
      row.emplace_back(dimensions[d].first,
                       parse_json(dimensions[d].second[at[d]]).value_or(Datum{}));
    }
    const bool is_excluded = std::any_of(exclude.begin(), exclude.end(),
                                         [&](const Datum& out) { return matches(row, out); });
    if (!is_excluded) items.push_back(to_json(Datum{std::move(row)}));
    std::size_t d = dimensions.size();
    while (d > 0 && ++at[d - 1] == dimensions[d - 1].second.size()) at[--d] = 0;
    if (d == 0) break;
  }
  items.insert(items.end(), wanted.include.begin(), wanted.include.end());
  return items;
}

}  // namespace

bool has_known_items(const ForEach& wanted) {
  switch (wanted.kind) {
    case ForEach::Kind::none:
    case ForEach::Kind::list:
    case ForEach::Kind::product:
      return true;
    case ForEach::Kind::glob:
    case ForEach::Kind::lines:
    case ForEach::Kind::from:
      return false;
  }
  return true;
}

std::vector<std::string> known_items(const ForEach& wanted) {
  if (wanted.kind == ForEach::Kind::product) return product(wanted);
  return wanted.items;
}

}  // namespace ws
