#include "formats/yaml_mistake.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"

namespace ws {

namespace {

struct Explanation {
  std::string_view words;  // how yaml-cpp's message begins (0.7)
  std::string_view message;
  std::string_view hint;
};

constexpr std::array kExplanations = {
    Explanation{"end of map flow not found", "a '{' is never closed", "end it with '}'"},
    Explanation{"end of sequence flow not found", "a '[' is never closed",
                "end it with ']'; elements are separated by ','"},
    Explanation{"end of map not found", "the indentation does not fit what is above",
                "keys of one object begin in the same column; texts with ': ' or ' #' need quotes"},
    Explanation{"end of sequence not found", "the indentation does not fit the list above",
                "elements of one list begin in the same column, each with '- '"},
    Explanation{"illegal map key", "a key is not possible here",
                "does the line above lack its value or its quotes?"},
    Explanation{"illegal block entry", "a list element is not possible here",
                "put '- ' on a line of its own, below its key"},
    Explanation{"illegal flow end", "a bracket closes nothing", "remove it, or open it first"},
    Explanation{"illegal tab when looking for indentation", "a tab in the indentation",
                "YAML is indented with spaces"},
    Explanation{"unknown token", "this character cannot begin a value", "put the text into quotes"},
    Explanation{"illegal EOF in scalar", "a quoted text is never closed", "end it with its quote"},
    Explanation{"illegal document indicator in scalar", "a quoted text is never closed",
                "end it with its quote"},
    Explanation{"illegal character in scalar", "a character that cannot be here",
                "YAML is indented with spaces, not tabs"},
    Explanation{"unknown escape character", "no such escape in double quotes",
                "a backslash is written \\\\; in single quotes it is just a backslash"},
    Explanation{"bad character found while scanning hex number",
                "an escape needs hexadecimal digits", "for example \"\\u00e9\""},
    Explanation{"invalid unicode", "an escape that is no Unicode character",
                "write the character itself"},
    Explanation{"the referenced anchor is not defined", "an alias without its anchor",
                "an anchor (&name) must stand before the alias (*name); a text that begins with "
                "'*' needs quotes"},
    Explanation{"alias not found after *", "a '*' without a name",
                "a text that begins with '*' needs quotes"},
    Explanation{"anchor not found after &", "a '&' without a name",
                "a text that begins with '&' needs quotes"},
    Explanation{"illegal character found while scanning alias",
                "a character that cannot be in an alias",
                "a text that begins with '*' needs quotes"},
    Explanation{"illegal character found while scanning anchor",
                "a character that cannot be in an anchor",
                "a text that begins with '&' needs quotes"},
    Explanation{"cannot assign multiple tags", "two tags on one value", "keep one"},
    Explanation{"cannot assign multiple anchors", "two anchors on one value", "keep one"},
    Explanation{"aliases can't have any content", "an alias stands alone",
                "remove the anchor or tag before it"},
    Explanation{"cannot set zero indentation for a block scalar",
                "a block text cannot be indented by 0", "write | or |2"},
    Explanation{"unexpected character in block scalar", "text after the sign of a block text",
                "the text begins on the next line"},
    Explanation{"illegal character found while scanning tag handle", "a tag that cannot be read",
                "a text that begins with '!' needs quotes"},
    Explanation{"tag handle with no suffix", "a tag without a name",
                "a text that begins with '!' needs quotes"},
    Explanation{"end of verbatim tag not found", "a tag is never closed",
                "a text that begins with '!' needs quotes"},
    Explanation{"bad YAML version", "a %YAML line that cannot be read", "write %YAML 1.2"},
    Explanation{"YAML major version too large", "a YAML version that is not known",
                "write %YAML 1.2"},
    Explanation{"YAML directives must", "a %YAML line that cannot be read", "write %YAML 1.2"},
    Explanation{"TAG directives must", "a %TAG line that cannot be read", "remove it"},
    Explanation{"repeated", "a directive is given twice", "keep one"},
};

constexpr std::size_t kLongestKey = 1024;  // YAML 1.2.2, section 7.4.2

// The tab in the indentation of the line that holds `at`.
std::optional<std::size_t> tab_in_indentation(std::string_view text, std::size_t at) {
  const std::size_t before = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  const std::size_t start = before == std::string_view::npos ? 0 : before + 1;
  const std::size_t content = std::min(text.find_first_not_of(" \t", start), text.size());
  const std::size_t tab = text.substr(start, content - start).find('\t');
  if (tab == std::string_view::npos) return std::nullopt;
  return start + tab;
}

// A line that holds nothing but a comment or blanks may begin with a tab; another may not.
std::optional<std::size_t> nearby_tab(std::string_view text, std::size_t at) {
  if (const auto here = tab_in_indentation(text, at)) return here;
  const std::size_t before = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  if (before == std::string_view::npos || before == 0) return std::nullopt;
  return tab_in_indentation(text, before - 1);
}

// The quote that opened a text which is never closed: the first after `last` that could open one.
std::optional<std::size_t> open_quote(std::string_view text, std::size_t last) {
  for (std::size_t i = last; i < text.size(); ++i) {
    if (text[i] != '"' && text[i] != '\'') continue;
    const char before = i == 0 ? '\n' : text[i - 1];
    if (std::string_view(" \t\n[{,").find(before) == std::string_view::npos) continue;
    const std::size_t end = text.find(text[i], i + 1);
    if (end == std::string_view::npos) return i;
    i = end;
  }
  return std::nullopt;
}

std::size_t character_length(std::string_view text, std::size_t at) {
  std::size_t length = 1;
  while (at + length < text.size() &&
         (static_cast<unsigned char>(text[at + length]) & 0xC0U) == 0x80U)
    ++length;
  return length;
}

std::string_view line_before(std::string_view text, std::size_t at) {
  const std::size_t before = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  const std::size_t start = before == std::string_view::npos ? 0 : before + 1;
  return text.substr(start, at - start);
}

// A ':' where no key can be: the value is a text with a ':' in it, or the line is indented too far.
void explain_colon(std::string_view text, YamlMistake& mistake) {
  const bool is_second = line_before(text, mistake.offset).find(": ") != std::string_view::npos;
  mistake.message = is_second ? "a second ':' on one line" : "a key is not possible here";
  mistake.hint = is_second ? "a text that holds ': ' needs quotes"
                           : "is the line indented too far? A text that holds ': ' needs quotes";
  if (line_before(text, mistake.offset).size() > kLongestKey) {
    mistake.message = fmt::format("a key of more than {} characters", kLongestKey);
    mistake.hint = "if it is a text that holds ': ', it needs quotes";
  }
}

bool is_after_quote(std::string_view text, std::size_t at) {
  const std::string_view line = line_before(text, at);
  const std::size_t last = line.find_last_not_of(" \t");
  return last != std::string_view::npos && last > 0 && (line[last] == '"' || line[last] == '\'');
}

}  // namespace

YamlMistake explain_yaml(std::string_view text, const YamlPosition& position,
                         std::string_view words) {
  const std::size_t at = std::min(position.given, text.size());
  YamlMistake mistake{at, at < text.size() ? character_length(text, at) : 0, std::string(words),
                      ""};
  for (const Explanation& known : kExplanations) {
    if (!words.starts_with(known.words)) continue;
    mistake.message = known.message;
    mistake.hint = known.hint;
    break;
  }
  if (words.starts_with("illegal EOF") || words.starts_with("illegal document indicator")) {
    if (const auto quote = open_quote(text, std::min(position.last, text.size()))) {
      mistake.offset = *quote;
      mistake.length = 1;
    }
    return mistake;
  }
  const bool is_open_bracket =
      words.starts_with("end of map flow") || words.starts_with("end of sequence flow");
  if (is_open_bracket && position.open_bracket) {
    mistake.offset = *position.open_bracket;
    mistake.length = 1;
    return mistake;
  }
  if (const auto tab = nearby_tab(text, at))
    return {*tab, 1, "a tab in the indentation", "YAML is indented with spaces"};
  if (words.starts_with("illegal map value")) explain_colon(text, mistake);
  if (words.starts_with("unknown token") && at < text.size()) {
    mistake.message =
        fmt::format("'{}' cannot begin a value", printable(text.substr(at, mistake.length)));
  }
  if (words.starts_with("end of ") && is_after_quote(text, at)) {
    mistake.message = "text after the end of a quoted text";
    mistake.hint = "put the whole text into quotes; a quote inside is written \\\" or ''";
  }
  return mistake;
}

}  // namespace ws
