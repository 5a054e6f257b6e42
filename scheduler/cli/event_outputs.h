// Where the events of a run go besides the store and the screen: --events, --observer, --progress
// json.
//
// Opens and feeds; what is written is report/'s. Never lets the run wait: what cannot be written
// yet is kept up to a bound. An output that cannot be written any more is told once.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/console.h"
#include "cli/screen_output.h"
#include "engine/roles.h"
#include "platform/unique_fd.h"
#include "report/event_names/event_names.h"

namespace ws::cli {

struct EventWish {
  std::string events;                  // a file, "-" for stdout, empty: none
  std::vector<std::string> observers;  // names of report/observers.h
  // Whose names they have (report/event_names/event_names.h).
  std::string names = std::string(kNativeNames);
  bool is_progress_json = false;
  Stream progress_stream = Stream::out;
};

class EventOutputs {
 public:
  // Error: a file that cannot be written (or a FIFO that nobody reads), an unknown observer.
  [[nodiscard]] static Result<EventOutputs> open(const EventWish& wish);

  [[nodiscard]] std::vector<Observer*> observers() const;
  // Writes what there is room for; false when something is left.
  bool flush();
  // Waits for the readers. After the run.
  void finish();

 private:
  struct Output {
    std::string name;
    UniqueFd fd;  // of a file; stdout and stderr are not ours
    std::unique_ptr<ScreenOutput> text;
    bool is_told = false;
  };
  Output& add(std::string name, int fd);
  void add_observer(const std::string& name, Output& output);
  void tell_failures();

  std::list<Output> outputs_;  // addresses stay, also when this is moved
  std::vector<std::unique_ptr<Observer>> observers_;
};

}  // namespace ws::cli
