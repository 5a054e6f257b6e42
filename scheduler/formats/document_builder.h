// DocumentBuilder: fills a Document, value by value in file order, and guards it: depth, number of
// values, length of strings, and keys given twice (all of them, with both places).
//
// Knows no notation: the JSON and the YAML reader call it. Every call that adds something returns
// false when a limit was hit (already reported): the reader stops then.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "formats/document.h"
#include "formats/readers.h"

namespace ws {

class DocumentBuilder {
 public:
  // A byte range of the source: of a value's token, or of a string that is spelt as it is meant.
  struct Range {
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
  };
  // A finished value: nodes [first, end). Stays valid: nothing is inserted before it.
  struct Subtree {
    std::uint32_t first = 0;
    std::uint32_t end = 0;
  };

  DocumentBuilder(const SourceSet& sources, SourceId source, const ReadLimits& limits,
                  Diagnostics& diagnostics);

  // Room for so many values; more than the limit is never taken.
  void reserve(std::size_t count);

  [[nodiscard]] bool begin_object(Range place);
  void end_object();
  [[nodiscard]] bool begin_array(Range place);
  void end_array();
  [[nodiscard]] bool key(std::string_view text, Range place);  // copied
  [[nodiscard]] bool key_in_source(Range text, Range place);
  [[nodiscard]] bool string(std::string_view text, Range place);  // copied
  [[nodiscard]] bool string_in_source(Range text, Range place);
  [[nodiscard]] bool integer(std::int64_t value, Range place);
  [[nodiscard]] bool number(double value, Range place);
  [[nodiscard]] bool boolean(bool value, Range place);
  [[nodiscard]] bool null(Range place);

  // Index of the next value, and a copy of an earlier one (an alias) as the next one.
  [[nodiscard]] std::uint32_t next() const { return static_cast<std::uint32_t>(nodes().size()); }
  [[nodiscard]] bool copy(Subtree original, Range place);

  // Takes the newest value out again (it must be the last one added): its nodes, with indices
  // relative to its own start.
  using Nodes = std::vector<Document::Node>;
  [[nodiscard]] Nodes take_out(std::uint32_t first);
  [[nodiscard]] bool copy(const Nodes& original, Subtree part, Range place);
  // An object taken out is one object, a list of objects are several; nothing when it is neither.
  [[nodiscard]] static std::optional<std::vector<Nodes>> as_objects(const Nodes& taken);
  // The text of the newest or an earlier value; nothing when it is no string.
  [[nodiscard]] std::optional<std::string_view> text_at(std::uint32_t index) const;
  // Ends the open object after adding those members of `objects` (each one object) whose keys it
  // has not yet; earlier objects win.
  [[nodiscard]] bool end_object_with(const std::vector<Nodes>& objects);

  // Called once, when all is closed. Nothing when a key was given twice or a limit was hit.
  [[nodiscard]] std::optional<Document> finish() &&;

 private:
  using Node = Document::Node;
  [[nodiscard]] const std::vector<Node>& nodes() const { return document_.nodes_; }
  [[nodiscard]] bool add(const Node& node);
  [[nodiscard]] bool begin(ValueKind kind, Range place);
  void end();
  template <class NodeAt>
  [[nodiscard]] bool copy_nodes(NodeAt original_at, std::uint32_t first, std::uint32_t end,
                                Range place);
  void count_value();
  [[nodiscard]] static Node node_at(ValueKind kind, Range place);
  [[nodiscard]] bool set_text(Node& node, std::string_view text);
  [[nodiscard]] bool set_text_in_source(Node& node, Range text);
  bool refuse(Range place, std::string message, std::string hint);
  bool refuse_count(Range place);
  [[nodiscard]] std::size_t most_copies() const;
  bool refuse_depth(Range place);
  bool refuse_text(Range place, std::size_t size);
  [[nodiscard]] Place place_of(const Node& node) const;
  [[nodiscard]] std::vector<std::uint32_t> keys_of(std::uint32_t object) const;
  void report_duplicates(std::uint32_t object);
  void report_duplicate(std::uint32_t first, std::uint32_t again);

  ReadLimits limits_;
  Diagnostics& diagnostics_;
  Document document_;
  std::vector<std::uint32_t> open_;  // containers that are not closed yet
  std::size_t added_ = 0;            // values and keys so far, also those taken out again
  std::size_t copied_ = 0;           // of them, those that aliases repeated
  std::size_t duplicates_ = 0;
  bool is_refused_ = false;
};

}  // namespace ws
