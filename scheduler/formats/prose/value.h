// What a name stands for while a program is lowered: a value that is known, or the path under which
// a run will find it; and how either is written into prompts, JSON and conditions.
//
// Knows no statements. Templates are those of model/text_template.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ws::prose {

struct NamedValue;

struct Value {
  enum class Kind : std::uint8_t {
    missing,  // its mistake has been reported
    null,
    boolean,
    number,
    text,  // a template
    list,
    object,
    reference,  // a path
  };
  Kind kind = Kind::missing;
  std::string text;  // of a boolean or number as written; a template; a path: "steps.a.result"
  // Of a reference: the paths, and then the template, that stand in when a run finds nothing there.
  std::vector<std::string> others;
  std::string fallback;
  bool has_fallback = false;
  std::size_t born = 0;  // of a reference: the number of the node it comes from
  // Of a member of a group that ignores failures: left out of a context unless this holds.
  std::string left_out_unless;
  // Of an element that a filter may leave out of its list: the condition under which it is in.
  std::string present;
  std::string line;  // such an element as a line of its own, its line end included; else empty
  std::vector<Value> items;
  std::vector<NamedValue> members;
  std::size_t depth = 0;  // of lists and objects in each other

  [[nodiscard]] bool is_list() const { return kind == Kind::list; }
  [[nodiscard]] bool is_reference() const { return kind == Kind::reference; }
};

// No std::pair: clang 14 cannot make one of a type that holds it.
struct NamedValue {
  std::string first;
  Value second;

  NamedValue(std::string name, Value value) : first(std::move(name)), second(std::move(value)) {}
};

// Bytes of it, roughly.
[[nodiscard]] std::size_t weight_of(const Value& value);
// A list or object that holds these.
void put_item(Value& out, Value item);
void put_member(Value& out, std::string name, Value member);

[[nodiscard]] Value text_value(std::string text);
[[nodiscard]] Value number_value(std::size_t number);
[[nodiscard]] Value reference_value(std::string path, std::size_t born);

// "steps.a.result", "steps['a.b'].result"
[[nodiscard]] std::string step_path(std::string_view id, std::string_view part);
// 'text' as an expression has it.
[[nodiscard]] std::string quoted_in_expression(std::string_view text);

// A literal text as a template that gives it again.
[[nodiscard]] std::string escaped(std::string_view literal);
// `more` behind `out`, so that a dollar at the seam stays one.
void append_template(std::string& out, std::string_view more);

// In the middle of a text.
[[nodiscard]] std::string as_template(const Value& value);
// On lines of its own: lists with a dash in front of each element.
[[nodiscard]] std::string as_lines(const Value& value);
// JSON text whose texts are templates (StepDetails::values).
[[nodiscard]] std::string as_json(const Value& value);

// Whether it may stand in as a default: nothing in it needs quoting there.
[[nodiscard]] bool can_stand_in(const Value& value);
// `first`, a reference, and `second` when a run finds nothing there; `second` can_stand_in().
[[nodiscard]] Value chained(Value first, const Value& second);

// value.a.b; a missing value when a known object has no such member.
[[nodiscard]] Value member_of(const Value& value, std::string_view name);

}  // namespace ws::prose
