// YamlHandler: yaml-cpp's events (0.7), turned into calls of a DocumentBuilder: the core schema,
// anchors and aliases, merge keys, tags.
//
// Does not know streams, limits of the file, or yaml-cpp's own mistakes: yaml_reader.cpp, its only
// caller, does.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include "base/diagnostic.h"
#include "formats/document_builder.h"
#include "formats/source_text.h"

namespace ws {

class YamlHandler : public YAML::EventHandler {
 public:
  struct Stop {};  // thrown through yaml-cpp once the reason is reported

  YamlHandler(const SourceText& source, SourceId id, DocumentBuilder& builder,
              Diagnostics& diagnostics);

  // Offsets in the source's text: where the last value began, and the innermost open '[' or '{'.
  [[nodiscard]] std::size_t last_offset() const { return last_; }
  [[nodiscard]] std::optional<std::size_t> open_bracket() const;
  [[nodiscard]] bool has_errors() const { return has_errors_; }
  [[nodiscard]] bool is_empty() const { return is_empty_; }

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override;
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override;
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override;

 private:
  using Range = DocumentBuilder::Range;
  using Subtree = DocumentBuilder::Subtree;

  struct Scalar {
    std::string_view value;
    std::string_view tag;  // "?" plain, "!" quoted or block, otherwise as given
    Range place;
    std::optional<std::size_t> in_source;
  };
  struct Frame {
    bool is_map = false;
    bool is_key_next = false;
    bool is_flow = false;
    std::size_t offset = 0;   // in text_
    std::uint32_t first = 0;  // node of the container
    YAML::anchor_t anchor = 0;
    std::optional<Range> merge;                // the `<<` whose value comes next or was read
    std::optional<std::size_t> merge_anchors;  // set while its value is read: anchors before it
    std::vector<DocumentBuilder::Nodes> merged;
  };
  struct Anchor {
    bool is_complete = false;
    Subtree nodes;
    std::shared_ptr<const DocumentBuilder::Nodes> detached;  // null: the document itself
  };

  std::size_t offset_of(const YAML::Mark& mark) const;
  Range place_at(const YAML::Mark& mark) const;
  Range range(std::size_t offset, std::size_t length) const;
  Range inside(const Scalar& scalar) const;
  Place place_of(Range range) const;
  bool is_key_next() const;
  bool is_flow_list_next() const;
  bool is_null_word(Range place) const;
  void push(Range place, YAML::EmitterStyle::value style, YAML::anchor_t anchor);
  static void check(bool is_added);
  void error(Range place, std::string message, std::string hint);
  [[noreturn]] void stop(Range place, std::string message, std::string hint);
  // Where the value's own text begins (one byte), after its anchor and tag.
  Range begin_value(const YAML::Mark& mark);
  Range begin_container(const YAML::Mark& mark, const std::string& tag, std::string_view kind);
  [[noreturn]] void container_as_key(Range place);
  Range word_at(Range place) const;
  void unknown_tag(std::string_view tag);
  bool add(const Scalar& scalar);
  bool add_string(const Scalar& scalar);
  void merge_key(const Scalar& scalar);
  void alias_key(const Anchor& target, Range place);
  void remember(YAML::anchor_t anchor, std::uint32_t first);
  void end_container();
  // The value that began at node `first` is complete.
  void end_value(std::uint32_t first, YAML::anchor_t anchor);
  // Takes the value of `<<` out of the document; its members are added when the object ends.
  // Anchors inside it keep what was taken out.
  void merge(Frame& frame, std::uint32_t first);

  std::string_view text_;
  std::uint32_t start_;
  SourceId source_;
  DocumentBuilder& builder_;
  Diagnostics& diagnostics_;
  std::vector<Frame> frames_;
  std::vector<Anchor> anchors_;  // by yaml-cpp's number; 0 is unused
  std::size_t documents_ = 0;
  std::size_t document_ = 0;  // where the last one began
  std::size_t last_ = 0;      // where the last value began
  std::size_t given_ = 0;     // the same, with its anchor and tag
  bool has_errors_ = false;
  bool is_empty_ = true;
};

}  // namespace ws
