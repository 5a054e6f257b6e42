// What is said to a run that goes on, and what it answers: the words of the socket in its
// directory.
//
// Knows no socket and no engine. Spoken by cli/control.cpp, understood by cli/run_control.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/duration.h"

namespace ws::cli {

inline constexpr const char* kControlSocket = "control";

enum class ControlVerb : std::uint8_t { pause, resume, drain, cancel, workers };
[[nodiscard]] std::string_view name(ControlVerb verb);

struct ControlRequest {
  ControlVerb verb = ControlVerb::pause;
  Duration length{};          // of a pause; zero: until it is resumed
  std::uint32_t workers = 0;  // of workers
  bool is_kill = false;       // of cancel: do not ask, kill
  std::string step;           // of cancel: this one alone; empty: the run
};

struct ControlAnswer {
  bool is_taken = false;
  std::uint32_t running = 0;  // steps at that moment
  std::string text;           // what was done, or why it was refused
};

[[nodiscard]] std::string text_of(const ControlRequest& request);
[[nodiscard]] std::string text_of(const ControlAnswer& answer);
// Nothing for what is no such text: another version of the program speaks.
[[nodiscard]] std::optional<ControlRequest> read_request(std::string_view text);
[[nodiscard]] std::optional<ControlAnswer> read_answer(std::string_view text);

}  // namespace ws::cli
