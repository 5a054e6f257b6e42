#include "model/template_parts.h"

#include <utility>

#include <fmt/format.h>

#include "base/ascii.h"
#include "model/expression_parser.h"
#include "model/run_names.h"
#include "model/text_template.h"

namespace ws {
namespace {

std::string_view name_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && (is_lower(text[end]) || text[end] == '_')) {
    ++end;
  }
  return text.substr(at, end - at);
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
  return at;
}

// `steps['a.b'].state` is ours, `${steps["x"]}` an array of bash.
bool is_bracketed_path(std::string_view text, std::size_t bracket) {
  const std::size_t quote = bracket + 1;
  if (quote >= text.size() || (text[quote] != '\'' && text[quote] != '"')) return false;
  const std::size_t close = text.find(text[quote], quote + 1);
  return close != std::string_view::npos && text.substr(close + 1).starts_with("].");
}

// Whether the `${` at `open` is ours and not the shell's.
bool is_ours(std::string_view text, std::size_t open, bool has_item) {
  const std::size_t start = skip_blanks(text, open + 2);
  const std::string_view name = name_at(text, start);
  const std::size_t end = start + name.size();
  if (end >= text.size()) return false;
  const RunName* known = find_run_name(name);
  if (known == nullptr) return false;
  if (known->has_members &&
      (text[end] == '.' || (text[end] == '[' && is_bracketed_path(text, end)))) {
    return true;
  }
  if (name == "item" && has_item && text[end] == '[') return true;
  if (!known->is_value) return false;
  // A loop of the shell may well have a variable `item` or `index`.
  if (!has_item && (name == "item" || name == "index")) return false;
  const std::size_t behind = skip_blanks(text, end);
  return text.substr(behind).starts_with("}") || text.substr(behind).starts_with(":-");
}

class Finder {
 public:
  Finder(std::string_view text, bool has_item) : text_(text), has_item_(has_item) {}

  TemplateParts run() {
    std::size_t at = 0;
    while (at < text_.size()) {
      const std::size_t found = has_item_ ? text_.find_first_of("${", at) : text_.find('$', at);
      if (found == std::string_view::npos) break;
      at = text_[found] == '$' ? dollar(found) : brace(found);
    }
    return std::move(out_);
  }

 private:
  // Each gives where to go on.
  std::size_t dollar(std::size_t at) {
    const std::string_view rest = text_.substr(at);
    if (rest.starts_with("$${") && is_ours(text_, at + 1, has_item_)) {
      const std::size_t close = find_closing_brace(text_, at + 3);
      const std::size_t end = close == std::string_view::npos ? text_.size() : close + 1;
      out_.parts.push_back({at, end, true, {}, {}, 0});
      return end;
    }
    if (!rest.starts_with("${") || !is_ours(text_, at, has_item_)) return at + 1;
    auto read = read_path(text_, skip_blanks(text_, at + 2));
    if (auto* mistake = std::get_if<ExpressionMistake>(&read)) return bad(at, std::move(*mistake));
    auto& path = std::get<PathRead>(read);
    TemplatePart part{at, 0, false, std::move(path.path), {}, 0};
    std::size_t end = skip_blanks(text_, path.end);
    if (text_.substr(end).starts_with(":-")) {
      const std::size_t close = find_closing_brace(text_, end + 2);
      if (close == std::string_view::npos) return unclosed(at);
      part.path.has_default = true;
      part.fallback_offset = end + 2;
      part.fallback = std::string(text_.substr(end + 2, close - end - 2));
      end = close;
    }
    if (end >= text_.size()) return unclosed(at);
    if (text_[end] != '}') {
      return bad(at, {at, end + 1 - at, "the path is followed by something else",
                      "a text holds ${path} and ${path:-default}, no other expression"});
    }
    part.end = end + 1;
    out_.parts.push_back(std::move(part));
    return end + 1;
  }

  // `{item}`, `{item.os}`, `{index}`; anything else in braces is text.
  std::size_t brace(std::size_t at) {
    const std::string_view name = name_at(text_, at + 1);
    if (name != "item" && name != "index") return at + 1;
    auto read = read_path(text_, at + 1);
    auto* path = std::get_if<PathRead>(&read);
    if (path == nullptr || !text_.substr(path->end).starts_with("}")) return at + 1;
    if (path->path.names[0] != name) return at + 1;
    out_.parts.push_back({at, path->end + 1, false, std::move(path->path), {}, 0});
    return out_.parts.back().end;
  }

  std::size_t unclosed(std::size_t at) {
    return bad(at, {at, 2, "this '${' is never closed", "end it with '}'"});
  }

  std::size_t bad(std::size_t at, ExpressionMistake mistake) {
    out_.mistakes.push_back(std::move(mistake));
    return at + 2;
  }

  std::string_view text_;
  bool has_item_;
  TemplateParts out_;
};

}  // namespace

TemplateParts find_parts(std::string_view text, bool has_item) {
  if (!may_hold_parts(text, has_item)) return {};
  return Finder(text, has_item).run();
}

}  // namespace ws
