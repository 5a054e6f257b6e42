#include "formats/phase_plan/phase_values.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/ascii.h"
#include "formats/coerce.h"
#include "formats/sentence.h"
#include "model/mistakes.h"

namespace ws {
namespace {

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

// Test-Path, New-Item: a verb of PowerShell's and a noun.
bool is_cmdlet(std::string_view word) {
  static constexpr std::string_view kVerbs[] = {
      "Add",    "Clear",  "Compare", "ConvertFrom", "ConvertTo", "Copy", "Export", "ForEach",
      "Get",    "Import", "Invoke",  "Join",        "Measure",   "Move", "New",    "Out",
      "Remove", "Rename", "Resolve", "Select",      "Set",       "Sort", "Split",  "Start",
      "Stop",   "Test",   "Wait",    "Where",       "Write"};
  const std::size_t dash = word.find('-');
  if (dash == std::string_view::npos || dash + 1 >= word.size() || !is_upper(word[dash + 1]))
    return false;
  return std::find(std::begin(kVerbs), std::end(kVerbs), word.substr(0, dash)) != std::end(kVerbs);
}

bool is_powershell(std::string_view line) {
  constexpr std::string_view kBetween = " \t\n(){}|;&=";
  std::size_t at = 0;
  while (at < line.size()) {
    const std::size_t start = line.find_first_not_of(kBetween, at);
    if (start == std::string_view::npos) return false;
    const std::size_t end = std::min(line.find_first_of(kBetween, start), line.size());
    if (is_cmdlet(line.substr(start, end - start))) return true;
    at = end;
  }
  return false;
}

Command by_powershell(std::string line) {
  return Command::from_argv({"pwsh", "-NoProfile", "-Command", std::move(line)});
}

}  // namespace

void wrong_type(Value value, std::string_view key, std::string_view wanted, PhaseReading& reading) {
  reading.diagnostics.error(
      mistakes::wrong_type, value.place(),
      fmt::format("'{}' must be {}, not {}", key, wanted, describe(value.kind())), "");
}

std::optional<Value> find_path(Value root, std::initializer_list<std::string_view> path) {
  std::optional<Value> value = root;
  for (const std::string_view key : path) {
    if (!value->is_object()) return std::nullopt;
    value = value->find(key);
    if (!value || value->is_null()) return std::nullopt;
  }
  return value;
}

std::string phase_text(Value object, std::string_view key, PhaseReading& reading) {
  const auto value = find_path(object, {key});
  if (!value) return "";
  if (auto text = to_scalar_text(*value, reading.sources)) return std::move(*text);
  wrong_type(*value, key, "text", reading);
  return "";
}

std::vector<std::string> phase_texts(Value object, std::string_view key, PhaseReading& reading) {
  std::vector<std::string> out;
  const auto value = find_path(object, {key});
  if (!value) return out;
  if (auto text = to_scalar_text(*value, reading.sources)) {
    out.push_back(std::move(*text));
    return out;
  }
  if (!value->is_array()) {
    wrong_type(*value, key, "text or a list of texts", reading);
    return out;
  }
  for (const Value element : value->items()) {
    if (auto text = to_scalar_text(element, reading.sources))
      out.push_back(std::move(*text));
    else if (!element.is_null())
      wrong_type(element, key, "a list of texts", reading);
  }
  return out;
}

bool phase_flag(Value object, std::string_view key, bool otherwise, PhaseReading& reading) {
  const auto value = find_path(object, {key});
  if (!value) return otherwise;
  if (const auto flag = to_boolean(*value)) return *flag;
  wrong_type(*value, key, "true or false", reading);
  return otherwise;
}

std::optional<std::uint32_t> phase_count(Value object, std::string_view key, CountRange range,
                                         PhaseReading& reading) {
  const auto value = find_path(object, {key});
  if (!value) return std::nullopt;
  const auto count = to_integer(*value);
  if (!count) {
    wrong_type(*value, key, "a whole number", reading);
    return std::nullopt;
  }
  if (*count < range.least || *count > range.most) {
    reading.diagnostics.error(
        mistakes::out_of_range, value->place(),
        fmt::format("'{}' must be {} to {}, not {}", key, range.least, range.most, *count), "");
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(*count);
}

Duration phase_seconds(Value object, std::string_view key, PhaseReading& reading) {
  const auto value = find_path(object, {key});
  if (!value) return {};
  const auto duration = to_duration(*value, Unit::seconds);
  if (duration && *duration > Duration::zero()) return *duration;
  if (duration)
    reading.diagnostics.error(mistakes::out_of_range, value->place(),
                              fmt::format("'{}' must be more than 0", key), "");
  else
    wrong_type(*value, key, "a number of seconds", reading);
  return {};
}

std::vector<Value> phase_list(Value root, std::string_view key, std::string_view inner,
                              PhaseReading& reading) {
  std::vector<Value> out;
  auto value = find_path(root, {key});
  if (value && value->is_object() && !inner.empty()) value = find_path(*value, {inner});
  if (!value) return out;
  if (!value->is_array()) {
    wrong_type(*value, key, "a list", reading);
    return out;
  }
  for (const Value element : value->items()) out.push_back(element);
  return out;
}

std::string filled(std::string text, const PhaseReading& reading) {
  for (const std::string_view prefix : {"", "phase_identity."}) {
    replace_all(text, fmt::format("${{{}phase_id}}", prefix), reading.phase_id);
    replace_all(text, fmt::format("${{{}workstream_id}}", prefix), reading.workstream.id);
  }
  return text;
}

std::optional<std::string> why_no_command(const std::string& line) {
  if (is_powershell(line) && placeholder_in(line).empty()) return std::nullopt;
  return why_prose(line);
}

Command phase_command(const std::string& line) {
  return is_powershell(line) ? by_powershell(line) : Command::from_line(line);
}

std::optional<Command> tool_line(Value command, PhaseReading& reading) {
  std::string line;
  for (const std::string& word : phase_texts(command, "args", reading))
    line += (line.empty() ? "" : " ") + word;
  line = filled(std::move(line), reading);
  if (line.empty()) return std::nullopt;
  const std::string tool = phase_text(command, "tool_id", reading);
  return tool.starts_with("powershell") || tool == "pwsh" ? by_powershell(line)
                                                          : phase_command(line);
}

}  // namespace ws
