#include "executors/output_file.h"

#include <algorithm>
#include <optional>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.h"
#include "base/text.h"
#include "model/datum.h"

namespace ws {

namespace {

constexpr std::size_t kShownColumns = 60;

std::string shown(std::string_view text) {
  return truncate_to_width(printable(text.substr(0, 4 * kShownColumns)), kShownColumns);
}

bool is_output_name(std::string_view name) {
  return !name.empty() && is_name_start(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_name_character(c) || c == '-'; });
}

class OutputFileReader {
 public:
  explicit OutputFileReader(std::string_view text) : text_(text) {}

  Result<std::vector<WrittenOutput>> read() {
    if (trimmed(text_).starts_with('{')) return read_object();
    while (at_ < text_.size()) {
      const std::string_view line = next_line();
      if (trimmed(line).empty()) continue;
      if (Result<void> taken = take(line); !taken) return taken.error();
    }
    return {boost::system::in_place_value, std::move(outputs_)};
  }

 private:
  [[nodiscard]] Error mistake(std::string_view what) const {
    return Error{line_ == 0 ? std::string(what) : fmt::format("line {}: {}", line_, what), 0};
  }

  std::string_view next_line() {
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    std::string_view line = text_.substr(at_, end - at_);
    if (line.ends_with('\r')) line.remove_suffix(1);
    at_ = end + 1;
    ++line_;
    return line;
  }

  Result<void> take(std::string_view line) {
    const std::size_t equals = line.find('=');
    const std::size_t heredoc = line.find("<<");
    if (heredoc < equals) return take_heredoc(line.substr(0, heredoc), line.substr(heredoc + 2));
    if (equals == std::string_view::npos)
      return mistake(fmt::format("'{}' is neither key=value nor key<<END", shown(line)));
    return add(line.substr(0, equals), std::string(line.substr(equals + 1)), false);
  }

  Result<void> take_heredoc(std::string_view name, std::string_view end_mark) {
    if (end_mark.empty()) return mistake("'<<' needs the word that ends the value behind it");
    const std::size_t first_line = line_;
    std::string value;
    for (bool is_first = true; at_ < text_.size(); is_first = false) {
      const std::string_view line = next_line();
      if (line == end_mark) {
        const std::size_t last_line = std::exchange(line_, first_line);
        Result<void> added = add(name, std::move(value), false);
        line_ = last_line;
        return added;
      }
      if (!is_first) value += '\n';
      value += line;
    }
    line_ = first_line;
    return mistake(
        fmt::format("no line '{}' ends the value of '{}'", shown(end_mark), shown(name)));
  }

  Result<std::vector<WrittenOutput>> read_object() {
    const std::optional<Datum> object = parse_json(text_);
    const auto* members = object ? std::get_if<Datum::Map>(&object->value) : nullptr;
    if (members == nullptr) return mistake("it begins with '{' but is not one JSON object");
    for (const auto& [name, value] : *members)
      if (Result<void> added = add(name, to_json(value), true); !added) return added.error();
    return {boost::system::in_place_value, std::move(outputs_)};
  }

  Result<void> add(std::string_view name, std::string text, bool is_json) {
    if (!is_output_name(name))
      return mistake(fmt::format(
          "'{}' is no name: letters, digits, '_' and '-', beginning with a letter", shown(name)));
    if (!names_.emplace(name).second)
      return mistake(fmt::format("'{}' was written before", shown(name)));
    name_bytes_ += name.size();
    if (outputs_.size() == kMostOutputs)
      return mistake(fmt::format("there are more than {} names", kMostOutputs));
    if (name_bytes_ > kMostOutputNameBytes)
      return mistake(fmt::format("the names are longer than {} bytes", kMostOutputNameBytes));
    outputs_.push_back({std::string(name), std::move(text), is_json});
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 0;
  std::size_t name_bytes_ = 0;
  std::unordered_set<std::string> names_;
  std::vector<WrittenOutput> outputs_;
};

}  // namespace

Result<std::vector<WrittenOutput>> parse_output_file(std::string_view text) {
  return OutputFileReader(text).read();
}

std::string json_of_output(std::string_view text) {
  if (const std::optional<Datum> datum = parse_json(text)) {
    const bool is_number = std::holds_alternative<std::int64_t>(datum->value) ||
                           std::holds_alternative<double>(datum->value);
    std::string json = to_json(*datum);
    if (!is_number || json == trimmed(text)) return json;
  }
  return to_json(Datum{std::string(text)});
}

}  // namespace ws
