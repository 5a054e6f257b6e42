#include "executors/waits.h"

#include <algorithm>
#include <csignal>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/text.h"
#include "platform/directory.h"
#include "platform/event_loop.h"
#include "platform/files.h"
#include "platform/local_time.h"
#include "platform/machine.h"

namespace ws {

namespace {

using namespace std::chrono_literals;

// Of each look; with very many events it is rarer, so that looking takes a tenth of the time.
constexpr auto kBetweenLooks = 100ms;
constexpr auto kForOneLook = 20us;
// The wall clock can be set, and stands still for nobody who sleeps: it is asked again this often.
constexpr auto kBetweenWallLooks = 30s;

constexpr std::string_view kForEvent = "wait for the event ";

}  // namespace

std::string text_of(const WaitAction& action) {
  if (!action.event.empty()) return fmt::format("{}'{}'", kForEvent, action.event);
  if (!action.until.empty()) return fmt::format("wait until {}", action.until);
  return fmt::format("wait {}", format_exact(action.duration));
}

std::string awaited_event(std::string_view text) {
  if (!text.starts_with(kForEvent)) return {};
  text.remove_prefix(kForEvent.size());
  const bool is_quoted = text.size() > 2 && text.front() == '\'' && text.back() == '\'';
  return is_quoted ? std::string(text.substr(1, text.size() - 2)) : std::string();
}

Waits::Waits(EventLoop& loop, Ended ended)
    : loop_(loop),
      ended_(std::move(ended)),
      due_timer_(loop, [this] { take_due(); }),
      look_timer_(loop, [this] { look_for_events(); }) {}

void Waits::begin(AttemptKey key, const WaitAction& action, const std::string& run_dir) {
  if (!action.event.empty()) {
    if (!is_event_name(action.event))
      return end_soon(key, SpawnFailed{fmt::format("'{}' cannot be the name of an event",
                                                   printable(action.event))});
    event_files_[key] = join_path(join_path(run_dir, kSignalsDirectory), action.event);
    // One that is there already ends the wait with the next batch.
    look_timer_.arm(loop_.now());
    return;
  }
  if (action.until.empty()) return add_due(key, loop_.now() + action.duration);
  const std::optional<WallMoment> moment = parse_wall_time(action.until);
  if (!moment)
    return end_soon(key, SpawnFailed{fmt::format("'{}' is no time to wait for: write 14:30 or "
                                                 "2026-03-01T14:30:00Z",
                                                 printable(action.until))});
  const auto* time = std::get_if<TimeOfDay>(&*moment);
  const WallClock::time_point until =
      time != nullptr ? next_local_time(time->hour, time->minute, time->second, wall_now())
                      : std::get<WallClock::time_point>(*moment);
  until_[key] = until;
  add_due(key, next_look(until));
}

bool Waits::stop(AttemptKey key) {
  if (const auto due = due_of_.find(key); due != due_of_.end()) {
    due_.erase({due->second, key});
    due_of_.erase(due);
    until_.erase(key);
  } else if (event_files_.erase(key) == 0) {
    return ending_.contains(key);
  }
  end_soon(key, Signaled{SIGTERM});
  return true;
}

Waits::Moment Waits::next_look(WallClock::time_point until) const {
  const auto left = std::max(until - wall_now(), WallClock::duration::zero());
  return loop_.now() + std::min<WallClock::duration>(left, kBetweenWallLooks);
}

void Waits::look_at_clock() {
  for (const auto& [key, until] : until_) {
    due_.erase({due_of_.at(key), key});
    due_of_[key] = next_look(until);
    due_.emplace(due_of_[key], key);
  }
  arm();
}

void Waits::add_due(AttemptKey key, Moment when) {
  due_.emplace(when, key);
  due_of_[key] = when;
  arm();
}

void Waits::end_soon(AttemptKey key, Outcome outcome) {
  ending_.emplace(key, std::move(outcome));
  due_timer_.arm(loop_.now());
}

void Waits::arm() {
  if (!ending_.empty()) return due_timer_.arm(loop_.now());
  if (!due_.empty()) due_timer_.arm(due_.begin()->first);
}

void Waits::take_due() {
  while (!due_.empty() && due_.begin()->first <= loop_.now()) {
    const AttemptKey key = due_.begin()->second;
    due_.erase(due_.begin());
    due_of_.erase(key);
    if (const auto until = until_.find(key); until != until_.end()) {
      if (wall_now() < until->second) {
        add_due(key, next_look(until->second));
        continue;
      }
      until_.erase(until);
    }
    ending_.emplace(key, Exited{0});
  }
  // Whoever is told may begin the next wait.
  for (auto& [key, outcome] : std::exchange(ending_, {})) ended_(key, outcome);
  arm();
}

void Waits::look_for_events() {
  for (auto event = event_files_.begin(); event != event_files_.end();) {
    if (stamp_of(event->second)) {
      end_soon(event->first, Exited{0});
      event = event_files_.erase(event);
    } else {
      ++event;
    }
  }
  if (event_files_.empty()) return;
  const auto all = kForOneLook * static_cast<long>(event_files_.size()) * 10;
  look_timer_.arm(loop_.now() + std::max<std::chrono::nanoseconds>(kBetweenLooks, all));
}

}  // namespace ws
