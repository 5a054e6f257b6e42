// The observers a person can ask for by name (`--observer`), in one table.
//
// Each writes whole lines to an injected sink and knows no file. Adding one is one file and one
// line in the table of observers.cpp. Called by cli.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/roles.h"
#include "report/event_stream.h"
#include "report/style.h"

namespace ws {

// "noop", "log" (also "slog") and "json", which may use another system's names; null for any other
// name.
[[nodiscard]] std::unique_ptr<Observer> make_observer(std::string_view name, TextSink sink,
                                                      std::string_view names = kNativeNames);
// The names, for messages.
[[nodiscard]] std::vector<std::string> observer_names();

}  // namespace ws
