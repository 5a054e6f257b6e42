#include "cli/run_logs.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include <fmt/format.h>

#include "platform/files.h"

namespace ws::cli {
namespace {

constexpr std::size_t kMostOpen = 64;  // descriptors are for the steps

UniqueFd open_for_appending(const std::string& path) {
  return UniqueFd(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
}

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

// Replaced in one step, so that whoever looks finds the old log or the new one.
void link_latest(const std::filesystem::path& link, const std::filesystem::path& target) {
  const std::filesystem::path fresh = link.string() + ".new";
  std::error_code failure;
  std::filesystem::remove(fresh, failure);
  std::filesystem::create_symlink(target.lexically_relative(link.parent_path()), fresh, failure);
  if (!failure) std::filesystem::rename(fresh, link, failure);
}

}  // namespace

Result<RunLogs> RunLogs::open(const StateLayout& layout, const Plan& plan, const std::string& run_id) {
  RunLogs logs;
  const bool is_kept_open = plan.workstreams().size() <= kMostOpen;
  for (const std::uint32_t index : plan.workstreams()) {
    const std::string& id = plan.workset().workstreams[index].id;
    if (auto made = make_directories(layout.run_dir(id, run_id).string()); made.has_error()) return made.error();
    const std::string path = layout.run_log(id, run_id).string();
    UniqueFd fd = open_for_appending(path);
    if (!fd.is_open()) return os_error(fmt::format("cannot write '{}'", path), errno);
    link_latest(layout.orchestrator_log(id), path);
    logs.logs_.emplace(index, Log{path, is_kept_open ? std::move(fd) : UniqueFd()});
  }
  return logs;
}

void RunLogs::write(std::uint32_t workstream, std::string_view text) const {
  const auto found = logs_.find(workstream);
  if (found == logs_.end()) return;
  if (found->second.fd.is_open()) {
    write_all(found->second.fd.get(), text);
  } else if (const UniqueFd fd = open_for_appending(found->second.path); fd.is_open()) {
    write_all(fd.get(), text);
  }
}

}  // namespace ws::cli
