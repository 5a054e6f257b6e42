#include "formats/document.h"

#include <cassert>

namespace ws {

std::string_view describe(ValueKind kind) {
  switch (kind) {
    case ValueKind::null:
      return "null";
    case ValueKind::boolean:
      return "a boolean";
    case ValueKind::integer:
      return "a whole number";
    case ValueKind::number:
      return "a number";
    case ValueKind::string:
      return "a string";
    case ValueKind::array:
      return "a list";
    case ValueKind::object:
      return "an object";
  }
  return "a value";
}

ValueKind Value::kind() const { return document_->nodes_[index_].kind; }

Place Value::place() const {
  const auto& node = document_->nodes_[index_];
  return {document_->source_, node.offset, node.length};
}

bool Value::as_bool() const {
  assert(kind() == ValueKind::boolean);
  return document_->nodes_[index_].boolean;
}

std::int64_t Value::as_integer() const {
  assert(kind() == ValueKind::integer);
  return document_->nodes_[index_].integer;
}

double Value::as_number() const {
  const auto& node = document_->nodes_[index_];
  assert(node.kind == ValueKind::integer || node.kind == ValueKind::number);
  return node.kind == ValueKind::integer ? static_cast<double>(node.integer) : node.number;
}

std::string_view Value::as_string() const {
  assert(kind() == ValueKind::string);
  return document_->text_of(document_->nodes_[index_]);
}

bool Value::is_substituted() const { return document_->nodes_[index_].is_substituted; }

std::size_t Value::size() const {
  const auto& node = document_->nodes_[index_];
  const bool is_container = node.kind == ValueKind::array || node.kind == ValueKind::object;
  return is_container ? node.count : 0;
}

Value::Items Value::items() const {
  const auto& node = document_->nodes_[index_];
  const std::uint32_t end = node.kind == ValueKind::array ? node.end : index_ + 1;
  return {Items::Iterator(document_, index_ + 1), Items::Iterator(document_, end)};
}

Value::Members Value::members() const {
  const auto& node = document_->nodes_[index_];
  const std::uint32_t end = node.kind == ValueKind::object ? node.end : index_ + 1;
  return {Members::Iterator(document_, index_ + 1), Members::Iterator(document_, end)};
}

std::optional<Value> Value::find(std::string_view key) const {
  std::optional<Value> found;
  for (const Member& member : members()) {
    if (member.key == key) found = member.value;
  }
  return found;
}

Value Value::Items::Iterator::operator*() const { return Value(document_, index_); }

Value::Items::Iterator& Value::Items::Iterator::operator++() {
  index_ = document_->nodes_[index_].end;
  return *this;
}

Member Value::Members::Iterator::operator*() const {
  const auto& key = document_->nodes_[index_];
  return {document_->text_of(key),
          {document_->source_, key.offset, key.length},
          Value(document_, index_ + 1)};
}

Value::Members::Iterator& Value::Members::Iterator::operator++() {
  index_ = document_->nodes_[index_ + 1].end;
  return *this;
}

}  // namespace ws
