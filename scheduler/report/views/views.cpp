#include "report/views/views.h"

#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "report/views/view_forms.h"

namespace ws {
namespace {

struct Entry {
  std::string_view name;
  Json (*form)(const ResultReading& reading);
};

constexpr std::array<Entry, 4> kViews = {Entry{"kata", kata_view}, Entry{"go", go_view},
                                         Entry{"blok", blok_view},
                                         Entry{"workstream", workstream_view}};

}  // namespace

std::vector<std::string> view_names() {
  std::vector<std::string> names = {std::string(kNativeView)};
  for (const Entry& entry : kViews) names.emplace_back(entry.name);
  return names;
}

Result<std::string> view_of(std::string_view view, const std::string& result) {
  if (view == kNativeView) return result;
  for (const Entry& entry : kViews) {
    if (entry.name != view) continue;
    try {
      const Json native = Json::parse(result);
      return pretty(entry.form(ResultReading(native)));
    } catch (const Json::exception& why) {
      return Error{fmt::format("the result cannot be shown as '{}': {}", view, why.what()), 0};
    }
  }
  return Error{fmt::format("there is no view '{}': write {}", printable(std::string(view)),
                           listed(view_names())),
               0};
}

}  // namespace ws
