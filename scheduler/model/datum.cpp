#include "model/datum.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "base/text.h"

namespace ws {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kDeepest = 200;

// Builds a Datum while the library reads: nothing recurses, members keep their order, and no
// value is built twice.
class Builder final : public Json::json_sax_t {
 public:
  bool null() override { return add({}); }
  bool boolean(bool value) override { return add({value}); }
  bool number_integer(std::int64_t value) override { return add({value}); }
  bool number_unsigned(std::uint64_t value) override {
    constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (value > kMost) return add({static_cast<double>(value)});
    return add({static_cast<std::int64_t>(value)});
  }
  bool number_float(double value, const std::string& /*text*/) override { return add({value}); }
  bool string(std::string& value) override { return add({std::move(value)}); }
  bool binary(Json::binary_t& /*value*/) override { return false; }
  bool start_object(std::size_t /*size*/) override { return open({Datum::Map()}); }
  bool start_array(std::size_t /*size*/) override { return open({Datum::List()}); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(std::string& name) override {
    keys_.push_back(std::move(name));
    return true;
  }
  bool parse_error(std::size_t /*at*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*why*/) override {
    return false;
  }

  Datum take() && { return std::move(result_); }

 private:
  bool open(Datum container) {
    open_.push_back(std::move(container));
    return open_.size() <= kDeepest;
  }

  bool close() {
    Datum done = std::move(open_.back());
    open_.pop_back();
    return add(std::move(done));
  }

  bool add(Datum datum) {
    if (open_.empty()) {
      result_ = std::move(datum);
    } else if (auto* list = std::get_if<Datum::List>(&open_.back().value)) {
      list->push_back(std::move(datum));
    } else {
      auto& map = std::get<Datum::Map>(open_.back().value);
      map.emplace_back(std::move(keys_.back()), std::move(datum));
      keys_.pop_back();
    }
    return true;
  }

  std::vector<Datum> open_;  // the containers that are not finished, outermost first
  std::vector<std::string> keys_;
  Datum result_;
};

void append_text(std::string& out, const std::string& text) {
  out += Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Depth is bounded: what is parsed by kDeepest, what an expression builds by its own limit.
void append(std::string& out, const Datum& datum) {
  struct Writer {
    std::string& out;
    void operator()(std::monostate /*null*/) const { out += "null"; }
    void operator()(bool value) const { out += value ? "true" : "false"; }
    void operator()(std::int64_t value) const { out += std::to_string(value); }
    void operator()(double value) const { out += Json(value).dump(); }
    void operator()(const std::string& value) const { append_text(out, value); }
    void operator()(const Datum::List& list) const {
      out += '[';
      for (const Datum& item : list) {
        if (&item != &list.front()) out += ',';
        append(out, item);
      }
      out += ']';
    }
    void operator()(const Datum::Map& map) const {
      out += '{';
      for (const auto& member : map) {
        if (&member != &map.front()) out += ',';
        append_text(out, member.first);
        out += ':';
        append(out, member.second);
      }
      out += '}';
    }
  };
  std::visit(Writer{out}, datum.value);
}

}  // namespace

const Datum* Datum::find(std::string_view key) const {
  if (const auto* map = std::get_if<Map>(&value)) {
    // Of members with one name the last counts, as most readers of JSON have it.
    const auto found = std::find_if(map->rbegin(), map->rend(),
                                    [&](const auto& member) { return member.first == key; });
    return found == map->rend() ? nullptr : &found->second;
  }
  if (const auto* list = std::get_if<List>(&value)) {
    std::size_t index = 0;
    const char* const end = key.data() + key.size();
    const auto [stop, error] = std::from_chars(key.data(), end, index);
    if (error != std::errc() || stop != end || index >= list->size()) return nullptr;
    return &(*list)[index];
  }
  return nullptr;
}

bool operator==(const Datum& a, const Datum& b) { return a.value == b.value; }
bool operator==(const Datum::Member& a, const Datum::Member& b) {
  return a.first == b.first && a.second == b.second;
}

std::string_view describe_kind(const Datum& datum) {
  struct Describer {
    std::string_view operator()(std::monostate /*null*/) const { return "null"; }
    std::string_view operator()(bool /*value*/) const { return "a boolean"; }
    std::string_view operator()(std::int64_t /*value*/) const { return "a number"; }
    std::string_view operator()(double /*value*/) const { return "a number"; }
    std::string_view operator()(const std::string& /*value*/) const { return "text"; }
    std::string_view operator()(const Datum::List& /*value*/) const { return "a list"; }
    std::string_view operator()(const Datum::Map& /*value*/) const { return "an object"; }
  };
  return std::visit(Describer{}, datum.value);
}

std::optional<Datum> parse_json(std::string_view text) {
  Builder builder;
  try {
    if (!Json::sax_parse(text.begin(), text.end(), &builder)) return std::nullopt;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
  return std::move(builder).take();
}

std::string to_json(const Datum& datum) {
  std::string out;
  append(out, datum);
  return out;
}

std::string to_plain_text(const Datum& datum) {
  if (datum.is_null()) return "";
  if (const auto* text = std::get_if<std::string>(&datum.value)) return *text;
  return to_json(datum);
}

Datum from_plain_text(std::string_view text) {
  const std::string_view bare = trimmed(text);
  if (bare.empty()) return {std::string(text)};
  const char first = bare.front();
  const bool is_structure = first == '[' || first == '{';
  const bool may_be_value =
      is_structure || first == '-' || first == 't' || first == 'f' || is_digit(first);
  if (!may_be_value) return {std::string(text)};
  std::optional<Datum> parsed = parse_json(bare);
  if (!parsed) return {std::string(text)};
  // A number that would be written differently is a version, a zip code, an id: text.
  if (!is_structure && to_json(*parsed) != text) return {std::string(text)};
  return std::move(*parsed);
}

}  // namespace ws
