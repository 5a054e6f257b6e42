#include "platform/control_socket.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <fcntl.h>
#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "platform/event_loop.h"
#include "platform/unique_fd.h"

namespace ws {

namespace {

using Descriptor =
    boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type>;
using boost::system::error_code;

// Whoever connects and says nothing makes room for the next ones.
constexpr std::size_t kMostSpeakers = 16;

struct Place {
  UniqueFd directory;
  sockaddr_un address{};
};

Result<Place> place_of(const std::string& directory, const std::string& name) {
  Place place;
  place.directory.reset(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!place.directory.is_open())
    return os_error(fmt::format("cannot open '{}'", printable(directory)), errno);
  const std::string path = fmt::format("/proc/self/fd/{}/{}", place.directory.get(), name);
  if (path.size() >= sizeof place.address.sun_path)
    return Error{fmt::format("'{}' is too long for the name of a socket", printable(name)),
                 ENAMETOOLONG};
  place.address.sun_family = AF_UNIX;
  std::memcpy(place.address.sun_path, path.c_str(), path.size() + 1);
  return place;
}

Result<UniqueFd> open_socket(int more_flags) {
  UniqueFd made(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | more_flags, 0));
  if (!made.is_open()) return os_error("cannot open a socket", errno);
  return made;
}

bool is_same_user(int fd) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0) return false;
  return peer.uid == ::geteuid() || peer.uid == 0;
}

void limit_wait(int fd, std::chrono::milliseconds patience) {
  timeval time{};
  time.tv_sec = patience.count() / 1000;
  time.tv_usec = patience.count() % 1000 * 1000;
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
}

bool has_hung_up(int fd) {
  pollfd end{fd, 0, 0};
  return ::poll(&end, 1, 0) > 0 && (end.revents & POLLHUP) != 0;
}

// Whether the other side has not read what was sent, and from here on never acts on it: it hangs up
// first and looks then, the other side reads first and looks then whether we are still there.
bool take_back(int fd) {
  ::shutdown(fd, SHUT_RDWR);
  int unread = 0;
  return ::ioctl(fd, SIOCOUTQ, &unread) == 0 && unread > 0;  // unix(7) has it as in tcp(7)
}

}  // namespace

struct ControlSocket::Impl : std::enable_shared_from_this<ControlSocket::Impl> {
  Impl(EventLoop& l, std::string n, Listener f)
      : loop(l), name(std::move(n)), listener(std::move(f)), door(l.io()) {}
  ~Impl() { ::unlinkat(directory.get(), name.c_str(), 0); }

  struct Speaker {
    explicit Speaker(EventLoop& l) : line(l.io()) {}
    Descriptor line;
  };

  void wait_at_door();
  void let_in();
  void wait_for(const std::shared_ptr<Speaker>& speaker);
  void hear(const std::shared_ptr<Speaker>& speaker);

  EventLoop& loop;
  std::string name;
  Listener listener;
  UniqueFd directory;
  Descriptor door;
  std::deque<std::weak_ptr<Speaker>> speakers;
};

void ControlSocket::Impl::wait_at_door() {
  door.async_wait(Descriptor::wait_read, [weak = weak_from_this()](const error_code& problem) {
    const std::shared_ptr<Impl> self = weak.lock();
    if (!self || problem) return;
    self->let_in();
    self->wait_at_door();
  });
}

