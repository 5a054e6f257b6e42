#include "report/error_categories.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

namespace ws {

std::vector<ErrorCategory> categorise(std::span<const MemberError> errors) {
  std::vector<ErrorCategory> categories;
  std::unordered_map<std::string_view, std::size_t> known;
  for (const MemberError& error : errors) {
    const auto [at, is_new] = known.try_emplace(error.message, categories.size());
    if (is_new) categories.push_back({error.message, 0, error.index});
    ErrorCategory& category = categories[at->second];
    ++category.count;
    category.first_index = std::min(category.first_index, error.index);
  }
  std::sort(categories.begin(), categories.end(),
            [](const ErrorCategory& a, const ErrorCategory& b) {
              return a.count != b.count ? a.count > b.count : a.first_index < b.first_index;
            });
  return categories;
}

std::string describe_errors(std::span<const MemberError> errors) {
  constexpr std::string_view kFailed = "parallel execution failed: ";
  if (errors.empty()) return {};
  if (errors.size() == 1)
    return fmt::format("{}item {}: {}", kFailed, errors.front().index, errors.front().message);
  const std::vector<ErrorCategory> categories = categorise(errors);
  std::string list;
  for (const ErrorCategory& category : categories) {
    list += fmt::format("{}'{}' ({} {})", list.empty() ? "" : ", ", category.message,
                        category.count, category.count == 1 ? "item" : "items");
  }
  return fmt::format("{}{} items failed with {} error types: {}", kFailed, errors.size(),
                     categories.size(), list);
}

}  // namespace ws
