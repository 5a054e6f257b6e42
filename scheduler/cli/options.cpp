#include "cli/options.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"

namespace ws::cli {
namespace {

std::optional<Duration> duration_of(const std::string& text) {
  double seconds = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (failure == std::errc() && end == text.data() + text.size()) return from_seconds(seconds);
  return parse_duration(text);
}

}  // namespace

CLI::Option* add_duration(CLI::App& app, const std::string& name, std::optional<Duration>& target,
                          const std::string& help) {
  return app
      .add_option_function<std::string>(
          name,
          [name, &target](const std::string& text) {
            const auto duration = duration_of(text);
            if (!duration || *duration <= Duration::zero()) {
              throw CLI::ValidationError(
                  name,
                  fmt::format("'{}' is not a duration above zero: write 90s, 5m, 1h30m, 250ms "
                              "or a number of seconds",
                              text));
            }
            target = *duration;
          },
          help)
      ->type_name("DURATION");
}

Duration parse_delay(const std::string& option, const std::string& text) {
  if (const auto duration = duration_of(text)) return *duration;
  throw CLI::ValidationError(
      option,
      fmt::format("'{}' is not a duration: write 90s, 5m, 250ms or a number of seconds", text));
}

CLI::Option* add_workers(CLI::App& app, const std::string& name,
                         std::optional<std::uint32_t>& target, const std::string& help) {
  return app
      .add_option_function<std::string>(
          name,
          [name, &target](const std::string& text) {
            if (text == "auto") {
              target = kAutoWorkers;
              return;
            }
            std::uint32_t count = 0;
            const auto [end, failure] =
                std::from_chars(text.data(), text.data() + text.size(), count);
            const bool is_number = failure == std::errc() && end == text.data() + text.size();
            if (!is_number || count == 0 || count > kMostWorkers) {
              throw CLI::ValidationError(
                  name, fmt::format("'{}' is not a number of workers: write 1 to {}, or auto", text,
                                    kMostWorkers));
            }
            target = count;
          },
          help)
      ->type_name("N|auto");
}

std::string complaint_if_empty(const std::string& name) {
  return name.empty() ? "an empty text is no name" : "";
}

CLI::Option* add_count(CLI::App& app, const std::string& name, std::optional<std::size_t>& target,
                       CountBounds bounds, const std::string& help) {
  return app
      .add_option_function<std::string>(
          name,
          [name, bounds, &target](const std::string& text) {
            std::size_t count = 0;
            const char* const end = text.data() + text.size();
            const auto [at, failure] = std::from_chars(text.data(), end, count);
            const bool is_number = failure == std::errc() && at == end;
            if (!is_number || count < bounds.least || count > bounds.most)
              throw CLI::ValidationError(name, fmt::format("'{}' is not a number from {} to {}",
                                                           text, bounds.least, bounds.most));
            target = count;
          },
          help)
      ->type_name("N");
}

CLI::Option* add_pairs(CLI::App& app, const std::string& name,
                       std::map<std::string, std::string, std::less<>>& target,
                       const std::string& help) {
  return app
      .add_option_function<std::vector<std::string>>(
          name,
          [name, &target](const std::vector<std::string>& pairs) {
            for (const std::string& pair : pairs) {
              const std::size_t equals = pair.find('=');
              if (equals == std::string::npos || equals == 0) {
                throw CLI::ValidationError(name,
                                           fmt::format("'{}' is not of the form NAME=VALUE", pair));
              }
              target[pair.substr(0, equals)] = pair.substr(equals + 1);
            }
          },
          help)
      ->type_name("NAME=VALUE")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

CLI::Option* add_choice(CLI::App& app, const std::string& name, std::string& target,
                        const std::vector<std::string>& choices, const std::string& help) {
  const auto check = [choices](const std::string& text) -> std::string {
    if (std::find(choices.begin(), choices.end(), text) != choices.end()) return {};
    const std::vector<std::string_view> known(choices.begin(), choices.end());
    const auto near = nearest(text, known);
    return fmt::format("'{}' is none of {}{}", printable(text), listed(choices),
                       near ? fmt::format("; did you mean '{}'?", *near) : "");
  };
  return app.add_option(name, target, help)->check(check)->type_name("NAME");
}

}  // namespace ws::cli
