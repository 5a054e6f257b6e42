#include "formats/prose/value.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/ascii.h"
#include "model/datum.h"
#include "model/run_names.h"

namespace ws::prose {
namespace {

// Defaults may nest 20 deep (model/text_template.cpp).
constexpr std::size_t kLongestChain = 8;

bool is_plain_id(std::string_view id) {
  return !id.empty() && is_name_start(id.front()) &&
         std::all_of(id.begin(), id.end(), [](char c) { return is_name_character(c) || c == '-'; });
}

// Whether a `${` before this text would be ours.
bool is_run_name_ahead(std::string_view text) {
  std::size_t start = 0;
  while (start < text.size() && (text[start] == ' ' || text[start] == '\t')) ++start;
  std::size_t end = start;
  while (end < text.size() && (is_lower(text[end]) || text[end] == '_')) ++end;
  return find_run_name(text.substr(start, end - start)) != nullptr;
}

// ${a:-${b:-fallback}}
std::string reference_text(const Value& value) {
  std::string out = "${" + value.text;
  for (const std::string& other : value.others) out += ":-${" + other;
  if (value.has_fallback) out += ":-" + value.fallback;
  return out + std::string(value.others.size() + 1, '}');
}

}  // namespace

std::size_t weight_of(const Value& value) {
  std::size_t out = value.text.size() + sizeof(Value);
  for (const Value& item : value.items) out += weight_of(item);
  for (const auto& [name, member] : value.members) out += name.size() + weight_of(member);
  return out;
}

void put_item(Value& out, Value item) {
  out.depth = std::max(out.depth, item.depth + 1);
  out.items.push_back(std::move(item));
}

void put_member(Value& out, std::string name, Value member) {
  out.depth = std::max(out.depth, member.depth + 1);
  out.members.emplace_back(std::move(name), std::move(member));
}

Value text_value(std::string text) {
  Value out;
  out.kind = Value::Kind::text;
  out.text = std::move(text);
  return out;
}

Value number_value(std::size_t number) {
  Value out;
  out.kind = Value::Kind::number;
  out.text = std::to_string(number);
  return out;
}

Value reference_value(std::string path, std::size_t born) {
  Value out;
  out.kind = Value::Kind::reference;
  out.text = std::move(path);
  out.born = born;
  return out;
}

std::string step_path(std::string_view id, std::string_view part) {
  return is_plain_id(id) ? fmt::format("steps.{}.{}", id, part)
                         : fmt::format("steps['{}'].{}", id, part);
}

std::string quoted_in_expression(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string escaped(std::string_view literal) {
  std::string out;
  for (std::size_t at = 0; at < literal.size(); ++at) {
    if (literal.substr(at).starts_with("${") && is_run_name_ahead(literal.substr(at + 2)))
      out += '$';
    out += literal[at];
  }
  return out;
}

void append_template(std::string& out, std::string_view more) {
  // `$` before `${path}` would turn it into text. A step's error is null once it has a result.
  if (out.ends_with('$') && more.starts_with("${")) {
    const std::size_t end = more.find(".result");
    out.pop_back();
    if (more.starts_with("${steps") && end != std::string_view::npos) {
      out += fmt::format("{}.error:-$}}", more.substr(0, end));
    } else {
      out += "$ ";
    }
  }
  out += more;
}

std::string as_template(const Value& value) {
  switch (value.kind) {
    case Value::Kind::missing:
      return "";
    case Value::Kind::null:
      return "null";
    case Value::Kind::boolean:
    case Value::Kind::number:
    case Value::Kind::text:
      return value.text;
    case Value::Kind::reference:
      return reference_text(value);
    case Value::Kind::list: {
      std::string out;
      for (const Value& item : value.items) {
        if (!out.empty()) out += ", ";
        append_template(out, as_template(item));
      }
      return out;
    }
    case Value::Kind::object: {
      std::string out;
      for (const auto& [name, member] : value.members) {
        if (!out.empty()) out += ", ";
        out += name + ": ";
        append_template(out, as_template(member));
      }
      return out;
    }
  }
  return "";
}

std::string as_lines(const Value& value) {
  std::string out;
  if (value.is_list()) {
    for (const Value& item : value.items)
      out += item.present.empty() ? fmt::format("- {}\n", as_template(item)) : item.line;
    if (out.ends_with('\n')) out.pop_back();
    return out;
  }
  if (value.kind != Value::Kind::object) return as_template(value);
  for (const auto& [name, member] : value.members)
    out += fmt::format("{}{}: {}", out.empty() ? "" : "\n", name, as_template(member));
  return out;
}

std::string as_json(const Value& value) {
  switch (value.kind) {
    case Value::Kind::missing:
    case Value::Kind::null:
      return "null";
    case Value::Kind::boolean:
    case Value::Kind::number:
      return value.text;
    case Value::Kind::text:
      return to_json(Datum{value.text});
    case Value::Kind::reference:
      return to_json(Datum{reference_text(value)});
    case Value::Kind::list: {
      std::string out;
      for (const Value& item : value.items) out += (out.empty() ? "" : ", ") + as_json(item);
      return "[" + out + "]";
    }
    case Value::Kind::object: {
      std::string out;
      for (const auto& [name, member] : value.members)
        out +=
            fmt::format("{}{}: {}", out.empty() ? "" : ", ", to_json(Datum{name}), as_json(member));
      return "{" + out + "}";
    }
  }
  return "null";
}

bool can_stand_in(const Value& value) {
  switch (value.kind) {
    case Value::Kind::missing:
    case Value::Kind::null:
    case Value::Kind::boolean:
    case Value::Kind::number:
      return true;
    case Value::Kind::text:
      return value.text.find_first_of("{}\\") == std::string::npos;
    case Value::Kind::reference:
      return value.others.size() < kLongestChain;
    case Value::Kind::list:
    case Value::Kind::object:
      return false;
  }
  return false;
}

Value chained(Value first, const Value& second) {
  if (second.is_reference()) {
    first.others.push_back(second.text);
    first.others.insert(first.others.end(), second.others.begin(), second.others.end());
    first.fallback = second.fallback;
    first.has_fallback = second.has_fallback;
    return first;
  }
  first.fallback = second.kind == Value::Kind::null ? "" : as_template(second);
  first.has_fallback = true;
  return first;
}

Value member_of(const Value& value, std::string_view name) {
  if (value.kind == Value::Kind::object) {
    for (const auto& [member, inner] : value.members) {
      if (member == name) return inner;
    }
    return {};
  }
  if (!value.is_reference()) return {};
  Value out = value;
  out.text += fmt::format(".{}", name);
  for (std::string& other : out.others) other += fmt::format(".{}", name);
  return out;
}

}  // namespace ws::prose
