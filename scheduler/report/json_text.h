// JSON values and their text, for every report that writes JSON. The only header of report/ with
// nlohmann-json in it.
//
// Knows nothing of what is written. Keys keep the order they were added in.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "base/source.h"
#include "model/policy.h"

namespace ws {

using Json = nlohmann::ordered_json;

// Two spaces of indentation and a final newline. Strings that are not UTF-8 are shown with U+FFFD
// instead of being refused: a report must not fail because of a step's output. No control character
// stands in it raw: people look at it on terminals.
[[nodiscard]] std::string pretty(const Json& value);
// On one line, without a newline at the end.
[[nodiscard]] std::string compact(const Json& value);
// The text of an object that ends with one long list: `head` (an object) pretty, then "key": [ …
// one compact item per line … ]. Never holds more than one item as a value.
class JsonListWriter {
 public:
  JsonListWriter(const Json& head, const std::string& key);
  void add(const Json& item);
  [[nodiscard]] std::string finish();

 private:
  std::string text_;
  bool is_empty_ = true;
};

// A member with a key the object does not have yet: looking for it takes as long as the object is
// large, for each of a hundred thousand.
void add_unique(Json& object, std::string key, Json value);

[[nodiscard]] std::int64_t milliseconds_of(Duration duration);
// "on_failure": null where no word stands for the rule; and its parts, "policy": {…}.
void add_policy(Json& item, const GroupRule& rule);
// {"file", "line", "column"}, or null for nowhere.
[[nodiscard]] Json place_json(const SourceSet& sources, Place place);

}  // namespace ws
