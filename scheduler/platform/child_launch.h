// One launch from its spec: opens what the child needs, launches it, and explains a failure.
//
// Knows no event loop and nothing of what the child does afterwards. Part of child_process.cpp.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "platform/child_spec.h"
#include "platform/launcher.h"
#include "platform/unique_fd.h"

namespace ws {

class ChildLaunch {
 public:
  // Opens stdin and the pipe and launches; `dev_null` is lent. The spec must stay where it is until
  // the child has left. An Error when there is no child.
  [[nodiscard]] static Result<ChildLaunch> start(ChildSpec& spec, int dev_null, Launcher& launcher);

  // Whether the child runs its own program, or has failed to.
  [[nodiscard]] bool has_left() const { return launch_->has_left(); }
  // Both require has_left(), and the second has_failed().
  [[nodiscard]] bool has_failed() const { return launch_->failure().error != 0; }
  [[nodiscard]] Error explanation() const;
  // A file that execve refused and a shell would run. Changes the spec to what the shell does: it
  // can be started again.
  [[nodiscard]] bool becomes_script();
  // Before it is signalled: it may not lead its group yet.
  void ensure_group() const { launch_->ensure_group(); }

  [[nodiscard]] pid_t pid() const { return launch_->pid; }
  [[nodiscard]] const ProcessStamp& stamp() const { return launch_->stamp; }
  [[nodiscard]] UniqueFd take_pidfd() { return std::move(launch_->pidfd); }
  [[nodiscard]] UniqueFd take_watch() { return std::move(watch_); }  // a second pidfd
  [[nodiscard]] UniqueFd take_output() { return std::move(read_end_); }

 private:
  explicit ChildLaunch(ChildSpec& spec) : spec_(&spec) {}
  [[nodiscard]] std::string program_as_we_see_it() const;

  ChildSpec* spec_;
  UniqueFd read_end_;
  UniqueFd watch_;
  std::vector<char*> argv_;
  std::optional<Launcher::Launch> launch_;
};

}  // namespace ws
