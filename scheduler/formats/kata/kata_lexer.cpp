#include "formats/kata/kata_lexer.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/ascii.h"
#include "model/mistakes.h"

namespace ws {
namespace {

constexpr std::string_view kWideBlank = "\xC2\xA0";  // no-break space: texts are pasted from pages

// Bytes of the blank here; 0: none.
std::size_t blank_at(std::string_view text, std::size_t at) {
  const char c = text[at];
  if (is_space(c) || c == '\v' || c == '\f') return 1;
  return text.substr(at).starts_with(kWideBlank) ? kWideBlank.size() : 0;
}

bool is_comment(std::string_view rest) { return rest.starts_with('#') || rest.starts_with("//"); }

class Lexer {
 public:
  Lexer(std::string_view text, Place start, Diagnostics& diagnostics)
      : text_(text), start_(start), diagnostics_(diagnostics) {}

  std::vector<KataWord> run() {
    for (std::size_t at = 0; at < text_.size();) {
      const std::size_t end = std::min(text_.find('\n', at), text_.size());
      read_line(at, end);
      at = end + 1;
    }
    return std::move(words_);
  }

 private:
  void read_line(std::size_t at, std::size_t end) {
    const std::size_t begin = at;
    const std::string_view text = text_.substr(0, end);
    bool is_first = true;
    while (at < end) {
      if (const std::size_t blank = blank_at(text, at); blank > 0) {
        at += blank;
        continue;
      }
      if (is_comment(text.substr(at))) {
        if (!is_first) report_comment(at, end);
        return;
      }
      const std::size_t behind = end_of_word(text, at);
      words_.push_back({text.substr(at, behind - at), offset(at),
                        static_cast<std::uint32_t>(at - begin), is_first});
      is_first = false;
      at = behind;
    }
  }

  static std::size_t end_of_word(std::string_view text, std::size_t at) {
    while (at < text.size() && blank_at(text, at) == 0) {
      const char c = text[at++];
      if (c != '"' && c != '\'') continue;
      // An open quote is no text; the condition says so.
      const std::size_t closing = text.find(c, at);
      if (closing != std::string_view::npos) at = closing + 1;
    }
    return at;
  }

  void report_comment(std::size_t at, std::size_t end) {
    while (end > at && is_space(text_[end - 1])) --end;
    diagnostics_.error(
        mistakes::syntax, {start_.source, offset(at), static_cast<std::uint32_t>(end - at)},
        "a comment behind something else on its line",
        fmt::format("move it to a line of its own; a value that begins with '{}' stands in quotes",
                    text_[at] == '#' ? "#" : "//"));
  }

  [[nodiscard]] std::uint32_t offset(std::size_t at) const {
    return start_.offset + static_cast<std::uint32_t>(at);
  }

  std::string_view text_;
  Place start_;
  Diagnostics& diagnostics_;
  std::vector<KataWord> words_;
};

}  // namespace

std::vector<KataWord> split_kata(std::string_view text, Place start, Diagnostics& diagnostics) {
  return Lexer(text, start, diagnostics).run();
}

}  // namespace ws
