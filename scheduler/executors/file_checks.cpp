#include "executors/file_checks.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "executors/path_glob.h"
#include "model/glob.h"
#include "model/scope_pattern.h"
#include "platform/files.h"

namespace ws {

namespace {

// All entries below `top` (a path below `directory`, or ""), hidden directories and links not
// entered. False: there are too many.
template <class Visit>
bool survey(const FileChecks::Where& where, const std::string& top, std::size_t& left,
            Visit visit) {
  std::vector<std::string> to_visit = {top};
  while (!to_visit.empty()) {
    const std::string current = std::move(to_visit.back());
    to_visit.pop_back();
    const std::string full = join_path(where.directory, current);
    // What cannot be read cannot be judged, and a step may well hide things from us.
    const Result<std::vector<DirectoryEntry>> entries = list_directory(full.empty() ? "." : full);
    if (!entries) continue;
    for (const DirectoryEntry& entry : *entries) {
      if (left == 0) return false;
      --left;
      std::string path = join_path(current, entry.name);
      if (!entry.is_directory) {
        visit(path);
      } else if (join_path(full, entry.name) == where.state_dir) {
        continue;
      } else if (!entry.is_link && !entry.name.starts_with('.')) {
        to_visit.push_back(std::move(path));
      }
    }
  }
  return true;
}

FileChecks::Where normal(FileChecks::Where where) {
  where.state_dir = std::filesystem::path(where.state_dir).lexically_normal().string();
  where.directory = std::filesystem::path(where.directory).lexically_normal().string();
  return where;
}

bool covers(const std::string& pattern, const std::string& path) {
  return scopes_overlap(normal_scope(pattern), normal_scope(path));
}

}  // namespace

bool is_any_file(const std::string& directory, const std::string& path_or_glob) {
  if (stamp_of(join_path(directory, path_or_glob))) return true;
  if (!is_glob(path_or_glob)) return false;
  const Result<std::vector<std::string>> found =
      expand_path_glob(directory, path_or_glob, kMostSurveyed);
  // Too many to list is more than one.
  return found ? !found->empty() : found.error().os_error == 0;
}

FileChecks::FileChecks(const Plan& plan, NodeId node, const SuccessRule& rule, Where where)
    : plan_(plan),
      workstream_(plan.workstream_of(node)),
      step_(plan.step_of(node)),
      rule_(rule),
      where_(normal(std::move(where))),
      wants_change_(rule.no_change == "fail" || rule.no_change == "skip"),
      wants_creations_(!step_.details().files_create.empty()) {
  const auto& own = step_.details().files_scope;
  for (const ScopePattern& pattern : own.empty() ? workstream_.files_scope : own)
    scope_.push_back(pattern.pattern);
  if (wants_change_) stamps_before_ = stamps_in_scope();
  if (wants_creations_) files_before_ = all_files();
}

void FileChecks::report(AttemptFacts& facts) const {
  for (const std::string& file : rule_.files)
    if (!is_any_file(where_.directory, file)) facts.missing_files.push_back(file);
  if (wants_change_) {
    const std::optional<Stamps> now = stamps_in_scope();
    if (!now || !stamps_before_) {
      facts.broken_rule = fmt::format(
          "whether it changed anything cannot be told: its files_scope holds more than {} files",
          kMostSurveyed);
    } else if (*now == *stamps_before_) {
      facts.is_unchanged = rule_.no_change == "skip";
      if (!facts.is_unchanged) facts.broken_rule = "it changed no file in its files_scope";
    }
  }
  if (!wants_creations_) return;
  for (const std::string& file : step_.details().files_create)
    if (!is_any_file(where_.directory, file)) facts.uncreated_files.push_back(file);
  facts.undeclared_files = undeclared();
}

std::optional<FileChecks::Stamps> FileChecks::stamps_in_scope() const {
  Stamps stamps;
  std::size_t left = kMostSurveyed;
  const auto note = [&](const std::string& path) {
    if (const auto stamp = stamp_of(join_path(where_.directory, path))) stamps[path] = *stamp;
  };
  // Without any scope: everything.
  const std::vector<std::string> everything = {""};
  for (const std::string& pattern : scope_.empty() ? everything : scope_) {
    const std::string normal = normal_scope(pattern);
    const std::string top(literal_directory(normal));
    const bool is_literal = top == normal;
    if (is_literal && !top.empty() && !is_directory(join_path(where_.directory, top))) {
      note(top);
      continue;
    }
    const bool is_whole = survey(where_, top, left, [&](const std::string& path) {
      if (is_literal || covers(normal, path)) note(path);
    });
    if (!is_whole) return std::nullopt;
  }
  return stamps;
}

std::optional<FileChecks::Stamps> FileChecks::all_files() const {
  Stamps files;
  std::size_t left = kMostSurveyed;
  const auto note = [&](const std::string& path) {
    if (const auto stamp = stamp_of(join_path(where_.directory, path))) files[path] = *stamp;
  };
  if (!survey(where_, "", left, note)) return std::nullopt;
  return files;
}

std::vector<std::string> FileChecks::undeclared() const {
  std::vector<std::string> reported;
  if (!files_before_) return reported;
  const std::optional<Stamps> now = all_files();
  if (!now) return reported;
  const auto report = [&](const std::string& path, std::string_view what) {
    if (reported.size() < kMostUndeclared && !is_declared(path))
      reported.push_back(path + std::string(what));
  };
  auto before = files_before_->begin();
  for (const auto& [path, stamp] : *now) {
    for (; before != files_before_->end() && before->first < path; ++before)
      report(before->first, " (deleted)");
    if (before == files_before_->end() || before->first != path) {
      report(path, "");
      continue;
    }
    if (before->second != stamp) report(path, " (changed)");
    ++before;
  }
  for (; before != files_before_->end(); ++before) report(before->first, " (deleted)");
  return reported;
}

// By this step, or by another one that may have run at the same time.
bool FileChecks::is_declared(const std::string& path) const {
  const auto by = [&](const std::vector<ScopePattern>& scope,
                      const std::vector<std::string>& created) {
    return std::any_of(scope.begin(), scope.end(),
                       [&](const ScopePattern& one) { return covers(one.pattern, path); }) ||
           std::any_of(created.begin(), created.end(),
                       [&](const std::string& one) { return covers(one, path); });
  };
  for (const std::uint32_t index : plan_.workstreams()) {
    const Workstream& workstream = plan_.workset().workstreams[index];
    if (&workstream != &workstream_ && by(workstream.files_scope, workstream.files_create))
      return true;
    for (const Step& step : workstream.steps)
      if (step.details_if_any && by(step.details().files_scope, step.details().files_create))
        return true;
  }
  return step_.details().files_scope.empty() &&
         by(workstream_.files_scope, workstream_.files_create);
}

}  // namespace ws
