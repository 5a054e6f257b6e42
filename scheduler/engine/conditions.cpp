#include "engine/conditions.h"

#include <algorithm>

#include "model/expression.h"

namespace ws {

bool speaks_of_item(std::string_view condition) {
  const auto parsed = Expression::parse(condition);
  const auto* expression = std::get_if<Expression>(&parsed);
  if (expression == nullptr) return false;
  const std::vector<Reference> references = expression->references();
  return std::any_of(references.begin(), references.end(), [](const Reference& reference) {
    return reference.names.front() == "item" || reference.names.front() == "index";
  });
}

}  // namespace ws
