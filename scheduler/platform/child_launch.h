// One launch from its spec: opens what the child needs, launches it in any thread, and explains a
// failure.
//
// Knows no event loop and nothing of what the child does afterwards. Part of child_process.cpp.
#pragma once

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
  // Opens stdin and the pipe; `dev_null` is lent. The spec must outlive the launch and stay where
  // it is. Fewer than `spare` free descriptors afterwards are an error like none at all (EMFILE).
  [[nodiscard]] static Result<ChildLaunch> prepare(ChildSpec& spec, int dev_null, int spare = 0);

  // Once, in any thread.
  void run(Launcher& launcher);

  [[nodiscard]] bool has_failed() const { return launched_.error != 0; }
  // Requires has_failed().
  [[nodiscard]] Error explanation() const;

  // Require a launch that did not fail.
  [[nodiscard]] Launched& launched() { return launched_; }
  [[nodiscard]] UniqueFd take_output() { return std::move(read_end_); }
  // Closed unless the spec wants it.
  [[nodiscard]] UniqueFd take_stdout() { return std::move(stdout_read_end_); }
  // A second pidfd.
  [[nodiscard]] UniqueFd take_watch();

 private:
  explicit ChildLaunch(ChildSpec& spec) : spec_(&spec) {}
  void launch(Launcher& launcher);
  [[nodiscard]] std::string program_as_we_see_it() const;

  ChildSpec* spec_;
  UniqueFd input_;
  UniqueFd read_end_;
  UniqueFd write_end_;
  UniqueFd stdout_read_end_;  // these two only for a stdout of its own
  UniqueFd stdout_write_end_;
  UniqueFd watch_;  // reserved beforehand, so that nothing can fail once the child runs
  std::vector<char*> argv_;
  LaunchRequest request_;
  Launched launched_;
};

}  // namespace ws
