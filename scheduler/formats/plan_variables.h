// `${VAR}` in the plan form: replaced by the --var or the environment variable of that name; an
// unknown one is left as it is (FORMATS.md 6.1 C).
//
// Reports nothing. loader.cpp calls it before a plan is checked.
#pragma once

#include <set>
#include <string>

#include "formats/document.h"
#include "formats/substitution.h"

namespace ws {

void substitute_plan_variables(Document& document, const VariableLookup& lookup,
                               std::set<std::string, std::less<>>& used_vars);

}  // namespace ws
