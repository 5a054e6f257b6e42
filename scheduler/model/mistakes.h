// Every kind of diagnostic there is, with its stable name and its coarse category. Each has a
// golden file in tests/golden/diagnostics (a test compares the two lists).
//
// Does not know when a mistake is made, how grave it is or what is said about it: severity and
// texts are made where the mistake is found.
#pragma once

#include <span>

#include "base/diagnostic.h"

namespace ws::mistakes {

// The file as a whole.
inline constexpr DiagnosticKind unreadable_file{"unreadable-file", "config"};
inline constexpr DiagnosticKind unsupported_format{"unsupported-format", "config"};
inline constexpr DiagnosticKind empty_file{"empty-file", "schema"};
inline constexpr DiagnosticKind not_utf8{"not-utf8", "schema"};
inline constexpr DiagnosticKind syntax{"syntax", "schema"};
inline constexpr DiagnosticKind limit_exceeded{"limit-exceeded", "schema"};
inline constexpr DiagnosticKind not_a_workstream{"not-a-workstream", "schema"};
inline constexpr DiagnosticKind no_workstreams{"no-workstreams", "config"};

// Keys and values.
inline constexpr DiagnosticKind duplicate_key{"duplicate-key", "schema"};
inline constexpr DiagnosticKind unknown_key{"unknown-key", "schema"};
inline constexpr DiagnosticKind misspelt_key{"misspelt-key", "schema"};
inline constexpr DiagnosticKind missing_key{"missing-key", "schema"};
inline constexpr DiagnosticKind wrong_type{"wrong-type", "schema"};
inline constexpr DiagnosticKind bad_value{"bad-value", "schema"};
inline constexpr DiagnosticKind out_of_range{"out-of-range", "schema"};
inline constexpr DiagnosticKind unusual_value{"unusual-value", "schema"};
inline constexpr DiagnosticKind bad_pattern{"bad-pattern", "schema"};
inline constexpr DiagnosticKind conflicting_keys{"conflicting-keys", "schema"};
inline constexpr DiagnosticKind contradiction{"contradiction", "schema"};
inline constexpr DiagnosticKind bad_expression{"bad-expression", "schema"};
inline constexpr DiagnosticKind foreign_script{"foreign-script", "schema"};
inline constexpr DiagnosticKind missing_variable{"missing-variable", "config"};
inline constexpr DiagnosticKind not_applicable{"not-applicable", "schema"};

// Names.
inline constexpr DiagnosticKind bad_id{"bad-id", "schema"};
inline constexpr DiagnosticKind unusual_id{"unusual-id", "schema"};
inline constexpr DiagnosticKind duplicate_id{"duplicate-id", "schema"};
inline constexpr DiagnosticKind taken_id{"taken-id", "schema"};
inline constexpr DiagnosticKind unknown_dependency{"unknown-dependency", "dependency"};
inline constexpr DiagnosticKind missing_workstream{"missing-workstream", "dependency"};
inline constexpr DiagnosticKind duplicate_dependency{"duplicate-dependency", "dependency"};
inline constexpr DiagnosticKind self_dependency{"self-dependency", "cycle"};
inline constexpr DiagnosticKind cycle{"cycle", "cycle"};
inline constexpr DiagnosticKind unknown_member{"unknown-member", "dependency"};
inline constexpr DiagnosticKind repeated_member{"repeated-member", "dependency"};
inline constexpr DiagnosticKind empty_group{"empty-group", "schema"};
inline constexpr DiagnosticKind unknown_pool{"unknown-pool", "config"};
inline constexpr DiagnosticKind scope_overlap{"scope-overlap", "overlap"};

// What texts, conditions and promises refer to.
inline constexpr DiagnosticKind bad_reference{"bad-reference", "dependency"};
inline constexpr DiagnosticKind unknown_output{"unknown-output", "dependency"};
inline constexpr DiagnosticKind bad_condition{"bad-condition", "schema"};
inline constexpr DiagnosticKind bad_items{"bad-items", "schema"};
inline constexpr DiagnosticKind ambiguous_result{"ambiguous-result", "dependency"};
inline constexpr DiagnosticKind missing_provider{"missing-provider", "dependency"};
inline constexpr DiagnosticKind repeated_provider{"repeated-provider", "dependency"};

// The rules of katas; their names are those of the original's compiler.
inline constexpr DiagnosticKind missing_initial_phase{"missing_initial_phase", "dependency"};
inline constexpr DiagnosticKind missing_phase{"missing_phase", "dependency"};
inline constexpr DiagnosticKind unreachable_phase{"unreachable_phase", "dependency"};
inline constexpr DiagnosticKind missing_transition{"missing_transition", "dependency"};
inline constexpr DiagnosticKind conflicting_transition{"conflicting_transition", "dependency"};
inline constexpr DiagnosticKind cycle_detected{"cycle_detected", "cycle"};
inline constexpr DiagnosticKind undeclared_skill{"undeclared_skill", "dependency"};
inline constexpr DiagnosticKind unused_requirement{"unused_requirement", "dependency"};
inline constexpr DiagnosticKind duplicate_binding{"duplicate_binding", "schema"};

// What will not run by itself.
inline constexpr DiagnosticKind manual_test{"manual-test", "schema"};
inline constexpr DiagnosticKind manual_step{"manual-step", "schema"};

// Tool profiles and the command line.
inline constexpr DiagnosticKind unknown_tool{"unknown-tool", "config"};
inline constexpr DiagnosticKind bad_option{"bad-option", "config"};

// Nothing is wrong with the file, but it cannot be run (exit code 5).
inline constexpr DiagnosticKind refused_feature{"refused-feature", "config"};
inline constexpr DiagnosticKind refused_gate{"refused-gate", "config"};
inline constexpr DiagnosticKind refused_manual_step{"refused-manual-step", "config"};
inline constexpr DiagnosticKind refused_tool{"refused-tool", "config"};

// Prose programs: the codes that language has. What it has no code for is one of the others here.
inline constexpr DiagnosticKind prose_e001{"E001", "schema"};
inline constexpr DiagnosticKind prose_e002{"E002", "schema"};
inline constexpr DiagnosticKind prose_e003{"E003", "schema"};
inline constexpr DiagnosticKind prose_e004{"E004", "schema"};
inline constexpr DiagnosticKind prose_e005{"E005", "schema"};
inline constexpr DiagnosticKind prose_e006{"E006", "schema"};
inline constexpr DiagnosticKind prose_e007{"E007", "dependency"};
inline constexpr DiagnosticKind prose_e008{"E008", "schema"};
inline constexpr DiagnosticKind prose_e009{"E009", "schema"};
inline constexpr DiagnosticKind prose_e010{"E010", "schema"};
inline constexpr DiagnosticKind prose_e011{"E011", "schema"};
inline constexpr DiagnosticKind prose_e012{"E012", "schema"};
inline constexpr DiagnosticKind prose_e013{"E013", "schema"};
inline constexpr DiagnosticKind prose_e014{"E014", "schema"};
inline constexpr DiagnosticKind prose_e015{"E015", "schema"};
inline constexpr DiagnosticKind prose_e016{"E016", "schema"};
inline constexpr DiagnosticKind prose_e017{"E017", "schema"};
inline constexpr DiagnosticKind prose_e019{"E019", "schema"};
inline constexpr DiagnosticKind prose_e020{"E020", "schema"};
inline constexpr DiagnosticKind prose_e021{"E021", "schema"};
inline constexpr DiagnosticKind prose_e022{"E022", "schema"};
inline constexpr DiagnosticKind prose_e023{"E023", "schema"};
inline constexpr DiagnosticKind prose_e024{"E024", "schema"};
inline constexpr DiagnosticKind prose_e025{"E025", "dependency"};
inline constexpr DiagnosticKind prose_w001{"W001", "schema"};
inline constexpr DiagnosticKind prose_w002{"W002", "schema"};
inline constexpr DiagnosticKind prose_w003{"W003", "schema"};
inline constexpr DiagnosticKind prose_w004{"W004", "schema"};
inline constexpr DiagnosticKind prose_w005{"W005", "schema"};
inline constexpr DiagnosticKind prose_w006{"W006", "schema"};
inline constexpr DiagnosticKind prose_w007{"W007", "dependency"};
inline constexpr DiagnosticKind prose_w008{"W008", "schema"};
inline constexpr DiagnosticKind prose_w009{"W009", "schema"};
inline constexpr DiagnosticKind prose_w010{"W010", "schema"};

// All of the above, in this order.
[[nodiscard]] std::span<const DiagnosticKind* const> all();

}  // namespace ws::mistakes