void ControlSocket::Impl::let_in() {
  for (;;) {
    UniqueFd line(::accept4(door.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!line.is_open()) return;
    if (!is_same_user(line.get())) continue;
    auto speaker = std::make_shared<Speaker>(loop);
    error_code ignored;
    speaker->line.assign(line.release(), ignored);
    speakers.push_back(speaker);
    if (speakers.size() > kMostSpeakers) {
      if (const auto oldest = speakers.front().lock()) oldest->line.close(ignored);
      speakers.pop_front();
    }
    wait_for(speaker);
  }
}

void ControlSocket::Impl::wait_for(const std::shared_ptr<Speaker>& speaker) {
  speaker->line.async_wait(Descriptor::wait_read,
                           [weak = weak_from_this(), speaker](const error_code& problem) {
                             const std::shared_ptr<Impl> self = weak.lock();
                             if (self && !problem) self->hear(speaker);
                           });
}

void ControlSocket::Impl::hear(const std::shared_ptr<Speaker>& speaker) {
  std::array<char, kLongestMessage> buffer{};
  const ssize_t size = ::recv(speaker->line.native_handle(), buffer.data(), buffer.size(), 0);
  if (size < 0 && errno == EAGAIN) return wait_for(speaker);
  if (size <= 0) return;                                   // its last owner closes it
  if (has_hung_up(speaker->line.native_handle())) return;  // it has taken back what it said
  listener({buffer.data(), static_cast<std::size_t>(size)}, [speaker](std::string_view text) {
    if (!speaker->line.is_open()) return;
    (void)::send(speaker->line.native_handle(), text.data(), text.size(),
                 MSG_NOSIGNAL | MSG_DONTWAIT);
    error_code ignored;
    speaker->line.close(ignored);
  });
}

ControlSocket::ControlSocket(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
ControlSocket::ControlSocket(ControlSocket&&) noexcept = default;
ControlSocket::~ControlSocket() = default;

Result<ControlSocket> ControlSocket::listen(EventLoop& loop, const std::string& directory,
                                            const std::string& name, Listener listener) {
  Result<Place> place = place_of(directory, name);
  if (!place) return place.error();
  Result<UniqueFd> door = open_socket(SOCK_NONBLOCK);
  if (!door) return door.error();
  // What is there was left by a run that was killed. Before the bind, the mode is that of the file
  // to be: no moment in which it is open to others, and no umask that other threads would see.
  ::unlinkat(place->directory.get(), name.c_str(), 0);
  ::fchmod(door->get(), S_IRUSR | S_IWUSR);
  const auto* const address = reinterpret_cast<const sockaddr*>(&place->address);
  if (::bind(door->get(), address, sizeof place->address) < 0 || ::listen(door->get(), 8) < 0)
    return os_error(
        fmt::format("cannot open the socket '{}/{}'", printable(directory), printable(name)),
        errno);
  ::chmod(place->address.sun_path, S_IRUSR | S_IWUSR);  // the umask may take from the owner too
  auto impl = std::make_shared<Impl>(loop, name, std::move(listener));
  impl->directory = std::move(place->directory);
  error_code problem;
  impl->door.assign(door->get(), problem);
  if (problem) return Error{"cannot wait at a socket: " + problem.message(), problem.value()};
  (void)door->release();
  impl->wait_at_door();
  return ControlSocket(std::move(impl));
}

Result<std::string> ask_at(const std::string& directory, const std::string& name,
                           std::string_view message, std::chrono::milliseconds patience) {
  Result<Place> place = place_of(directory, name);
  if (!place) return place.error();
  Result<UniqueFd> line = open_socket(0);
  if (!line) return line.error();
  limit_wait(line->get(), patience);
  const auto failed = [&](const char* what) {
    const int code = errno == EAGAIN ? ETIMEDOUT : errno;
    return os_error(fmt::format("cannot {} '{}/{}'", what, printable(directory), name), code);
  };
  const auto* const address = reinterpret_cast<const sockaddr*>(&place->address);
  if (::connect(line->get(), address, sizeof place->address) < 0) return failed("speak to");
  if (!is_same_user(line->get()))
    return os_error(fmt::format("'{}/{}' is not ours", printable(directory), name), EACCES);
  if (::send(line->get(), message.data(), message.size(), MSG_NOSIGNAL) < 0)
    return failed("speak to");
  std::string answer(ControlSocket::kLongestMessage, '\0');
  const ssize_t size = ::recv(line->get(), answer.data(), answer.size(), 0);
  if (size < 0 && errno == EAGAIN)
    return os_error(fmt::format("no answer from '{}/{}'", printable(directory), name),
                    take_back(line->get()) ? ETIMEDOUT : EINPROGRESS);
  if (size < 0) return failed("hear from");
  if (size == 0)
    return os_error(fmt::format("no answer from '{}/{}'", printable(directory), name), ECONNRESET);
  answer.resize(static_cast<std::size_t>(size));
  return {boost::system::in_place_value, std::move(answer)};
}

}  // namespace ws
