// Document: the values of one file with their places, whatever the notation (JSON, YAML) was.
//
// A flat array of nodes in document order, so a million steps cost one allocation, not ten million.
// Strings that need no unescaping are views of the source text: a Document dies before its
// SourceSet. Knows no keys and no workstreams; formats/json_reader.cpp and yaml_reader.cpp fill it,
// formats/schema.cpp and the readers look at it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"

namespace ws {

enum class ValueKind : std::uint8_t { null, boolean, integer, number, string, array, object };

// "a number", "a list", "an object": for messages.
[[nodiscard]] std::string_view describe(ValueKind kind);

class Document;

// A handle: cheap to copy, valid while its Document lives and does not change.
class Value {
 public:
  [[nodiscard]] ValueKind kind() const;
  [[nodiscard]] bool is_null() const { return kind() == ValueKind::null; }
  [[nodiscard]] bool is_string() const { return kind() == ValueKind::string; }
  [[nodiscard]] bool is_array() const { return kind() == ValueKind::array; }
  [[nodiscard]] bool is_object() const { return kind() == ValueKind::object; }
  // Of a scalar the whole token, quotes included; of a container its opening bracket (JSON, YAML
  // flow style) or the first character of its content (YAML block style), length 1.
  [[nodiscard]] Place place() const;

  // Each requires the kind.
  [[nodiscard]] bool as_bool() const;
  [[nodiscard]] std::int64_t as_integer() const;
  [[nodiscard]] double as_number() const;  // integers too
  [[nodiscard]] std::string_view as_string() const;

  // The string was exactly one `${env.…}` or `${vars.…}`: a reader coerces it to its key's type.
  [[nodiscard]] bool is_substituted() const;

  // Elements of an array, members of an object; 0 for scalars.
  [[nodiscard]] std::size_t size() const;

  class Items;
  [[nodiscard]] Items items() const;
  class Members;
  [[nodiscard]] Members members() const;
  // The member of that name (the last one, had duplicates not been refused); linear in the number
  // of members.
  [[nodiscard]] std::optional<Value> find(std::string_view key) const;

 private:
  friend class Document;
  friend class DocumentBuilder;
  Value(const Document* document, std::uint32_t index) : document_(document), index_(index) {}
  const Document* document_;
  std::uint32_t index_;
};

struct Member {
  std::string_view key;
  Place key_place;
  Value value;
};

// Ranges for range-for.
class Value::Items {
 public:
  class Iterator {
   public:
    Iterator(const Document* document, std::uint32_t index) : document_(document), index_(index) {}
    Value operator*() const;
    Iterator& operator++();
    bool operator!=(const Iterator& other) const { return index_ != other.index_; }

   private:
    const Document* document_;
    std::uint32_t index_;
  };
  Items(Iterator first, Iterator last) : first_(first), last_(last) {}
  [[nodiscard]] Iterator begin() const { return first_; }
  [[nodiscard]] Iterator end() const { return last_; }

 private:
  Iterator first_;
  Iterator last_;
};

class Value::Members {
 public:
  class Iterator {
   public:
    Iterator(const Document* document, std::uint32_t index) : document_(document), index_(index) {}
    Member operator*() const;
    Iterator& operator++();
    bool operator!=(const Iterator& other) const { return index_ != other.index_; }

   private:
    const Document* document_;
    std::uint32_t index_;
  };
  Members(Iterator first, Iterator last) : first_(first), last_(last) {}
  [[nodiscard]] Iterator begin() const { return first_; }
  [[nodiscard]] Iterator end() const { return last_; }

 private:
  Iterator first_;
  Iterator last_;
};

class Document {
 public:
  [[nodiscard]] bool is_empty() const { return nodes_.empty(); }
  // Requires !is_empty().
  [[nodiscard]] Value root() const { return Value(this, 0); }
  [[nodiscard]] std::size_t node_count() const { return nodes_.size(); }

  // Replaces every string that is not a key and for which `replace(text, place)` returns a
  // Replacement. Used once, before reading. False when the texts together would exceed 4 GiB: the
  // rest was not replaced.
  struct Replacement {
    std::string text;
    bool is_whole = false;  // the string was exactly one expression: it is_substituted()
  };
  template <class Replace>
  [[nodiscard]] bool substitute_strings(Replace replace);

 private:
  friend class Value;
  friend class Value::Items;
  friend class Value::Members;
  friend class DocumentBuilder;

  static constexpr std::size_t kMaxTextBytes = 0xFFFFFFFFU;

  // 32 bytes. A container is followed by its subtree; `end` is the index after it. An object's
  // members are key, value, key, value, …; a key is a string node.
  struct Node {  // NOLINT(cppcoreguidelines-pro-type-member-init): a union has one member at a time
    std::uint32_t offset = 0;  // place
    std::uint32_t length = 0;
    std::uint32_t end = 0;    // index of the node after this subtree
    std::uint32_t count = 0;  // elements or members
    union {
      std::int64_t integer = 0;
      double number;
      bool boolean;
      struct {
        std::uint32_t start;  // into the source's text or into text_
        std::uint32_t size;
      } text;
    };
    ValueKind kind = ValueKind::null;
    bool is_substituted = false;
    bool is_key = false;
    bool is_in_source = false;
  };

  [[nodiscard]] std::string_view text_of(const Node& node) const {
    const std::string_view from = node.is_in_source ? source_text_ : std::string_view(text_);
    return {from.data() + node.text.start, node.text.size};
  }

  SourceId source_;
  std::string_view source_text_;
  std::vector<Node> nodes_;
  std::string text_;  // strings that differ from their spelling, one after another
};

template <class Replace>
bool Document::substitute_strings(Replace replace) {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    Node& node = nodes_[i];
    if (node.kind != ValueKind::string || node.is_key) continue;
    const Place place{source_, node.offset, node.length};
    if (std::optional<Replacement> found = replace(text_of(node), place)) {
      if (text_.size() + found->text.size() > kMaxTextBytes) return false;
      node.text.start = static_cast<std::uint32_t>(text_.size());
      node.text.size = static_cast<std::uint32_t>(found->text.size());
      node.is_in_source = false;
      node.is_substituted = found->is_whole;
      text_ += found->text;
    }
  }
  return true;
}

}  // namespace ws
