// A value made of other values: JSON whose texts are templates (model/text_template.h). A text that
// is one `${path}` and nothing else keeps the kind of what it stands for.
//
// Pure; knows no names and no place. Used for `stdin: {json: …}`, for outputs that are made of
// other outputs, and for parameters of compensations.
#pragma once

#include <functional>
#include <string_view>

#include "model/expression.h"

namespace ws {

// One text. A value that may be absent is written with a default: `${path:-}`. `${inputs}` is an
// object of all inputs.
[[nodiscard]] Evaluated fill_value(std::string_view text, bool has_item, const LookUp& look_up);

// All texts of a JSON text, those of keys excepted. NoValue: the first one without a value; or that
// the text is no JSON.
[[nodiscard]] Evaluated fill_json(std::string_view json, bool has_item, const LookUp& look_up);

// Calls `visit` with every text in it, keys excepted, in the order of the text.
void visit_texts(const Datum& value, const std::function<void(const std::string&)>& visit);
void change_texts(Datum& value, const std::function<void(std::string&)>& change);

}  // namespace ws
