#include "formats/yaml_handler.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/yaml_text.h"
#include "model/mistakes.h"

namespace ws {

namespace {

constexpr std::string_view kCoreTag = "tag:yaml.org,2002:";

// Whether a value is what its tag (int, float, bool, null) says.
bool fits(const YamlPlain& plain, std::string_view tag) {
  if (tag == "null") return std::holds_alternative<YamlNull>(plain);
  if (tag == "bool") return std::holds_alternative<bool>(plain);
  if (std::holds_alternative<std::int64_t>(plain)) return true;
  return tag == "float" && std::holds_alternative<double>(plain);
}

}  // namespace

YamlHandler::YamlHandler(const SourceText& source, SourceId id, DocumentBuilder& builder,
                         Diagnostics& diagnostics)
    : text_(source.text),
      start_(source.start),
      source_(id),
      builder_(builder),
      diagnostics_(diagnostics) {}

std::optional<std::size_t> YamlHandler::open_bracket() const {
  if (frames_.empty() || !frames_.back().is_flow) return std::nullopt;
  return frames_.back().offset;
}

// yaml-cpp (0.7) gives one empty document after another, without end, when a token can begin no
// value (a ',' outside brackets).
void YamlHandler::OnDocumentStart(const YAML::Mark& mark) {
  ++documents_;
  if (documents_ > 1 && offset_of(mark) <= document_) {
    const Range place = place_at(mark);
    stop(place,
         fmt::format("'{}' cannot begin a value", printable(text_.substr(offset_of(mark), 1))),
         "put the text into quotes");
  }
  document_ = offset_of(mark);
}

void YamlHandler::OnDocumentEnd() {}

void YamlHandler::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  // A `---` begins a document, even when nothing follows it.
  const bool is_root = frames_.empty();
  if (is_root && (documents_ > 1 || !is_null_word(place_at(mark)))) return;
  const Range place = begin_value(mark);
  if (is_key_next()) {
    stop(place, "a key is missing before ':'",
         "put the key into quotes if it is meant to be empty or null");
  }
  if (is_flow_list_next() && anchor == 0 && !is_null_word(place))
    error(place, "an element is missing before ','", "remove one ',', or write null");
  const std::uint32_t first = builder_.next();
  check(builder_.null({place.offset, 0}));
  end_value(first, anchor);
}

void YamlHandler::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const Range place = word_at(begin_value(mark));
  if (anchor >= anchors_.size() || !anchors_[anchor].is_complete)
    stop(place, "an alias inside the value of its own anchor", "it would never end");
  const Anchor& target = anchors_[anchor];
  if (is_key_next()) return alias_key(target, place);
  const std::uint32_t first = builder_.next();
  check(target.detached ? builder_.copy(*target.detached, target.nodes, place)
                        : builder_.copy(target.nodes, place));
  end_value(first, 0);
}

void YamlHandler::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
  const Range begin = begin_value(mark);
  const YamlToken token = yaml_scalar_token(text_, begin.offset - start_, value);
  const Scalar scalar{value, tag, range(token.offset, token.length), token.value_offset};
  if (!token.is_closed) {
    stop(range(token.offset, 1), "a quoted text is never closed", "end it with its quote");
  }
  if (is_key_next()) {
    if (tag == "?" && value == "<<") return merge_key(scalar);
    frames_.back().is_key_next = false;
    if (anchor != 0) remember(anchor, builder_.next());
    return check(scalar.in_source ? builder_.key_in_source(inside(scalar), scalar.place)
                                  : builder_.key(value, scalar.place));
  }
  const std::uint32_t first = builder_.next();
  check(add(scalar));
  end_value(first, anchor);
}

void YamlHandler::OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                                  YAML::anchor_t anchor, YAML::EmitterStyle::value style) {
  const Range place = begin_container(mark, tag, "seq");
  push(place, style, anchor);
  check(builder_.begin_array(place));
}

void YamlHandler::OnSequenceEnd() {
  builder_.end_array();
  end_container();
}

void YamlHandler::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value style) {
  const Range place = begin_container(mark, tag, "map");
  push(place, style, anchor);
  frames_.back().is_map = true;
  frames_.back().is_key_next = true;
  check(builder_.begin_object(place));
}

void YamlHandler::OnMapEnd() {
  if (frames_.back().merged.empty())
    builder_.end_object();
  else
    check(builder_.end_object_with(frames_.back().merged));
  end_container();
}

