// to_json_text of native_value.h: two blanks a level; lists of scalars on one line when it is
// short.
#include "formats/value_text.h"
#include "formats/writer/native_value.h"

namespace ws {
namespace {

constexpr std::size_t kLongestLine = 100;

class JsonWriter {
 public:
  void write(const NativeValue& value, std::size_t indent) {
    if (const auto* list = std::get_if<NativeValue::List>(&value.value))
      write_list(*list, indent);
    else if (const auto* map = std::get_if<NativeValue::Map>(&value.value))
      write_map(*map, indent);
    else
      write_scalar(value);
  }

  [[nodiscard]] std::string take() && { return std::move(out_); }

 private:
  void write_scalar(const NativeValue& value) {
    if (const auto* flag = std::get_if<bool>(&value.value))
      out_ += *flag ? "true" : "false";
    else if (const auto* number = std::get_if<NativeValue::Number>(&value.value))
      out_ += number->text;
    else if (const auto* text = std::get_if<std::string>(&value.value))
      append_json_string(out_, *text);
    else
      out_ += "null";
  }

  void write_list(const NativeValue::List& list, std::size_t indent) {
    if (write_on_one_line(list)) return;
    out_ += '[';
    std::string_view separator;
    for (const NativeValue& element : list) {
      out_ += separator;
      line(indent + 2);
      write(element, indent + 2);
      separator = ",";
    }
    line(indent);
    out_ += ']';
  }

  bool write_on_one_line(const NativeValue::List& list) {
    const std::size_t start = out_.size();
    const std::size_t line_start = out_.rfind('\n') + 1;  // npos + 1 is 0
    out_ += '[';
    std::string_view separator;
    for (const NativeValue& element : list) {
      if (element.is_scalar()) {
        out_ += separator;
        write_scalar(element);
        separator = ", ";
      }
      if (!element.is_scalar() || out_.size() - line_start > kLongestLine) {
        out_.resize(start);
        return false;
      }
    }
    out_ += ']';
    return true;
  }

  void write_map(const NativeValue::Map& map, std::size_t indent) {
    if (map.empty()) {
      out_ += "{}";
      return;
    }
    out_ += '{';
    std::string_view separator;
    for (const auto& [key, value] : map) {
      out_ += separator;
      line(indent + 2);
      append_json_string(out_, key);
      out_ += ": ";
      write(value, indent + 2);
      separator = ",";
    }
    line(indent);
    out_ += '}';
  }

  void line(std::size_t indent) {
    out_ += '\n';
    out_.append(indent, ' ');
  }

  std::string out_;
};

}  // namespace

std::string to_json_text(const NativeValue& value) {
  JsonWriter writer;
  writer.write(value, 0);
  return std::move(writer).take() + '\n';
}

}  // namespace ws
