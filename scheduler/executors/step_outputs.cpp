#include "executors/step_outputs.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "executors/output_file.h"
#include "model/datum.h"
#include "model/result_names.h"
#include "platform/files.h"
#include "platform/private_files.h"

namespace ws {

namespace {

Result<NamedValue> by_file(std::string name, std::string_view bytes, std::string_view directory) {
  const std::string folder = join_path(directory, "outputs");
  if (const Result<void> made = make_directories(folder); !made) return made.error();
  std::string path = join_path(folder, name);
  if (const Result<void> written = write_private_file(path, bytes); !written)
    return written.error();
  return NamedValue{std::move(name), {}, std::move(path)};
}

Result<NamedValue> value_of(WrittenOutput written, std::string name, std::string_view directory) {
  if (written.text.size() > kLongestValue || first_invalid_utf8(written.text))
    return by_file(std::move(name), written.text, directory);
  return NamedValue{std::move(name),
                    written.is_json ? std::move(written.text) : json_of_output(written.text),
                    {}};
}

// For programs that log before they answer.
std::optional<std::string> json_of_last_line(std::string_view text) {
  const std::size_t newline = text.rfind('\n');
  if (newline == std::string_view::npos) return std::nullopt;
  const std::string_view line = trimmed(text.substr(newline + 1));
  if (line.empty() || line.size() > kLongestValue || !parse_json(line)) return std::nullopt;
  return json_of_output(line);
}

Result<NamedValue> value_of_stdout(std::string name, StdoutCapture& captured) {
  std::string_view text = captured.text();
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  const bool is_short = captured.file().empty() && !first_invalid_utf8(text);
  if (is_short && parse_json(text)) return NamedValue{std::move(name), json_of_output(text), {}};
  if (std::optional<std::string> json = json_of_last_line(text))
    return NamedValue{std::move(name), std::move(*json), {}};
  if (is_short) return NamedValue{std::move(name), json_of_output(text), {}};
  captured.keep_in_file();
  if (!captured.error().empty()) return Error{captured.error(), 0};
  return NamedValue{std::move(name), {}, captured.file()};
}

Result<std::vector<WrittenOutput>> read_written(std::string_view path) {
  const Result<std::string> text = read_regular_file(std::string(path), kLongestOutputFile);
  if (!text && text.error().os_error == ENOENT)
    return {boost::system::in_place_value, std::vector<WrittenOutput>()};
  if (!text) return text.error();
  Result<std::vector<WrittenOutput>> written = parse_output_file(*text);
  if (!written) return in_context("$WORKSTREAM_OUTPUT", written.error());
  return written;
}

// Under every provided name that the step did not write itself.
Result<void> add_provided(const StepDetails& details, StdoutCapture& captured,
                          std::vector<NamedValue>& values) {
  std::optional<NamedValue> said;
  for (const Dependency& provided : details.provides) {
    const bool is_written = std::any_of(values.begin(), values.end(), [&](const NamedValue& value) {
      return value.name == provided.name;
    });
    if (is_written) continue;
    if (!said) {
      Result<NamedValue> value = value_of_stdout(provided.name, captured);
      if (!value) return value.error();
      said = std::move(*value);
    }
    values.push_back(*said);
    values.back().name = provided.name;
  }
  return {};
}

}  // namespace

bool wants_stdout(const StepDetails& details) {
  return provides_stdout(details) ||
         std::any_of(details.outputs.begin(), details.outputs.end(),
                     [](const auto& output) { return output.second == kStdoutSource; });
}

Result<std::vector<NamedValue>> collect_outputs(const StepDetails& details,
                                                const OutputSources& sources) {
  Result<std::vector<WrittenOutput>> written = read_written(sources.output_file);
  if (!written) return written.error();
  std::vector<NamedValue> values;
  const auto keep = [&](Result<NamedValue> value) -> Result<void> {
    if (!value) return value.error();
    const bool is_twice = std::any_of(values.begin(), values.end(), [&](const NamedValue& other) {
      return other.name == value->name;
    });
    if (is_twice) return Error{fmt::format("'{}' is the name of two outputs", value->name), 0};
    values.push_back(std::move(*value));
    return {};
  };
  for (const auto& [name, source] : details.outputs) {
    if (source == kStdoutSource) {
      if (sources.stdout_if_any == nullptr) continue;
      if (Result<void> kept = keep(value_of_stdout(name, *sources.stdout_if_any)); !kept)
        return kept.error();
      continue;
    }
    const std::string& key = source.empty() || source == "file" ? name : source;
    const auto found = std::find_if(written->begin(), written->end(),
                                    [&](const WrittenOutput& one) { return one.name == key; });
    if (found == written->end()) continue;
    Result<void> kept = keep(value_of(std::move(*found), name, sources.directory));
    if (!kept) return kept.error();
    written->erase(found);
  }
  for (WrittenOutput& one : *written) {
    std::string name = one.name;
    Result<void> kept = keep(value_of(std::move(one), std::move(name), sources.directory));
    if (!kept) return kept.error();
  }
  if (provides_stdout(details) && sources.stdout_if_any != nullptr) {
    const Result<void> added = add_provided(details, *sources.stdout_if_any, values);
    if (!added) return added.error();
  }
  return {boost::system::in_place_value, std::move(values)};
}

}  // namespace ws
