#include "report/observers.h"

#include <array>
#include <utility>

#include "report/structured_log.h"

namespace ws {
namespace {

class NoopObserver final : public Observer {
 public:
  void observe(const Event& /*event*/, const RunState& /*state*/) override {}
};

struct Entry {
  std::string_view name;
  std::unique_ptr<Observer> (*make)(TextSink sink, std::string_view names);
};

std::unique_ptr<Observer> make_log(TextSink sink, std::string_view /*names*/) {
  return std::make_unique<StructuredLog>(std::move(sink));
}

constexpr std::array<Entry, 4> kObservers = {
    Entry{"noop",
          [](TextSink /*sink*/, std::string_view /*names*/) -> std::unique_ptr<Observer> {
            return std::make_unique<NoopObserver>();
          }},
    Entry{"log", make_log}, Entry{"slog", make_log},
    Entry{"json", [](TextSink sink, std::string_view names) -> std::unique_ptr<Observer> {
            return std::make_unique<EventStream>(std::move(sink), names);
          }}};

}  // namespace

std::unique_ptr<Observer> make_observer(std::string_view name, TextSink sink,
                                        std::string_view names) {
  for (const Entry& entry : kObservers) {
    if (entry.name == name) return entry.make(std::move(sink), names);
  }
  return nullptr;
}

std::vector<std::string> observer_names() {
  std::vector<std::string> names;
  for (const Entry& entry : kObservers) names.emplace_back(entry.name);
  return names;
}

}  // namespace ws
