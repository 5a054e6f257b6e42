#include "formats/prose/text_reader.h"

#include <fmt/format.h>

#include "base/ascii.h"
#include "base/text.h"
#include "model/mistakes.h"

namespace ws::prose {
namespace {

bool is_name_part(char c) { return is_name_character(c) || c == '-'; }

// The names of `{a.b}` when `inner` is nothing but names and dots; empty otherwise.
std::vector<std::string> names_of(std::string_view inner) {
  std::vector<std::string> names;
  std::size_t at = 0;
  while (true) {
    std::size_t end = at;
    while (end < inner.size() && is_name_part(inner[end])) ++end;
    if (end == at || !is_name_start(inner[at])) return {};
    names.emplace_back(inner.substr(at, end - at));
    if (end == inner.size()) return names;
    if (inner[end] != '.') return {};
    at = end + 1;
  }
}

class TextReader {
 public:
  TextReader(const TextSource& source, Diagnostics& diagnostics)
      : text_(source.inner), source_(source), diagnostics_(diagnostics) {}

  Text run() {
    Text out;
    out.place = source_.place;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\\' && source_.has_escapes) {
        escape();
      } else if (c == '{') {
        brace(out);
      } else if (c == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') {
        ++at_;
      } else {
        plain_ += c;
        ++at_;
      }
    }
    flush(out);
    return out;
  }

 private:
  [[nodiscard]] Place place(std::size_t at, std::size_t length) const {
    return {source_.place.source, source_.place.offset + static_cast<std::uint32_t>(at),
            static_cast<std::uint32_t>(length)};
  }

  void flush(Text& out) {
    if (!plain_.empty()) out.parts.push_back({std::move(plain_), {}, source_.place});
    plain_.clear();
  }

  void escape() {
    const char c = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    constexpr std::string_view kFrom = "\\\"nt{}";
    constexpr std::string_view kTo = "\\\"\n\t{}";
    const std::size_t which = kFrom.find(c);
    if (which != std::string_view::npos && at_ + 1 < text_.size()) {
      plain_ += kTo[which];
      at_ += 2;
      return;
    }
    std::size_t length = 1;
    while (at_ + length < text_.size() && length < 5 &&
           (length == 1 || (static_cast<unsigned char>(text_[at_ + length]) & 0xC0U) == 0x80))
      ++length;
    diagnostics_.error(mistakes::prose_e002, place(at_, length),
                       fmt::format("E002: unknown escape sequence '{}' in a string",
                                   printable(text_.substr(at_, length))),
                       "the escapes are \\\\ \\\" \\n \\t \\{ and \\}; write a backslash as \\\\");
    plain_ += text_.substr(at_, length);
    at_ += length;
  }

  void brace(Text& out) {
    const std::size_t close = text_.find('}', at_ + 1);
    if (close != std::string_view::npos && close - at_ < 200) {
      std::vector<std::string> names = names_of(text_.substr(at_ + 1, close - at_ - 1));
      if (!names.empty()) {
        flush(out);
        out.parts.push_back({"", std::move(names), place(at_, close + 1 - at_)});
        at_ = close + 1;
        return;
      }
    }
    plain_ += text_[at_++];
  }

  std::string_view text_;
  const TextSource& source_;
  Diagnostics& diagnostics_;
  std::size_t at_ = 0;
  std::string plain_;
};

}  // namespace

std::string Text::plain() const {
  std::string out;
  for (const TextPart& part : parts) out += part.text;
  return out;
}

bool Text::has_names() const {
  for (const TextPart& part : parts) {
    if (!part.names.empty()) return true;
  }
  return false;
}

Text read_text_parts(const TextSource& source, Diagnostics& diagnostics) {
  return TextReader(source, diagnostics).run();
}

}  // namespace ws::prose
