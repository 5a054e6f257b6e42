#include "model/run_output.h"

#include "model/expression.h"
#include "model/run_names.h"
#include "model/template_parts.h"

namespace ws {

bool is_one_value(std::string_view source) {
  const TemplateParts found = find_parts(source, false);
  if (found.parts.size() == 1) {
    const TemplatePart& part = found.parts.front();
    return !part.is_escape && part.begin == 0 && part.end == source.size();
  }
  if (source.find("${") != std::string_view::npos) return false;
  const auto parsed = Expression::parse(source);
  const auto* expression = std::get_if<Expression>(&parsed);
  if (expression == nullptr) return false;
  const auto paths = expression->references();
  return paths.size() == 1 && paths.front().offset == 0 && paths.front().length == source.size() &&
         find_run_name(paths.front().names[0]) != nullptr;
}

}  // namespace ws
