#include "store/event_codec.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "store/fact_members.h"
#include "store/outcome_columns.h"
#include "store/stored_values.h"

namespace ws {
namespace {

using stored::from_text;
using stored::from_texts;
using stored::from_values;
using stored::Json;
using stored::list;
using stored::read_value;

// --- the two sides: each is called with the name of a member and the member

class Writer {
 public:
  static constexpr bool kReads = false;

  void operator()(const char* key, const std::string& text) {
    if (!text.empty()) object_[key] = from_text(text);
  }
  void operator()(const char* key, bool value) {
    if (value) object_[key] = true;
  }
  void operator()(const char* key, std::integral auto value) { object_[key] = value; }
  void operator()(const char* key, Duration value) {
    if (value != Duration::zero()) object_[key] = value.count();
  }
  template <class Tag>
  void operator()(const char* key, Id<Tag> id) {
    if (id.is_valid()) object_[key] = id.value;
  }
  template <class Enum>
  requires std::is_enum_v<Enum>
  void operator()(const char* key, Enum value) { object_[key] = name(value); }
  void operator()(const char* key, const std::vector<std::string>& texts) {
    if (!texts.empty()) object_[key] = from_texts(texts);
  }
  void operator()(const char* key, const std::vector<NamedValue>& values) {
    object_[key] = from_values(values);
  }
  void operator()(const char* key, const Outcome& outcome) {
    const OutcomeColumns columns = flatten(outcome);
    Json& object = object_[key] = Json::object();
    object["kind"] = columns.kind;
    if (columns.value) object["value"] = *columns.value;
    if (columns.text) object["text"] = from_text(*columns.text);
  }
  void operator()(const char* key, const std::optional<Outcome>& outcome) {
    if (outcome) (*this)(key, *outcome);
  }
  [[nodiscard]] std::string text() const { return object_.dump(); }

 private:
  Json object_ = Json::object();
};

class Reader {
 public:
  static constexpr bool kReads = true;

  explicit Reader(const Json& object) : object_(object) {}

  // Missing: the value stays as it is. Of the wrong type: the first such member is the error.
  template <class Value>
  void operator()(const char* key, Value& value) {
    const auto member = object_.find(key);
    if (member != object_.end() && !read_value(*member, value)) fail(key);
  }
  void operator()(const char* key, Outcome& outcome) {
    const auto member = object_.find(key);
    if (member == object_.end() || !member->is_object()) return fail(key);
    Reader inner(*member);
    std::string kind;
    std::string text;
    std::int64_t value = 0;
    inner("kind", kind);
    inner("value", value);
    inner("text", text);
    OutcomeColumns columns{kind, {}, text};
    if (member->contains("value")) columns.value = value;
    Result<Outcome> read = unflatten(columns);
    if (!read || !inner.wrong_.empty()) return fail(key);
    outcome = std::move(*read);
  }
  void operator()(const char* key, std::optional<Outcome>& outcome) {
    if (!object_.contains(key)) return;
    Outcome read;
    (*this)(key, read);
    if (wrong_.empty()) outcome = std::move(read);
  }
  // The first member that could not be read; empty when all could.
  [[nodiscard]] const std::string& wrong() const { return wrong_; }

 private:
  void fail(const char* key) {
    if (wrong_.empty()) wrong_ = key;
  }

  const Json& object_;
  std::string wrong_;
};

// Where a fact keeps the node it is about; null for facts about the run or a group.
template <class FactType>
auto* node_of(FactType& f) {
  if constexpr (requires { f.key.node; }) {
    return &f.key.node;
  } else if constexpr (requires { f.node; }) {
    return &f.node;
  } else {
    return static_cast<NodeId*>(nullptr);
  }
}

// The facts by type, each with nothing in it: made from the variant itself, so that none can be
// forgotten.
template <std::size_t... Index>
std::array<Fact, sizeof...(Index)> blank_facts(std::index_sequence<Index...> /*all*/) {
  return {Fact(std::in_place_index<Index>)...};
}

std::optional<Fact> blank_fact(std::string_view type) {
  for (Fact& fact : blank_facts(std::make_index_sequence<std::variant_size_v<Fact>>())) {
    if (name(fact) == type) return std::move(fact);
  }
  return std::nullopt;
}

Error damaged(std::string_view type, std::string_view why) {
  return Error{fmt::format("a stored '{}' event cannot be read: {}", printable(type), why), 0};
}

}  // namespace

StoredFact encode(const Fact& fact) {
  StoredFact stored;
  stored.type = name(fact);
  std::visit(
      [&](const auto& f) {
        const NodeId* node = node_of(f);
        if (node != nullptr) stored.node = *node;
        Writer writer;
        list(writer, f);
        stored.body = writer.text();
      },
      fact);
  return stored;
}

Result<Fact> decode(std::string_view type, NodeId node, std::string_view body) {
  std::optional<Fact> fact = blank_fact(type);
  if (!fact) {
    return Error{fmt::format("unknown event type '{}': written by a newer version of workstream?",
                             printable(type)),
                 0};
  }
  const Json json = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return damaged(type, "it is no JSON object");
  return std::visit(
      [&](auto& f) -> Result<Fact> {
        Reader reader(json);
        list(reader, f);
        if (!reader.wrong().empty()) {
          return damaged(type, fmt::format("'{}' is not what it should be", reader.wrong()));
        }
        NodeId* slot = node_of(f);
        if (slot != nullptr) *slot = node;
        return std::move(*fact);
      },
      *fact);
}

std::string encode_texts(const std::vector<std::string>& texts) { return from_texts(texts).dump(); }

Result<std::vector<std::string>> decode_texts(std::string_view json) {
  std::vector<std::string> texts;
  if (!read_value(Json::parse(json, nullptr, /*allow_exceptions=*/false), texts)) {
    return Error{"a stored list of texts cannot be read", 0};
  }
  return texts;
}

}  // namespace ws
