#include "store/event_codec.h"

#include <array>
#include <charconv>
#include <concepts>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "store/outcome_columns.h"

namespace ws {
namespace {

using Json = nlohmann::json;

// All of them, in the enum's order. The switch makes a new one a warning here.
constexpr std::array kStopWhys = {
    StopWhy::timeout,    StopWhy::run_timeout,  StopWhy::interrupted,   StopWhy::terminated,
    StopWhy::hang_up,    StopWhy::fail_fast,    StopWhy::killed,        StopWhy::store_failed,
    StopWhy::not_needed, StopWhy::group_failed, StopWhy::group_timeout, StopWhy::rollback_timeout};
constexpr std::size_t position(StopWhy why) {
  switch (why) {
    case StopWhy::timeout:
    case StopWhy::run_timeout:
    case StopWhy::interrupted:
    case StopWhy::terminated:
    case StopWhy::hang_up:
    case StopWhy::fail_fast:
    case StopWhy::killed:
    case StopWhy::store_failed:
    case StopWhy::not_needed:
    case StopWhy::group_failed:
    case StopWhy::group_timeout:
    case StopWhy::rollback_timeout:
      return static_cast<std::size_t>(why);
  }
  return kStopWhys.size();
}
static_assert(position(kStopWhys.back()) + 1 == kStopWhys.size());

// --- values

Json from_text(std::string_view text) {
  if (!first_invalid_utf8(text)) return Json(text);
  std::string digits;
  digits.reserve(text.size() * 2);
  for (const char byte : text) {
    digits += fmt::format("{:02x}", static_cast<unsigned>(static_cast<unsigned char>(byte)));
  }
  return Json{{"hex", std::move(digits)}};
}

Json from_texts(const std::vector<std::string>& texts) {
  Json array = Json::array();
  for (const std::string& text : texts) array.push_back(from_text(text));
  return array;
}

std::optional<std::string> from_hex(std::string_view digits) {
  if (digits.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(digits.size() / 2);
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    unsigned char byte = 0;
    const char* end = digits.data() + i + 2;
    const auto [stopped, error] = std::from_chars(digits.data() + i, end, byte, 16);
    if (error != std::errc() || stopped != end) return std::nullopt;
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

bool read_value(const Json& json, std::string& value) {
  if (json.is_string()) {
    value = json.get_ref<const std::string&>();
    return true;
  }
  const auto hex = json.is_object() ? json.find("hex") : json.end();
  if (!json.is_object() || hex == json.end() || !hex->is_string()) return false;
  std::optional<std::string> bytes = from_hex(hex->get_ref<const std::string&>());
  if (bytes) value = std::move(*bytes);
  return bytes.has_value();
}

bool read_value(const Json& json, bool& value) {
  if (json.is_boolean()) value = json.get<bool>();
  return json.is_boolean();
}

template <std::integral Number>
bool read_value(const Json& json, Number& value) {
  if (json.is_number_unsigned()) {
    const auto number = json.get<std::uint64_t>();
    if (std::in_range<Number>(number)) value = static_cast<Number>(number);
    return std::in_range<Number>(number);
  }
  if (!json.is_number_integer()) return false;
  const auto number = json.get<std::int64_t>();
  if (std::in_range<Number>(number)) value = static_cast<Number>(number);
  return std::in_range<Number>(number);
}

bool read_value(const Json& json, Duration& value) {
  Duration::rep count = 0;
  if (!read_value(json, count)) return false;
  value = Duration(count);
  return true;
}

template <class Tag>
bool read_value(const Json& json, Id<Tag>& value) {
  return read_value(json, value.value);
}

bool read_value(const Json& json, std::vector<std::string>& values) {
  if (!json.is_array()) return false;
  for (const Json& item : json) {
    if (!read_value(item, values.emplace_back())) return false;
  }
  return true;
}

bool read_value(const Json& json, std::vector<NamedValue>& values) {
  if (!json.is_array()) return false;
  for (const Json& item : json) {
    NamedValue& value = values.emplace_back();
    if (!item.is_object() || !item.contains("name") || !read_value(item["name"], value.name))
      return false;
    if (item.contains("json") && !read_value(item["json"], value.json)) return false;
    if (item.contains("file") && !read_value(item["file"], value.file)) return false;
  }
  return true;
}

bool read_value(const Json& json, StopWhy& value) {
  const auto why = json.is_string() ? stop_why_named(json.get_ref<const std::string&>())
                                    : std::optional<StopWhy>();
  if (why) value = *why;
  return why.has_value();
}
bool read_value(const Json& json, StepState& value) {
  return json.is_string() && parse(json.get_ref<const std::string&>(), value);
}
bool read_value(const Json& json, RunStatus& value) {
  return json.is_string() && parse(json.get_ref<const std::string&>(), value);
}

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
    Json& list = object_[key] = Json::array();
    for (const NamedValue& value : values) {
      Json item{{"name", from_text(value.name)}};
      if (!value.json.empty()) item["json"] = from_text(value.json);
      if (!value.file.empty()) item["file"] = from_text(value.file);
      list.push_back(std::move(item));
    }
  }
  void operator()(const char* key, const Outcome& outcome) {
    const OutcomeColumns columns = flatten(outcome);
    Json& object = object_[key] = Json::object();
    object["kind"] = columns.kind;
    if (columns.value) object["value"] = *columns.value;
    if (columns.text) object["text"] = from_text(*columns.text);
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
  // The first member that could not be read; empty when all could.
  [[nodiscard]] const std::string& wrong() const { return wrong_; }

 private:
  void fail(const char* key) {
    if (wrong_.empty()) wrong_ = key;
  }

  const Json& object_;
  std::string wrong_;
};

// --- the members of each fact, listed once for both sides. The node is not among them.

template <class Side, class FactType>
using For = std::conditional_t<Side::kReads, FactType, const FactType>;

template <class Side>
void list(Side& side, For<Side, RunStarted>& f) {
  side("run_id", f.run_id);
  side("workstream", f.workstream);
  side("workstreams", f.workstreams);
  side("max_workers", f.max_workers);
  side("is_sequential", f.is_sequential);
  side("is_dry", f.is_dry);
  side("seed", f.seed);
  side("steps", f.steps);
}
template <class Side>
void list(Side& side, For<Side, AttemptKey>& key) {
  side("attempt", key.attempt);
  side("part", key.part);
}
template <class Side>
void list(Side& side, For<Side, AttemptStarted>& f) {
  list(side, f.key);
  side("command", f.command);
}
template <class Side>
void list(Side& side, For<Side, AttemptRunning>& f) {
  list(side, f.key);
  side("pid", f.process.pid);
  side("start_ticks", f.process.start_ticks);
}
template <class Side>
void list(Side& side, For<Side, AttemptStopping>& f) {
  list(side, f.key);
  side("why", f.why);
}
template <class Side>
void list(Side& side, For<Side, AttemptFinished>& f) {
  list(side, f.key);
  side("outcome", f.outcome);
  side("is_success", f.is_success);
  side("why", f.why);
  side("duration_ns", f.duration);
  side("output_bytes", f.facts.output_bytes);
  side("log", f.facts.log);
  side("missing_output", f.facts.missing_output);
  side("forbidden_output", f.facts.forbidden_output);
  side("user_ns", f.facts.user_time);
  side("system_ns", f.facts.system_time);
  side("max_rss_kib", f.facts.max_rss_kib);
  side("log_error", f.facts.log_error);
  side("missing_files", f.facts.missing_files);
  side("broken_rule", f.facts.broken_rule);
  side("undeclared_files", f.facts.undeclared_files);
  side("uncreated_files", f.facts.uncreated_files);
  if (Side::kReads || f.facts.signature != 0) side("signature", f.facts.signature);
}
template <class Side>
void list(Side& side, For<Side, OutputsCollected>& f) {
  side("attempt", f.attempt);
  side("values", f.values);
}
template <class Side>
void list(Side& side, For<Side, RetryScheduled>& f) {
  side("attempt", f.attempt);
  side("due_ns", f.due);
  side("why", f.why);
  side("is_probe", f.is_probe);
}
template <class Side>
void list(Side& side, For<Side, BreakerOpened>& f) {
  side("scope", f.scope);
  side("cause", f.cause);
  side("why", f.why);
  side("until_ns", f.until);
}
template <class Side>
void list(Side& side, For<Side, BreakerClosed>& f) {
  side("scope", f.scope);
}
template <class Side>
void list(Side& side, For<Side, GroupBegan>& f) {
  side("group", f.group);
}
template <class Side>
void list(Side& side, For<Side, FanOutExpanded>& f) {
  side("group", f.group);
  side("items", f.items);
}
template <class Side>
void list(Side& side, For<Side, GroupDecided>& f) {
  side("group", f.group);
  side("state", f.state);
  side("cause", f.cause);
  side("why", f.why);
}
template <class Side>
void list(Side& side, For<Side, GroupRestarted>& f) {
  side("group", f.group);
  side("round", f.round);
  side("due_ns", f.due);
  side("why", f.why);
}
template <class Side>
void list(Side& side, For<Side, RunPaused>& f) {
  side("until_ns", f.until);
  side("why", f.why);
}
template <class Side>
void list(Side& /*side*/, For<Side, RunResumed>& /*f*/) {}
template <class Side>
void list(Side& side, For<Side, WorkersChanged>& f) {
  side("workers", f.workers);
  side("why", f.why);
}
template <class Side>
void list(Side& side, For<Side, RollbackStarted>& f) {
  side("steps", f.steps);
  side("cause", f.cause);
}
template <class Side>
void list(Side& side, For<Side, CompensationFinished>& f) {
  side("part", f.part);
  side("is_success", f.is_success);
  side("why", f.why);
}
template <class Side>
void list(Side& side, For<Side, AcceptanceFinished>& f) {
  side("attempt", f.attempt);
  side("test", f.test);
  side("is_manual", f.is_manual);
  side("is_success", f.is_success);
  side("why", f.why);
}
template <class Side>
void list(Side& side, For<Side, StepFinished>& f) {
  side("state", f.state);
  side("why", f.why);
  side("is_accepted", f.is_accepted);
}
template <class Side>
void list(Side& side, For<Side, StepSkipped>& f) {
  side("cause", f.cause);
  side("why", f.why);
}
template <class Side>
void list(Side& side, For<Side, GroupJoined>& f) {
  side("group", f.group);
  side("state", f.state);
  side("cause", f.cause);
  side("is_accepted", f.is_accepted);
}
template <class Side>
void list(Side& side, For<Side, StopRequested>& f) {
  side("why", f.why);
  side("cause", f.cause);
}
template <class Side>
void list(Side& side, For<Side, RunFinished>& f) {
  side("status", f.status);
  side("duration_ns", f.duration);
  side("peak", f.peak);
}

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

std::optional<StopWhy> stop_why_named(std::string_view text) {
  for (const StopWhy why : kStopWhys) {
    if (name(why) == text) return why;
  }
  return std::nullopt;
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
