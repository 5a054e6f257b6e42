#include "cli/run_context.h"

#include <algorithm>
#include <utility>

#include "cli/version.h"
#include "platform/files.h"
#include "platform/machine.h"
#include "platform/process_stamp.h"

namespace ws::cli {
namespace {

// proc(5): the words, each ended by a NUL.
std::vector<std::string> own_command_line() {
  std::vector<std::string> words;
  const auto text = read_file("/proc/self/cmdline");
  if (text.has_error()) return words;
  for (std::size_t start = 0; start < text->size();) {
    const std::size_t end = std::min(text->find('\0', start), text->size());
    words.push_back(text->substr(start, end - start));
    start = end + 1;
  }
  return words;
}

}  // namespace

RunContext run_context(std::vector<std::string> files) {
  const ProcessStamp own = own_stamp();
  RunContext context;
  context.holder = {own.pid, own.start_ticks, boot_id(), host_name()};
  context.argv = own_command_line();
  if (auto directory = current_directory(); directory.has_value()) context.cwd = *directory;
  context.files = std::move(files);
  context.program_version = kVersion;
  return context;
}

}  // namespace ws::cli
