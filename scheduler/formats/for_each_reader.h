// `for_each`: a list, a product of lists, or where a run finds the items; with the rule of the
// group they make.
//
// Makes no items (model/ does) and reads no file. Reports what is wrong inside the block: rows of
// another shape, exclusions that leave nothing out.
#pragma once

#include "formats/fields.h"
#include "formats/reading.h"
#include "model/boxed.h"

namespace ws {

// Of a step; empty when it has none.
[[nodiscard]] Boxed<ForEach> read_for_each(const Fields& step, Reading& reading);

}  // namespace ws
