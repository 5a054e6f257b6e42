#include "report/json_text.h"

#include <chrono>
#include <utility>

#include "base/text.h"
#include "report/group_text.h"

namespace ws {

std::string pretty(const Json& value) {
  return with_escaped_controls(value.dump(2, ' ', false, Json::error_handler_t::replace)) + "\n";
}

std::string compact(const Json& value) {
  return with_escaped_controls(value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

JsonListWriter::JsonListWriter(const Json& head, const std::string& key) : text_(pretty(head)) {
  // Opens the object again: it ends in "\n}\n", or is "{}\n".
  constexpr std::size_t kEnd = 3;
  if (head.empty()) {
    text_ = "{";
  } else {
    text_.resize(text_.size() - kEnd);
    text_ += ",";
  }
  text_ += "\n  " + compact(Json(key)) + ": [";
}

void JsonListWriter::add(const Json& item) {
  text_ += is_empty_ ? "\n    " : ",\n    ";
  text_ += compact(item);
  is_empty_ = false;
}

std::string JsonListWriter::finish() {
  text_ += is_empty_ ? "]\n}\n" : "\n  ]\n}\n";
  return std::move(text_);
}

void add_unique(Json& object, std::string key, Json value) {
  object.get_ref<Json::object_t&>().emplace_back(std::move(key), std::move(value));
}

std::int64_t milliseconds_of(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

void add_policy(Json& item, const GroupRule& rule) {
  const std::string_view word = preset_name(rule);
  item["on_failure"] = word.empty() ? Json() : Json(word);
  item["policy"] = Json{{"on_first_failure", name(rule.on_first_failure)},
                        {"fail_if", name(rule.fail_if)},
                        {"errors", name(rule.errors)}};
}

Json place_json(const SourceSet& sources, Place place) {
  if (!place.is_known()) return nullptr;
  const LineColumn at = sources.line_column(place);
  return Json{
      {"file", std::string(sources.name(place.source))}, {"line", at.line}, {"column", at.column}};
}

}  // namespace ws
