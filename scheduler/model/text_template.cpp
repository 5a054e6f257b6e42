#include "model/text_template.h"

#include <utility>

#include <fmt/format.h>

#include "model/shell_context.h"
#include "model/template_parts.h"

namespace ws {
namespace {

constexpr std::size_t kDeepestDefault = 20;

using Filled = std::variant<std::string, NoValue>;

// The text a reference stands for, before it is fitted into its surroundings.
Filled value_text(const TemplatePart& part, bool has_item, const LookUp& look_up,
                  std::size_t depth);

Filled fill_plain(std::string_view text, bool has_item, const LookUp& look_up, std::size_t depth) {
  if (depth > kDeepestDefault) return NoValue{"its defaults nest too deeply"};
  const TemplateParts found = find_parts(text, has_item);
  std::string out;
  std::size_t at = 0;
  for (const TemplatePart& part : found.parts) {
    out += text.substr(at, part.begin - at);
    at = part.end;
    if (part.is_escape) {
      out += text.substr(part.begin + 1, part.end - part.begin - 1);
      continue;
    }
    Filled value = value_text(part, has_item, look_up, depth);
    if (std::holds_alternative<NoValue>(value)) return value;
    out += std::get<std::string>(value);
  }
  out += text.substr(at);
  return out;
}

Filled value_text(const TemplatePart& part, bool has_item, const LookUp& look_up,
                  std::size_t depth) {
  const Evaluated found = look_up(part.path);
  const auto* datum = std::get_if<Datum>(&found);
  std::string text = datum == nullptr ? std::string() : to_plain_text(*datum);
  if (part.fallback && text.empty()) {
    std::string fallback;
    for (std::size_t i = 0; i < part.fallback->size(); ++i) {
      const std::string_view rest = std::string_view(*part.fallback).substr(i);
      if (!rest.starts_with("\\}")) fallback += rest.front();
    }
    return fill_plain(fallback, has_item, look_up, depth + 1);
  }
  if (datum == nullptr) {
    return NoValue{
        fmt::format("{} has no value: {}", part.path.text(), std::get<NoValue>(found).why)};
  }
  if (text.find('\0') != std::string::npos)
    return NoValue{fmt::format("{} holds a zero byte, which no text can", part.path.text())};
  return text;
}

std::string_view last_line(std::string_view text) {
  const std::size_t end = text.rfind('\n');
  return end == std::string_view::npos ? text : text.substr(end + 1);
}

Filled fill_shell(std::string_view text, bool has_item, const LookUp& look_up) {
  const TemplateParts found = find_parts(text, has_item);
  ShellContext context(text);
  std::string out;
  std::size_t at = 0;
  for (const TemplatePart& part : found.parts) {
    out += text.substr(at, part.begin - at);
    at = part.end;
    context.read_to(part.begin);
    const std::string_view written = text.substr(part.begin, part.end - part.begin);
    if (part.is_escape) {
      // The shell must not expand it either.
      auto put = context.put(written.substr(1), last_line(out));
      const auto* fitted = std::get_if<std::string>(&put);
      out += context.is_inert() || fitted == nullptr ? std::string(written) : *fitted;
    } else if (context.is_inert()) {
      out += written;
    } else {
      Filled value = value_text(part, has_item, look_up, 0);
      if (std::holds_alternative<NoValue>(value)) return value;
      auto put = context.put(std::get<std::string>(value), last_line(out));
      if (auto* refused = std::get_if<ShellContext::Refused>(&put)) {
        return NoValue{fmt::format("{} cannot be put safely into this shell text: {}",
                                   part.path.text(), refused->why)};
      }
      out += std::get<std::string>(put);
    }
    context.skip_to(part.end);
  }
  out += text.substr(at);
  return out;
}

void add_references(std::string_view text, std::size_t offset, bool has_item, std::size_t depth,
                    TemplateReferences& out) {
  if (depth > kDeepestDefault) {
    out.mistakes.push_back({offset, text.size(), "defaults nest too deeply", ""});
    return;
  }
  TemplateParts found = find_parts(text, has_item);
  for (TemplatePart& part : found.parts) {
    if (part.is_escape) continue;
    part.path.offset += offset;
    out.references.push_back(std::move(part.path));
    if (part.fallback)
      add_references(*part.fallback, offset + part.fallback_offset, has_item, depth + 1, out);
  }
  for (ExpressionMistake& mistake : found.mistakes) {
    mistake.offset += offset;
    out.mistakes.push_back(std::move(mistake));
  }
}

}  // namespace

TemplateReferences find_references(std::string_view text, bool has_item) {
  TemplateReferences out;
  add_references(text, 0, has_item, 0, out);
  return out;
}

std::vector<ExpressionMistake> find_unquotable(std::string_view text, bool has_item) {
  std::vector<ExpressionMistake> out;
  const TemplateParts found = find_parts(text, has_item);
  ShellContext context(text);
  for (const TemplatePart& part : found.parts) {
    context.read_to(part.begin);
    const std::string why = context.refusal();
    if (!part.is_escape && !context.is_inert() && !why.empty()) {
      out.push_back(
          {part.begin, part.end - part.begin,
           fmt::format("{} cannot be put safely into this shell text: {}", part.path.text(), why),
           "put it into a variable first: x=${…}, then \"$x\""});
    }
    context.skip_to(part.end);
  }
  return out;
}

Filled fill(std::string_view text, bool has_item, Splice splice, const LookUp& look_up) {
  if (!may_hold_parts(text, has_item)) return std::string(text);
  switch (splice) {
    case Splice::plain:
      return fill_plain(text, has_item, look_up, 0);
    case Splice::shell:
      return fill_shell(text, has_item, look_up);
  }
  return std::string(text);
}

}  // namespace ws
