#include "model/mistakes.h"

#include <array>

namespace ws::mistakes {

std::span<const DiagnosticKind* const> all() {
  static constexpr std::array kAll = {
      &unreadable_file,
      &unsupported_format,
      &empty_file,
      &not_utf8,
      &syntax,
      &limit_exceeded,
      &not_a_workstream,
      &no_workstreams,
      &duplicate_key,
      &unknown_key,
      &misspelt_key,
      &missing_key,
      &wrong_type,
      &bad_value,
      &out_of_range,
      &unusual_value,
      &bad_pattern,
      &conflicting_keys,
      &contradiction,
      &bad_expression,
      &foreign_script,
      &missing_variable,
      &not_applicable,
      &bad_id,
      &unusual_id,
      &duplicate_id,
      &taken_id,
      &unknown_dependency,
      &missing_workstream,
      &duplicate_dependency,
      &self_dependency,
      &cycle,
      &unknown_member,
      &repeated_member,
      &empty_group,
      &unknown_pool,
      &scope_overlap,
      &bad_reference,
      &unknown_output,
      &bad_condition,
      &bad_items,
      &ambiguous_result,
      &missing_provider,
      &repeated_provider,
      &manual_test,
      &manual_step,
      &unknown_tool,
      &bad_option,
      &refused_feature,
      &refused_gate,
      &refused_manual_step,
      &refused_tool,
  };
  return kAll;
}

}  // namespace ws::mistakes
