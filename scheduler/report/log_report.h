// The human log of a run, `<ws>/orchestrator.log`: one line per event with a wall-clock time, made
// for `tail -f` and grep.
//
// Knows no files: it is given a sink that takes text for one workstream of the plan. Events of one
// turn are held until flush(), so that a batch is one write. Called by the engine (observe) and by
// cli after every turn (flush).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/roles.h"
#include "engine/run_state.h"
#include "report/occasions.h"

namespace ws {

// `workstream` is an index into Workset::workstreams. The text is whole lines.
using LogSink = std::function<void(std::uint32_t workstream, std::string_view text)>;

class LogReport final : public Observer {
 public:
  explicit LogReport(LogSink sink, MessageFacts facts = {});
  ~LogReport() override;
  LogReport(const LogReport&) = delete;
  LogReport& operator=(const LogReport&) = delete;

  // An event of a step goes to its workstream's log, one of the run to every workstream's.
  void observe(const Event& event, const RunState& state) override;
  void flush();

 private:
  void tell_notices(const Event& event, const RunState& state);
  void append(std::uint32_t workstream, const std::string& line);

  LogSink sink_;
  MessageFacts facts_;                    // for the messages of error_handling
  std::optional<bool> has_hooks_;         // the plan's error_handling has something to say
  std::vector<std::string> held_;         // per workstream of the workset
  std::vector<std::uint32_t> with_text_;  // those that hold something, in order
};

// "2025-11-22T10:15:30.123Z INFO  [build] attempt 1 started: make -j2", without newline; empty for
// events a person does not need (a gate's join).
[[nodiscard]] std::string log_line(const Event& event, const RunState& state);

}  // namespace ws
