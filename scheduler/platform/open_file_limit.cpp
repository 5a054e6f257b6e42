#include "platform/open_file_limit.h"

#include <sys/resource.h>

namespace ws {

OpenFileLimit open_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) < 0) return {};
  return {limit.rlim_cur, limit.rlim_max};
}

OpenFileLimit raise_open_file_limit() {
  const OpenFileLimit before = open_file_limit();
  const rlimit wanted{before.hard, before.hard};
  if (before.soft < before.hard) ::setrlimit(RLIMIT_NOFILE, &wanted);
  return before;
}

}  // namespace ws
