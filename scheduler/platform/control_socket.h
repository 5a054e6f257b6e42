// A socket in a directory at which a running program can be spoken to by other processes of the
// same user: one message in, one message out.
//
// Knows nothing of what is said. It costs nothing while nobody speaks. The socket's file is
// removed at the end; after a SIGKILL it stays, and whoever speaks to it is told that nobody
// listens. A path may be of any length (sun_path holds 108 bytes: the directory's descriptor stands
// for it). Called by cli/: run_control.cpp listens, control.cpp speaks.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ws {

class EventLoop;

class ControlSocket {
 public:
  // Answers once; nothing when the other side is gone. May be kept and called later.
  using Reply = std::function<void(std::string_view text)>;
  // Called in the loop for each message of a process of the same user, or of root, that still
  // waits for the answer.
  using Listener = std::function<void(std::string_view message, const Reply& reply)>;

  static constexpr std::size_t kLongestMessage = 4096;

  // `directory` must be there. The file can be used by its owner only.
  [[nodiscard]] static Result<ControlSocket> listen(EventLoop& loop, const std::string& directory,
                                                    const std::string& name, Listener listener);
  ControlSocket(ControlSocket&&) noexcept;
  ControlSocket& operator=(ControlSocket&&) = delete;
  ~ControlSocket();

  struct Impl;

 private:
  explicit ControlSocket(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;  // shared with handlers under way
};

// Says something there and waits for the answer. Errors by os_error: ENOENT and ECONNREFUSED when
// nobody listens, EACCES when it is not ours; when no answer came in time, ETIMEDOUT if nobody has
// heard it and nobody will (it is taken back), EINPROGRESS if it was heard.
[[nodiscard]] Result<std::string> ask_at(const std::string& directory, const std::string& name,
                                         std::string_view message,
                                         std::chrono::milliseconds patience);

}  // namespace ws
