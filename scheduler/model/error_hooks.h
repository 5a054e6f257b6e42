// The occasions of `error_handling` by name, in the order of ErrorHandling: the one list that the
// check of references and the reports walk.
//
// Does not know when an occasion is there (report/occasions.cpp does).
#pragma once

#include <array>
#include <string_view>

#include "model/policy.h"

namespace ws {

struct NamedHook {
  std::string_view occasion;
  ErrorHook ErrorHandling::*hook;
};

inline constexpr std::array<NamedHook, 8> kErrorHooks = {{
    {"on_failure", &ErrorHandling::on_failure},
    {"on_retry", &ErrorHandling::on_retry},
    {"on_recovery", &ErrorHandling::on_recovery},
    {"on_circuit_open", &ErrorHandling::on_circuit_open},
    {"on_step_failure", &ErrorHandling::on_step_failure},
    {"on_rollback_start", &ErrorHandling::on_rollback_start},
    {"on_rollback_complete", &ErrorHandling::on_rollback_complete},
    {"on_rollback_failure", &ErrorHandling::on_rollback_failure},
}};

}  // namespace ws
