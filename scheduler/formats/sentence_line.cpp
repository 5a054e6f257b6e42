#include "formats/sentence_line.h"

#include "base/ascii.h"

namespace ws {
namespace {

bool begins_comment(std::string_view text, std::size_t at) {
  if (text[at] != '#' || (at > 0 && !is_space(text[at - 1]))) return false;
  return at + 1 == text.size() || !is_digit(text[at + 1]);
}

bool ends_command(std::string_view text, std::size_t at) {
  const char c = text[at];
  if (c == ';' || c == '|' || c == '\n') return true;
  return c == '&' && at + 1 < text.size() && text[at + 1] == '&';
}

}  // namespace

bool Quotation::covers(std::size_t at) {
  const char c = text_[at];
  if (quote_ != 0) {
    if (c == quote_) quote_ = 0;
    return true;
  }
  if (c != '"' && c != '\'') return false;
  const bool is_apostrophe = c == '\'' && at > 0 && is_letter(text_[at - 1]) &&
                             at + 1 < text_.size() && is_letter(text_[at + 1]);
  if (is_apostrophe || text_.find(c, at + 1) == std::string_view::npos) return false;
  quote_ = c;
  return true;
}

std::string without_comments(std::string_view text) {
  std::string out;
  Quotation quotation(text);
  bool is_comment = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool is_quoted = !is_comment && quotation.covers(at);
    if (text[at] == '\n') is_comment = false;
    if (!is_quoted && !is_comment) is_comment = begins_comment(text, at);
    if (!is_comment) out += text[at];
  }
  return out;
}

ProseLine split_prose(std::string_view text) {
  ProseLine line;
  line.words.reserve(8);
  Quotation quotation(text);
  std::size_t start = 0;
  bool in_word = false;
  bool is_quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool is_covered = quotation.covers(at);
    const bool is_end = !is_covered && ends_command(text, at);
    if (!is_covered && (is_space(c) || is_end)) {
      if (in_word) line.words.push_back({text.substr(start, at - start), is_quoted});
      in_word = false;
      is_quoted = false;
      if (is_end && !line.words.empty()) {
        line.has_operator = true;
        return line;
      }
      continue;
    }
    if (!in_word) start = at;
    in_word = true;
    if (is_covered || c == '"' || c == '\\' || c == '`' || c == '$') is_quoted = true;
    const bool is_last = at + 1 == text.size() || is_space(text[at + 1]);
    if (!is_covered && c == '&' && is_last) line.has_background = true;
  }
  if (in_word) line.words.push_back({text.substr(start), is_quoted});
  return line;
}

}  // namespace ws
