#include "cli/event_outputs.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "report/event_stream.h"
#include "report/observers.h"
#include "report/progress_json.h"

namespace ws::cli {
namespace {

// Non-blocking, so that a FIFO without a reader is an error at once (fifo(7): ENXIO).
Result<UniqueFd> open_file(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK, 0600));
  if (!fd.is_open()) return os_error(fmt::format("--events: cannot write '{}'", path), errno);
  return fd;
}

}  // namespace

EventOutputs::Output& EventOutputs::add(std::string name, int fd) {
  Output& output = outputs_.emplace_back();
  output.name = std::move(name);
  output.text = std::make_unique<ScreenOutput>(fd);
  return output;
}

Result<EventOutputs> EventOutputs::open(const EventWish& wish) {
  EventOutputs made;
  const auto sink_of = [](Output& output) {
    return [text = output.text.get()](std::string_view line) { text->write(line); };
  };
  if (wish.events == "-") {
    Output& output = made.add("standard output", STDOUT_FILENO);
    made.observers_.push_back(std::make_unique<EventStream>(sink_of(output), wish.names));
  } else if (!wish.events.empty()) {
    auto file = open_file(wish.events);
    if (file.has_error()) return file.error();
    Output& output = made.add(fmt::format("'{}'", wish.events), file->get());
    output.fd = std::move(*file);
    made.observers_.push_back(std::make_unique<EventStream>(sink_of(output), wish.names));
  }
  if (!wish.observers.empty()) {
    Output& output = made.add("standard error", STDERR_FILENO);
    for (const std::string& name : wish.observers) {
      auto observer = make_observer(name, sink_of(output), wish.names);
      if (observer == nullptr) {
        return Error{fmt::format("--observer '{}' is unknown: write {}", printable(name),
                                 listed(observer_names())),
                     0};
      }
      made.observers_.push_back(std::move(observer));
    }
  }
  if (wish.is_progress_json) {
    const bool is_out = wish.progress_stream == Stream::out;
    Output& output = made.add(is_out ? "standard output" : "standard error",
                              is_out ? STDOUT_FILENO : STDERR_FILENO);
    made.observers_.push_back(std::make_unique<ProgressJson>(sink_of(output)));
  }
  return made;
}

std::vector<Observer*> EventOutputs::observers() const {
  std::vector<Observer*> all;
  for (const auto& observer : observers_) all.push_back(observer.get());
  return all;
}

bool EventOutputs::flush() {
  bool is_done = true;
  for (Output& output : outputs_) is_done = output.text->flush() && is_done;
  tell_failures();
  return is_done;
}

void EventOutputs::finish() {
  for (Output& output : outputs_) output.text->finish();
  tell_failures();
}

void EventOutputs::tell_failures() {
  for (Output& output : outputs_) {
    const int failure = output.text->failure();
    // A reader that went away has what it wanted.
    if (failure == 0 || failure == EPIPE || std::exchange(output.is_told, true)) continue;
    complain(
        os_error(fmt::format("events are lost: cannot write to {}", output.name), failure).message);
  }
}

}  // namespace ws::cli
