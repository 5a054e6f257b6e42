// Makes a failing tale small: leaves out what it does not need to break the same invariant.
//
// Deterministic: tries workstreams, items, words, members, settings, scripts, in this order, until
// none can go. Called by simulate; knows no invariant.
#pragma once

#include <functional>

#include "simulation/tale.h"

namespace ws::test {

// `still_fails` is asked at most `most` times. `tale` must fail itself, with scripts for all its
// attempts (is_drawn false).
[[nodiscard]] Tale shrink(Tale tale, const std::function<bool(const Tale&)>& still_fails,
                          std::size_t most = 20000);

}  // namespace ws::test