std::size_t YamlHandler::offset_of(const YAML::Mark& mark) const {
  return std::min(static_cast<std::size_t>(std::max(mark.pos, 0)), text_.size());
}

YamlHandler::Range YamlHandler::place_at(const YAML::Mark& mark) const {
  const std::size_t offset = offset_of(mark);
  return range(offset, offset < text_.size() ? 1 : 0);
}

YamlHandler::Range YamlHandler::range(std::size_t offset, std::size_t length) const {
  return {start_ + static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(length)};
}

YamlHandler::Range YamlHandler::inside(const Scalar& scalar) const {
  return range(*scalar.in_source, scalar.value.size());
}

Place YamlHandler::place_of(Range range) const { return {source_, range.offset, range.length}; }

bool YamlHandler::is_key_next() const { return !frames_.empty() && frames_.back().is_key_next; }

bool YamlHandler::is_flow_list_next() const {
  return !frames_.empty() && !frames_.back().is_map && frames_.back().is_flow;
}

bool YamlHandler::is_null_word(Range place) const {
  return place.length > 0 &&
         std::string_view("~nN").find(text_[place.offset - start_]) != std::string_view::npos;
}

void YamlHandler::push(Range place, YAML::EmitterStyle::value style, YAML::anchor_t anchor) {
  Frame frame;
  frame.is_flow = style == YAML::EmitterStyle::Flow;
  frame.offset = place.offset - start_;
  frame.first = builder_.next();
  frame.anchor = anchor;
  frames_.push_back(std::move(frame));
}

void YamlHandler::check(bool is_added) {
  if (!is_added) throw Stop();
}

void YamlHandler::error(Range place, std::string message, std::string hint) {
  has_errors_ = true;
  diagnostics_.error(mistakes::syntax, place_of(place), std::move(message), std::move(hint));
}

void YamlHandler::stop(Range place, std::string message, std::string hint) {
  error(place, std::move(message), std::move(hint));
  throw Stop();
}

// Where the value's own text begins (one byte), after its anchor and tag.
YamlHandler::Range YamlHandler::begin_value(const YAML::Mark& mark) {
  given_ = offset_of(mark);
  last_ = skip_yaml_properties(text_, given_);
  const Range place = range(last_, last_ < text_.size() ? 1 : 0);
  if (documents_ > 1) {
    stop(place, "a second document in one file",
         "one workstream file holds one document: put what follows the second '---' into a file "
         "of its own");
  }
  is_empty_ = false;
  return place;
}

YamlHandler::Range YamlHandler::begin_container(const YAML::Mark& mark, const std::string& tag,
                                                std::string_view kind) {
  const Range place = begin_value(mark);
  if (is_key_next()) container_as_key(place);
  if (tag != "?" && tag != "!" && tag != std::string(kCoreTag) + std::string(kind))
    unknown_tag(tag);
  return place;
}

void YamlHandler::container_as_key(Range place) {
  std::size_t at = place.offset - start_;
  if (at > 0 && text_.substr(at - 1, 2) == "{{") --at;
  if (text_.substr(at, 2) == "{{") {
    const std::size_t end = std::min(text_.find("}}", at), text_.size());
    const bool is_closed = end < text_.find('\n', at);
    stop(range(at, is_closed ? end + 2 - at : 2), "this looks like a template",
         "fill in the placeholders first, or put the text into quotes");
  }
  // yaml-cpp takes a bracket that is never closed for the beginning of a key.
  const bool is_bracket = text_[at] == '[' || text_[at] == '{';
  if (is_bracket && !is_yaml_bracket_closed(text_, at)) {
    stop(place, fmt::format("a '{}' is never closed", text_[at]),
         fmt::format("end it with '{}'", text_[at] == '[' ? ']' : '}'));
  }
  stop(place, "a key must be a text, not a list or an object",
       "a text that begins with '[' or '{' needs quotes");
}

YamlHandler::Range YamlHandler::word_at(Range place) const {
  const std::size_t at = place.offset - start_;
  const std::size_t end = std::min(text_.find_first_of(" \t\r\n,]}", at), text_.size());
  return range(at, std::max<std::size_t>(end - at, 1));
}

void YamlHandler::unknown_tag(std::string_view tag) {
  const std::size_t at = std::min(text_.find('!', given_), text_.size());
  error(word_at(range(at, 1)),
        fmt::format("the tag '{}' is not known here", truncate_to_width(printable(tag), 60)),
        "remove it; a text that begins with '!' needs quotes");
}

