#include "formats/document_builder.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "model/mistakes.h"

namespace ws {

namespace {

constexpr std::size_t kFewKeys = 16;            // compared pairwise; more are sorted
constexpr std::size_t kMostDuplicates = 10000;  // reported before reading stops
constexpr std::size_t kShownKeyBytes = 60;
constexpr std::size_t kFreeCopies = 1'000'000;  // values that aliases may repeat in any file
constexpr std::size_t kCopiesPerByte = 2;       // and so many more for each byte of the file

std::string shown(std::string_view key) {
  return truncate_to_width(printable(key), kShownKeyBytes);
}

}  // namespace

DocumentBuilder::DocumentBuilder(const SourceSet& sources, SourceId source,
                                 const ReadLimits& limits, Diagnostics& diagnostics)
    : limits_(limits), diagnostics_(diagnostics) {
  document_.source_ = source;
  document_.source_text_ = sources.text(source);
}

void DocumentBuilder::reserve(std::size_t count) {
  document_.nodes_.reserve(std::min(count, limits_.max_nodes));
}

Place DocumentBuilder::place_of(const Node& node) const {
  return {document_.source_, node.offset, node.length};
}

bool DocumentBuilder::refuse(Range place, std::string message, std::string hint) {
  if (!is_refused_) {
    diagnostics_.error(mistakes::limit_exceeded, {document_.source_, place.offset, place.length},
                       std::move(message), std::move(hint));
  }
  is_refused_ = true;
  return false;
}

bool DocumentBuilder::add(const Node& node) {
  if (is_refused_) return false;
  if (++added_ > limits_.max_nodes) return refuse_count({node.offset, node.length});
  const std::uint32_t index = next();
  if (!open_.empty()) {
    Node& parent = document_.nodes_[open_.back()];
    if (parent.kind == ValueKind::array || node.is_key) ++parent.count;
  }
  document_.nodes_.push_back(node);
  document_.nodes_.back().end = index + 1;
  return true;
}

DocumentBuilder::Node DocumentBuilder::node_at(ValueKind kind, Range place) {
  Node node;
  node.kind = kind;
  node.offset = place.offset;
  node.length = place.length;
  return node;
}

bool DocumentBuilder::begin(ValueKind kind, Range place) {
  if (open_.size() >= limits_.max_depth) return refuse_depth(place);
  const std::uint32_t index = next();
  if (!add(node_at(kind, place))) return false;
  open_.push_back(index);
  return true;
}

void DocumentBuilder::end() {
  document_.nodes_[open_.back()].end = next();
  open_.pop_back();
}

bool DocumentBuilder::begin_object(Range place) { return begin(ValueKind::object, place); }
bool DocumentBuilder::begin_array(Range place) { return begin(ValueKind::array, place); }
void DocumentBuilder::end_array() { end(); }

void DocumentBuilder::end_object() {
  const std::uint32_t object = open_.back();
  end();
  report_duplicates(object);
}

bool DocumentBuilder::set_text(Node& node, std::string_view text) {
  if (text.size() > limits_.max_scalar_bytes)
    return refuse_text({node.offset, node.length}, text.size());
  if (document_.text_.size() + text.size() > Document::kMaxTextBytes)
    return refuse({node.offset, node.length}, "more than 4 GiB of text in one file", "split it");
  node.text.start = static_cast<std::uint32_t>(document_.text_.size());
  node.text.size = static_cast<std::uint32_t>(text.size());
  document_.text_ += text;
  return true;
}

bool DocumentBuilder::set_text_in_source(Node& node, Range text) {
  node.is_in_source = true;
  if (text.length > limits_.max_scalar_bytes)
    return refuse_text({node.offset, node.length}, text.length);
  node.text.start = text.offset;
  node.text.size = text.length;
  return true;
}

bool DocumentBuilder::key(std::string_view text, Range place) {
  Node node = node_at(ValueKind::string, place);
  node.is_key = true;
  return set_text(node, text) && add(node);
}

bool DocumentBuilder::key_in_source(Range text, Range place) {
  Node node = node_at(ValueKind::string, place);
  node.is_key = true;
  return set_text_in_source(node, text) && add(node);
}

bool DocumentBuilder::string(std::string_view text, Range place) {
  Node node = node_at(ValueKind::string, place);
  return set_text(node, text) && add(node);
}

bool DocumentBuilder::string_in_source(Range text, Range place) {
  Node node = node_at(ValueKind::string, place);
  return set_text_in_source(node, text) && add(node);
}

bool DocumentBuilder::integer(std::int64_t value, Range place) {
  Node node = node_at(ValueKind::integer, place);
  node.integer = value;
  return add(node);
}

bool DocumentBuilder::number(double value, Range place) {
  Node node = node_at(ValueKind::number, place);
  node.number = value;
  return add(node);
}

bool DocumentBuilder::boolean(bool value, Range place) {
  Node node = node_at(ValueKind::boolean, place);
  node.boolean = value;
  return add(node);
}

bool DocumentBuilder::null(Range place) { return add(node_at(ValueKind::null, place)); }

bool DocumentBuilder::refuse_count(Range place) {
  return refuse(place, fmt::format("more than {} values in one file", limits_.max_nodes),
                "split the file, or repeat less through aliases");
}

// A small file must not become a large document.
std::size_t DocumentBuilder::most_copies() const {
  return kFreeCopies + kCopiesPerByte * document_.source_text_.size();
}

bool DocumentBuilder::refuse_text(Range place, std::size_t size) {
  return refuse(place,
                fmt::format("a text of {} bytes; the limit is {}", size, limits_.max_scalar_bytes),
                "keep large texts in a file of their own and name the file here");
}

bool DocumentBuilder::refuse_depth(Range place) {
  return refuse(place, fmt::format("nested deeper than {} levels", limits_.max_depth),
                "a workstream needs a handful of levels: is a bracket never closed?");
}

// `original_at(i)` gives the i-th node of the original by value: the original may be in nodes_,
// which grows.
template <class NodeAt>
bool DocumentBuilder::copy_nodes(NodeAt original_at, std::uint32_t first, std::uint32_t end,
                                 Range place) {
  const std::size_t count = end - first;
  if (is_refused_) return false;
  if (count > limits_.max_nodes - std::min(added_, limits_.max_nodes)) return refuse_count(place);
  copied_ += count;
  if (copied_ > most_copies()) {
    return refuse(place, fmt::format("aliases repeat more than {} values", most_copies()),
                  "aliases of aliases grow fast: write out what is really needed");
  }
  const std::uint32_t target = next();
  std::vector<std::uint32_t> ends;  // of the containers around the node, in the original
  for (std::uint32_t i = first; i < end; ++i) {
    Node node = original_at(i);
    while (!ends.empty() && i >= ends.back()) ends.pop_back();
    if (node.kind == ValueKind::array || node.kind == ValueKind::object) {
      ends.push_back(node.end);
      if (open_.size() + ends.size() > limits_.max_depth) return refuse_depth(place);
    }
    node.end = node.end - first + target;
    document_.nodes_.push_back(node);
  }
  added_ += count;
  return true;
}

void DocumentBuilder::count_value() {
  if (open_.empty()) return;
  Node& parent = document_.nodes_[open_.back()];
  if (parent.kind == ValueKind::array) ++parent.count;
}

bool DocumentBuilder::copy(Subtree original, Range place) {
  count_value();
  const std::uint32_t copied = next();
  const auto original_at = [this](std::uint32_t i) { return document_.nodes_[i]; };
  if (!copy_nodes(original_at, original.first, original.end, place)) return false;
  document_.nodes_[copied].is_key = false;  // the anchor may stand on a key
  return true;
}

bool DocumentBuilder::copy(const Nodes& original, Subtree part, Range place) {
  count_value();
  return copy_nodes([&original](std::uint32_t i) { return original[i]; }, part.first, part.end,
                    place);
}

DocumentBuilder::Nodes DocumentBuilder::take_out(std::uint32_t first) {
  auto& nodes = document_.nodes_;
  Nodes taken(nodes.begin() + first, nodes.end());
  nodes.resize(first);
  for (Node& node : taken) node.end -= first;
  return taken;
}

std::optional<std::vector<DocumentBuilder::Nodes>> DocumentBuilder::as_objects(const Nodes& taken) {
  std::vector<Nodes> objects;
  if (taken.at(0).kind == ValueKind::object) {
    objects.push_back(taken);
    return objects;
  }
  if (taken[0].kind != ValueKind::array) return std::nullopt;
  for (std::uint32_t i = 1; i < taken.size(); i = taken[i].end) {
    if (taken[i].kind != ValueKind::object) return std::nullopt;
    Nodes object(taken.begin() + i, taken.begin() + taken[i].end);
    for (Node& node : object) node.end -= i;
    objects.push_back(std::move(object));
  }
  return objects;
}

std::optional<std::string_view> DocumentBuilder::text_at(std::uint32_t index) const {
  const Node& node = nodes()[index];
  if (node.kind != ValueKind::string) return std::nullopt;
  return document_.text_of(node);
}

// The keys are compared as sorted text: the order of members stays as it was.
bool DocumentBuilder::end_object_with(const std::vector<Nodes>& objects) {
  const std::uint32_t object = open_.back();
  document_.nodes_[object].end = next();
  report_duplicates(object);
  std::set<std::string_view> present;
  for (const std::uint32_t key : keys_of(object))
    present.insert(document_.text_of(document_.nodes_[key]));
  for (const Nodes& added : objects) {
    for (std::uint32_t key = 1; key < added.size(); key = added[key + 1].end) {
      if (!present.insert(document_.text_of(added[key])).second) continue;
      ++document_.nodes_[object].count;
      const Range place{added[key].offset, added[key].length};
      const auto original_at = [&added](std::uint32_t i) { return added[i]; };
      if (!copy_nodes(original_at, key, added[key + 1].end, place)) return false;
    }
  }
  end();
  return true;
}

std::vector<std::uint32_t> DocumentBuilder::keys_of(std::uint32_t object) const {
  std::vector<std::uint32_t> keys;
  const Node& node = document_.nodes_[object];
  keys.reserve(node.count);
  for (std::uint32_t i = object + 1; i < node.end; i = document_.nodes_[i + 1].end)
    keys.push_back(i);
  return keys;
}

void DocumentBuilder::report_duplicate(std::uint32_t first, std::uint32_t again) {
  ++duplicates_;
  const Node& node = document_.nodes_[again];
  if (duplicates_ > kMostDuplicates) {
    refuse({node.offset, node.length},
           fmt::format("more than {} keys are given twice", kMostDuplicates), "");
    return;
  }
  diagnostics_
      .error(mistakes::duplicate_key, place_of(node),
             fmt::format("the key '{}' is given twice", shown(document_.text_of(node))),
             "remove one of the two, or join their values")
      .notes.push_back({place_of(document_.nodes_[first]), "first given here"});
}

// Few keys are compared pairwise without allocating; many are sorted, by hash first so that most
// comparisons are of numbers. Never quadratic, not even when the hashes are made to collide.
void DocumentBuilder::report_duplicates(std::uint32_t object) {
  const auto& nodes = document_.nodes_;
  const std::uint32_t end = nodes[object].end;
  if (nodes[object].count <= kFewKeys) {
    for (std::uint32_t i = object + 1; i < end; i = nodes[i + 1].end) {
      const std::string_view text = document_.text_of(nodes[i]);
      for (std::uint32_t k = object + 1; k < i; k = nodes[k + 1].end) {
        if (document_.text_of(nodes[k]) != text) continue;
        report_duplicate(k, i);
        break;
      }
    }
    return;
  }
  struct Key {
    std::uint64_t hash;
    std::string_view text;
    std::uint32_t index;
  };
  std::vector<Key> keys;
  for (const std::uint32_t i : keys_of(object)) {
    const std::string_view text = document_.text_of(nodes[i]);
    keys.push_back({stable_hash(text), text, i});
  }
  std::sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) {
    return std::tie(a.hash, a.text, a.index) < std::tie(b.hash, b.text, b.index);
  });
  for (std::size_t first = 0, i = 1; i < keys.size(); ++i) {
    if (keys[i].hash == keys[first].hash && keys[i].text == keys[first].text)
      report_duplicate(keys[first].index, keys[i].index);
    else
      first = i;
  }
}

std::optional<Document> DocumentBuilder::finish() && {
  if (is_refused_ || duplicates_ > 0) return std::nullopt;
  return std::move(document_);
}

}  // namespace ws
