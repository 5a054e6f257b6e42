#include "model/shell_context.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.h"
#include "model/shell_value.h"

namespace ws {
namespace {}  // namespace

void ShellContext::read_to(std::size_t offset) {
  while (at_ < offset) step();
  // A construct of several characters may reach into the reference: then it is no longer ours.
  if (at_ > offset) is_escaped_ = true;
}

void ShellContext::skip_to(std::size_t offset) {
  at_ = std::max(at_, offset);
  is_escaped_ = false;
  is_after_value_ = true;
  is_line_start_ = false;
}

void ShellContext::step() {
  const std::size_t before = at_;
  switch (top().kind) {
    case Kind::command:
      command();
      break;
    case Kind::single_quotes:
      if (text_[at_] == '\'') {
        pop();
      } else {
        ++at_;
      }
      break;
    case Kind::double_quotes:
      double_quotes();
      break;
    case Kind::backticks:
      backticks();
      break;
    case Kind::parameter:
      parameter();
      break;
    case Kind::arithmetic:
      arithmetic();
      break;
    case Kind::comment:
      if (text_[at_] == '\n') {
        frames_.pop_back();  // the end of the line belongs to what is outside
      } else {
        ++at_;
      }
      break;
    case Kind::document:
      document();
      break;
  }
  if (at_ > before) is_after_value_ = false;
}

void ShellContext::command() {
  switch (text_[at_]) {
    case '\\':
      at_ += 2;
      return;
    case '\'':
      return push(Kind::single_quotes, 1);
    case '"':
      return push(Kind::double_quotes, 1);
    case '`':
      return push(Kind::backticks, 1);
    case '$':
      return dollar(top());
    case '(':
    case ')':
      return parenthesis();
    case '\n':
      ++at_;
      return begin_documents_of_line();
    case '#':
      if (is_word_start()) return push(Kind::comment, 1);
      break;
    case '<':
      if (is_here("<<<")) {
        at_ += 3;
        return;
      }
      if (is_here("<<")) return begin_document();
      break;
    case 'c':
      // Its patterns end with a ')' that closes nothing.
      if (frames_.size() > 1 && is_word_start() && is_word_here("case"))
        doubt("it stands behind a 'case' inside $( )");
      break;
    default:
      break;
  }
  ++at_;
}

void ShellContext::parenthesis() {
  Frame& frame = frames_.back();
  if (is_here("((")) {
    push(Kind::arithmetic, 2);
    frames_.back().depth = 2;
    return;
  }
  ++at_;
  if (text_[at_ - 1] == '(') {
    ++frame.depth;
  } else if (frame.depth > 0) {
    --frame.depth;
  } else if (frames_.size() > 1) {
    frames_.pop_back();
  }
}

void ShellContext::dollar(const Frame& frame) {
  const bool is_quoted = frame.kind != Kind::command;
  if (is_here("$((")) {
    push(Kind::arithmetic, 3);
    frames_.back().depth = 2;
  } else if (is_here("$(")) {
    push(Kind::command, 2);
  } else if (is_here("${")) {
    push(Kind::parameter, 2);
    frames_.back().is_quoted = is_quoted;
  } else if (!is_quoted && is_here("$'")) {
    doubt("it stands behind $'…', which shells read differently");
    ++at_;
  } else {
    at_ += std::size_t{is_here("$#") || is_here("$$") ? 2U : 1U};
  }
}

void ShellContext::double_quotes() {
  switch (text_[at_]) {
    case '\\':
      at_ += 2;
      return;
    case '"':
      return pop();
    case '`':
      return push(Kind::backticks, 1);
    case '$':
      return dollar(Frame{Kind::double_quotes});
    default:
      ++at_;
  }
}

void ShellContext::backticks() {
  switch (text_[at_]) {
    case '\\':
      at_ += 2;
      return;
    case '`':
      return pop();
    case '\'':
      doubt("it stands behind quotes inside backticks");
      ++at_;
      return;
    default:
      ++at_;
  }
}

void ShellContext::parameter() {
  const bool is_quoted = top().is_quoted;
  switch (text_[at_]) {
    case '\\':
      at_ += 2;
      return;
    case '}':
      return pop();
    case '\'':
    case '"':
      if (is_quoted) {
        doubt("it stands behind quotes inside ${ }");
        ++at_;
        return;
      }
      return push(text_[at_] == '"' ? Kind::double_quotes : Kind::single_quotes, 1);
    case '`':
      return push(Kind::backticks, 1);
    case '$':
      return dollar(Frame{is_quoted ? Kind::double_quotes : Kind::command});
    default:
      ++at_;
  }
}

void ShellContext::arithmetic() {
  Frame& frame = frames_.back();
  switch (text_[at_]) {
    case '\\':
      at_ += 2;
      return;
    case '\'':
    case '"':
      doubt("it stands behind quotes inside (( ))");
      break;
    case '`':
      return push(Kind::backticks, 1);
    case '$':
      return dollar(Frame{Kind::double_quotes});
    case '(':
      ++frame.depth;
      break;
    case ')':
      if (--frame.depth == 0) return pop();
      break;
    default:
      break;
  }
  ++at_;
}

// POSIX Shell Command Language, 2.7.4.
void ShellContext::begin_document() {
  at_ += 2;
  Document made;
  if (at_ < text_.size() && text_[at_] == '-') {
    made.is_dashed = true;
    ++at_;
  }
  while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  const auto is_end = [](char c) {
    return is_space(c) || std::string_view(";&|<>()").find(c) != std::string_view::npos;
  };
  for (; at_ < text_.size() && !is_end(text_[at_]); ++at_) {
    const char c = text_[at_];
    if (c == '\'' || c == '"') {
      const std::size_t close = text_.find(c, at_ + 1);
      if (close == std::string_view::npos) return doubt("a quote is never closed");
      made.is_raw = true;
      made.delimiter += text_.substr(at_ + 1, close - at_ - 1);
      at_ = close;
    } else if (c == '\\') {
      made.is_raw = true;
    } else if (c == '$' || c == '`' || c == '{') {
      return doubt("the delimiter of a here-document is not plain text");
    } else {
      made.delimiter += c;
    }
  }
  const bool is_plain = made.delimiter.find_first_of("\n\\$`") == std::string::npos;
  if (!is_plain || text_.find("\n", at_) == std::string_view::npos ||
      text_.find(made.delimiter, at_) == std::string_view::npos) {
    // `((x << 2))` of another shell looks like one too.
    return doubt("a '<<' before it begins no here-document that ends");
  }
  pending_.push_back(std::move(made));
}

void ShellContext::begin_documents_of_line() {
  // The first is read first, so it must be on top.
  for (; !pending_.empty(); pending_.pop_back()) {
    frames_.push_back({Kind::document, 0, true, std::move(pending_.back())});
    is_line_start_ = true;
  }
}

std::string_view ShellContext::line_here() const {
  const std::string_view rest = text_.substr(at_);
  return rest.substr(0, std::min(rest.find('\n'), rest.size()));
}

void ShellContext::document() {
  const Document& document = top().document;
  if (is_line_start_) {
    is_line_start_ = false;
    const std::string_view line = line_here();
    if ((document.is_dashed ? without_tabs(line) : line) == document.delimiter) {
      at_ += std::min(line.size() + 1, text_.size() - at_);
      frames_.pop_back();
      is_line_start_ = top().kind == Kind::document;
      return;
    }
  }
  const char c = text_[at_];
  if (c == '\n') {
    ++at_;
    is_line_start_ = true;
  } else if (document.is_raw) {
    ++at_;
  } else if (c == '\\') {
    at_ += 2;
  } else if (is_here("$(") || c == '`') {
    doubt("it stands behind a command inside a here-document");
    ++at_;
  } else if (is_here("${")) {
    dollar(top());
  } else {
    ++at_;
  }
}

void ShellContext::push(Kind kind, std::size_t length) {
  at_ += length;
  frames_.push_back({kind, 0, false, {}});
}

void ShellContext::pop() {
  ++at_;
  frames_.pop_back();
}

void ShellContext::doubt(std::string why) {
  if (doubt_.empty()) doubt_ = std::move(why);
}

bool ShellContext::is_word_start() const {
  if (at_ == 0) return true;
  const char before = text_[at_ - 1];
  return !is_after_value_ &&
         (is_space(before) || std::string_view(";&|()").find(before) != std::string_view::npos);
}

bool ShellContext::is_word_here(std::string_view word) const {
  if (!is_here(word)) return false;
  const std::size_t end = at_ + word.size();
  return end >= text_.size() || is_space(text_[end]);
}

bool ShellContext::is_inert() const { return is_escaped_ || top().kind == Kind::comment; }

std::string ShellContext::refusal() const {
  if (!doubt_.empty()) return doubt_;
  if (top().kind == Kind::backticks) return "it stands inside `…`; use $(…)";
  if (top().kind == Kind::parameter) return "it stands inside ${…} of the shell";
  return "";
}

std::variant<std::string, ShellContext::Refused> ShellContext::put(
    std::string_view value, std::string_view line_so_far) const {
  if (std::string why = refusal(); !why.empty()) return Refused{std::move(why)};
  switch (top().kind) {
    case Kind::command:
      return "'" + inside_single_quotes(value) + "'";
    case Kind::single_quotes:
      return inside_single_quotes(value);
    case Kind::double_quotes:
      // `$x` right before it would take its first letters for more of the name: the quotes end and
      // begin again in between.
      return (is_after_name(line_so_far) ? "\"\"" : "") + escaped(value, "\\\"$`");
    case Kind::arithmetic:
      if (is_integer(value)) return std::string(value);
      return Refused{"only an integer can stand inside (( ))"};
    case Kind::document:
      break;
    case Kind::backticks:
    case Kind::parameter:
    case Kind::comment:
      return Refused{"it is no part of a command"};
  }
  const std::string& delimiter = top().document.delimiter;
  if (!top().document.is_raw && is_after_name(line_so_far) && !value.empty() &&
      is_name_character(value.front()))
    return Refused{"the variable right before it would swallow it; write it as ${…}"};
  std::string line(line_so_far);
  for (std::size_t at = 0; at <= value.size();) {
    const std::size_t end = std::min(value.find('\n', at), value.size());
    line += value.substr(at, end - at);
    if (may_end_document(line, delimiter,
                         end < value.size() ? LinePart::complete : LinePart::beginning))
      return Refused{fmt::format("a line of it could end the here-document ('{}')", delimiter)};
    line.clear();
    at = end + 1;
  }
  return top().document.is_raw ? std::string(value) : escaped(value, "\\$`");
}

}  // namespace ws