bool YamlHandler::add(const Scalar& scalar) {
  const bool is_core = scalar.tag.starts_with(kCoreTag);
  const std::string_view name = is_core ? scalar.tag.substr(kCoreTag.size()) : scalar.tag;
  if (name == "!" || name == "str") return add_string(scalar);
  const bool is_typed =
      is_core && (name == "int" || name == "float" || name == "bool" || name == "null");
  if (name != "?" && !is_typed) {
    unknown_tag(scalar.tag);
    return add_string(scalar);
  }
  const YamlPlain plain = resolve_plain(scalar.value);
  if (is_typed && !fits(plain, name)) {
    error(scalar.place, fmt::format("this is not what its tag '!!{}' says", name),
          "remove the tag, or change the value");
    return add_string(scalar);
  }
  if (std::holds_alternative<YamlNull>(plain)) return builder_.null(scalar.place);
  if (const auto* boolean = std::get_if<bool>(&plain))
    return builder_.boolean(*boolean, scalar.place);
  if (const auto* integer = std::get_if<std::int64_t>(&plain)) {
    if (name == "float") return builder_.number(static_cast<double>(*integer), scalar.place);
    return builder_.integer(*integer, scalar.place);
  }
  if (const auto* number = std::get_if<double>(&plain))
    return builder_.number(*number, scalar.place);
  return add_string(scalar);
}

bool YamlHandler::add_string(const Scalar& scalar) {
  return scalar.in_source ? builder_.string_in_source(inside(scalar), scalar.place)
                          : builder_.string(scalar.value, scalar.place);
}

void YamlHandler::merge_key(const Scalar& scalar) {
  Frame& frame = frames_.back();
  if (frame.merge) {
    has_errors_ = true;
    diagnostics_
        .error(mistakes::duplicate_key, place_of(scalar.place), "the key '<<' is given twice",
               "join them: <<: [*first, *second]")
        .notes.push_back({place_of(*frame.merge), "first given here"});
  }
  frame.merge = scalar.place;
  frame.merge_anchors = anchors_.size();
  frame.is_key_next = false;
}

void YamlHandler::alias_key(const Anchor& target, Range place) {
  const std::optional<std::string_view> text =
      target.detached ? std::nullopt : builder_.text_at(target.nodes.first);
  if (!text) stop(place, "an alias as a key must stand for a text", "write the key itself");
  frames_.back().is_key_next = false;
  check(builder_.key(std::string(*text), place));
}

void YamlHandler::remember(YAML::anchor_t anchor, std::uint32_t first) {
  if (anchors_.size() <= anchor) anchors_.resize(anchor + 1);
  anchors_[anchor] = {true, {first, first + 1}, nullptr};
}

void YamlHandler::end_container() {
  const Frame frame = std::move(frames_.back());
  frames_.pop_back();
  end_value(frame.first, frame.anchor);
}

// The value that began at node `first` is complete.
void YamlHandler::end_value(std::uint32_t first, YAML::anchor_t anchor) {
  if (anchor != 0) {
    remember(anchor, first);
    anchors_[anchor].nodes.end = builder_.next();
  }
  if (frames_.empty()) return;
  Frame& frame = frames_.back();
  if (frame.merge_anchors) merge(frame, first);
  if (frame.is_map) frame.is_key_next = true;
}

// Takes the value of `<<` out of the document; its members are added when the object ends.
// Anchors inside it keep what was taken out.
void YamlHandler::merge(Frame& frame, std::uint32_t first) {
  auto taken = std::make_shared<const DocumentBuilder::Nodes>(builder_.take_out(first));
  for (std::size_t i = *frame.merge_anchors; i < anchors_.size(); ++i) {
    Anchor& inner = anchors_[i];
    if (!inner.is_complete || inner.detached) continue;
    inner.detached = taken;
    inner.nodes.first -= first;
    inner.nodes.end -= first;
  }
  frame.merge_anchors.reset();
  auto objects = DocumentBuilder::as_objects(*taken);
  if (!objects) {
    error(*frame.merge, "'<<' needs an object, or a list of objects", "for example <<: *defaults");
    return;
  }
  for (auto& object : *objects) frame.merged.push_back(std::move(object));
}

}  // namespace ws
