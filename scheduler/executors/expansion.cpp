#include "executors/expansion.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/run_values.h"
#include "executors/path_glob.h"
#include "model/datum.h"
#include "model/text_template.h"
#include "platform/files.h"

namespace ws {

namespace {

using Items = std::vector<std::string>;

struct Origin {
  const Workstream* workstream = nullptr;
  const Step* step = nullptr;
  const ForEach* list = nullptr;
};

Origin origin_of(const Plan& plan, AttemptKey key) {
  const PlanGroup& group = plan.group(plan.node(key.node).group);
  const Workstream& workstream = plan.workset().workstreams[group.workstream];
  const Step& step = workstream.steps[group.step];
  return {&workstream, &step, step.details().for_each ? &*step.details().for_each : nullptr};
}

std::string folder_of(const Workstream& workstream) {
  return std::filesystem::path(workstream.file).parent_path().string();
}

Error too_many(std::string_view what, std::string_view source) {
  return Error{fmt::format("'{}' has more than {} {}", printable(source), kMostItems, what), 0};
}

// A step that runs elsewhere would not find a path that counts from the file.
std::string as_step_sees_it(const std::string& path, const Origin& origin,
                            const std::string& start_dir) {
  namespace fs = std::filesystem;
  if (path.starts_with('/')) return path;
  const fs::path folder = folder_of(*origin.workstream);
  const std::string& working_dir = origin.step->details().working_dir;
  if (working_dir.empty()) return (folder / path).lexically_normal().string();
  const bool is_known_later = working_dir.find('$') != std::string::npos ||
                              working_dir.find('{') != std::string::npos ||
                              working_dir.starts_with('/');
  if (is_known_later) return (fs::path(start_dir) / folder / path).lexically_normal().string();
  return fs::path(path)
      .lexically_normal()
      .lexically_relative(fs::path(working_dir).lexically_normal())
      .string();
}

Result<Items> items_of_glob(const std::string& pattern, const Origin& origin,
                            const std::string& start_dir) {
  const std::string folder = join_path(start_dir, folder_of(*origin.workstream));
  Result<Items> paths = expand_path_glob(folder, pattern, kMostItems);
  if (!paths) return paths.error();
  for (std::string& path : *paths) {
    if (first_invalid_utf8(path))
      return Error{fmt::format("the name of '{}' is not UTF-8", printable(path)), 0};
    path = to_json(Datum{as_step_sees_it(path, origin, start_dir)});
  }
  return paths;
}

Result<Items> items_of_lines(const std::string& source, const Origin& origin,
                             const std::string& start_dir) {
  const std::string path = join_path(join_path(start_dir, folder_of(*origin.workstream)), source);
  const Result<std::string> text = read_regular_file(path);
  if (!text) return text.error();
  Items items;
  std::size_t number = 0;
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t end = std::min(text->find('\n', at), text->size());
    std::string_view line = std::string_view(*text).substr(at, end - at);
    at = end + 1;
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (trimmed(line).empty()) continue;
    if (first_invalid_utf8(line))
      return Error{fmt::format("line {} of '{}' is not UTF-8", number, printable(path)), 0};
    if (items.size() == kMostItems) return too_many("lines", source);
    items.push_back(to_json(Datum{std::string(line)}));
  }
  return {boost::system::in_place_value, std::move(items)};
}

}  // namespace

Result<Items> read_items(const Plan& plan, AttemptKey key, const RunValues& values,
                         const std::string& start_dir) {
  const Origin origin = origin_of(plan, key);
  if (origin.list == nullptr) return Error{"there is nothing to make items of", 0};
  std::string source = origin.list->source;
  if (source.find("${") != std::string::npos) {
    auto filled = fill(source, false, Splice::plain, values.look_up(key));
    if (const auto* missing = std::get_if<NoValue>(&filled)) return Error{missing->why, 0};
    source = std::move(std::get<std::string>(filled));
  }
  switch (origin.list->kind) {
    case ForEach::Kind::glob:
      return items_of_glob(source, origin, start_dir);
    case ForEach::Kind::lines:
      return items_of_lines(source, origin, start_dir);
    case ForEach::Kind::list:
      return {boost::system::in_place_value, origin.list->items};
    case ForEach::Kind::none:
    case ForEach::Kind::product:
    case ForEach::Kind::from:
      break;
  }
  return Error{"its items are not a matter of files", 0};
}

std::string expansion_text(const Plan& plan, AttemptKey key) {
  const Origin origin = origin_of(plan, key);
  if (origin.list == nullptr) return {};
  if (origin.list->kind == ForEach::Kind::lines)
    return fmt::format("for each line of {}", origin.list->source);
  return fmt::format("for each of {}", origin.list->source);
}

}  // namespace ws
