#include "cli/run_logs.h"

#include <cerrno>
#include <filesystem>
#include <unistd.h>

#include <fmt/format.h>

#include "base/text.h"
#include "platform/files.h"
#include "platform/private_files.h"

namespace ws::cli {
namespace {

constexpr std::size_t kMostOpen = 64;  // descriptors are for the steps

// 0, or the errno of what refused.
int write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return 0;
}

// A run's directory is new, unless its id was chosen and used before: then links may lie in it.
Result<void> make_run_dir(const StateLayout& layout, const std::string& workstream,
                          const std::string& run_id) {
  const std::string directory = layout.run_dir(workstream, run_id).string();
  auto done = make_directories_below(layout.state_dir().string(), directory);
  for (const char* name : {"steps", "outputs", "acceptance", "diagnostics", "signals"}) {
    if (done.has_value()) done = refuse_links_below(directory, join_path(directory, name));
  }
  return done;
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

Result<RunLogs> RunLogs::open(const StateLayout& layout, const Plan& plan,
                              const std::string& run_id) {
  RunLogs logs;
  const bool is_kept_open = plan.workstreams().size() <= kMostOpen;
  for (const std::uint32_t index : plan.workstreams()) {
    const std::string& id = plan.workset().workstreams[index].id;
    if (auto made = make_run_dir(layout, id, run_id); made.has_error()) return made.error();
    const std::string path = layout.run_log(id, run_id).string();
    auto fd = open_private_file(path, PrivateOpen::append);
    if (fd.has_error()) return fd.error();
    link_latest(layout.orchestrator_log(id), path);
    logs.logs_.emplace(index, Log{path, is_kept_open ? std::move(*fd) : UniqueFd()});
  }
  return logs;
}

void RunLogs::write(std::uint32_t workstream, std::string_view text) {
  const auto found = logs_.find(workstream);
  if (found == logs_.end()) return;
  const Log& log = found->second;
  Result<UniqueFd> opened = UniqueFd();
  if (!log.fd.is_open()) opened = open_private_file(log.path, PrivateOpen::append);
  if (opened.has_error()) {
    if (!error_) error_ = opened.error();
    return;
  }
  const int problem = write_all(log.fd.is_open() ? log.fd.get() : opened->get(), text);
  if (problem != 0 && !error_)
    error_ = os_error(fmt::format("cannot write '{}'", printable(log.path)), problem);
}

}  // namespace ws::cli
