#include "formats/writer/native_value.h"

#include <nlohmann/json.hpp>

namespace ws {
namespace {

constexpr std::size_t kDeepest = 200;

// Takes the events of nlohmann's parser, whose own values would forget how numbers are written.
class Builder {
 public:
  using Json = nlohmann::json;

  bool null() { return add({}); }
  bool boolean(bool value) { return add({value}); }
  bool number_integer(std::int64_t value) {
    return add(NativeValue::number(std::to_string(value)));
  }
  bool number_unsigned(std::uint64_t value) {
    return add(NativeValue::number(std::to_string(value)));
  }
  bool number_float(double /*value*/, const std::string& text) {
    return add(NativeValue::number(text));
  }
  bool string(std::string& value) { return add({std::move(value)}); }
  bool binary(Json::binary_t& /*value*/) { return false; }  // JSON has none
  bool start_object(std::size_t /*size*/) { return open({NativeValue::Map{}}); }
  bool start_array(std::size_t /*size*/) { return open({NativeValue::List{}}); }
  bool key(std::string& name) {
    names_.back() = std::move(name);
    return true;
  }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool parse_error(std::size_t /*at*/, const std::string& /*token*/,
                   const Json::exception& /*error*/) {
    return false;
  }

  [[nodiscard]] NativeValue take() && { return std::move(root_); }

 private:
  bool open(NativeValue value) {
    if (open_.size() >= kDeepest) return false;
    open_.push_back(std::move(value));
    names_.emplace_back();
    return true;
  }

  bool close() {
    NativeValue value = std::move(open_.back());
    open_.pop_back();
    names_.pop_back();
    return add(std::move(value));
  }

  bool add(NativeValue value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (auto* list = std::get_if<NativeValue::List>(&open_.back().value)) {
      list->push_back(std::move(value));
    } else {
      std::get<NativeValue::Map>(open_.back().value)
          .emplace_back(std::move(names_.back()), std::move(value));
    }
    return true;
  }

  NativeValue root_;
  std::vector<NativeValue> open_;
  std::vector<std::string> names_;  // of the member that is being read, one per open value
};

}  // namespace

NativeValue NativeValue::text(std::string_view text) { return {std::string(text)}; }

NativeValue NativeValue::number(std::string text) { return {Number{std::move(text)}}; }

bool operator==(const NativeValue& a, const NativeValue& b) { return a.value == b.value; }
bool operator==(const NativeValue::Member& a, const NativeValue::Member& b) {
  return a.first == b.first && a.second == b.second;
}

NativeValue NativeValue::texts(const std::vector<std::string>& texts) {
  List list;
  list.reserve(texts.size());
  for (const std::string& text : texts) list.push_back({text});
  return {std::move(list)};
}

std::optional<NativeValue> parse_native(std::string_view json) {
  Builder builder;
  if (!nlohmann::json::sax_parse(json, &builder)) return std::nullopt;
  return std::move(builder).take();
}

bool NativeObject::has(std::string_view key) const {
  for (const auto& [name, value] : map_) {
    if (name == key) return true;
  }
  return false;
}

void NativeObject::put(std::string_view key, NativeValue value) {
  map_.emplace_back(std::string(key), std::move(value));
}

void NativeObject::flag(Key key, bool flag) { put(key, {flag}); }

NativeValue NativeObject::take() && { return {std::move(map_)}; }

}  // namespace ws
