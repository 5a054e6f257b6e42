#include "cli/run_ending.h"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "cli/console.h"
#include "cli/project_store.h"
#include "report/tail.h"

namespace ws::cli {

RunEnding::RunEnding(ExitCode verdict) : code_(verdict) {
  facts.exit_code = to_int(verdict);
  facts.read_log = read_tail;
}

void RunEnding::complain_of(const std::string& error) {
  complain(error);
  facts.errors.push_back(error);
}

void RunEnding::world_failed(const std::string& error) {
  complain_of(error);
  if (code_ == ExitCode::success) code_ = ExitCode::world_failed;
  facts.exit_code = to_int(code_);
}

void RunEnding::tell_unrecorded(const Error& why) {
  const std::string error = in_context("the run could not be recorded", why).message;
  const bool is_full = why.os_error == ENOSPC;
  complain_of(error + (is_full ? "; make room, and give the same command again" : ""));
}

std::string trouble_with_records(const StateLayout& layout, const std::string& run_id,
                                 const std::optional<FileStamp>& begun) {
  const std::string path = layout.database().string();
  // The number stays taken while the run holds the file open: another file there has another one.
  const auto there = stamp_of(path);
  if (!begun || !there || there->inode != begun->inode)
    return fmt::format("'{}' was removed while the run went on: its records are lost", path);
  auto store = open_store(layout);
  if (store.has_error())
    return fmt::format("the run's records cannot be read any more: {}", store.error().message);
  const std::string gone =
      fmt::format("'{}' was overwritten while the run went on: its records are lost", path);
  if (!store->has_value()) return gone;
  const auto found = (*store)->find(run_id);
  if (found.has_error())
    return fmt::format("the run's records cannot be read any more: {}", found.error().message);
  const bool is_there = std::any_of(found->begin(), found->end(), [&](const RunRow& run) {
    return run.id == run_id && run.ended.has_value();
  });
  return is_there ? std::string() : gone;
}

}  // namespace ws::cli
