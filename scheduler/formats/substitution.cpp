#include "formats/substitution.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/ascii.h"
#include "base/text.h"
#include "model/mistakes.h"

namespace ws {

namespace {

constexpr std::size_t kDeepest = 20;             // defaults inside defaults
constexpr std::size_t kMostMistakes = 10000;     // of one text; more are not kept
constexpr std::size_t kLongestName = 200;        // bytes
constexpr std::size_t kMostNamesCompared = 200;  // for "did you mean"
constexpr std::string_view kEnv = "${env.";
constexpr std::string_view kVars = "${vars.";

std::string_view skip_blanks(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(" \t"), text.size()));
}

// Whether an expression of ours begins at `at`.
bool opens_at(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  return rest.starts_with(kEnv) || rest.starts_with(kVars);
}

// The next `${env.` or `${vars.` from `at` on; npos when there is none.
std::size_t next_opening(std::string_view text, std::size_t at) {
  while ((at = text.find("${", at)) != std::string_view::npos && !opens_at(text, at)) at += 2;
  return at;
}

// The offset of the `}` that closes what begins at `at`. Inner `${` nest; quoted literals may hold
// braces, but only after a comparison, so that an apostrophe in a default is just an apostrophe.
std::size_t closing_brace(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  char quote = '\0';
  char before = '\0';  // the last character that was not blank
  for (std::size_t i = at; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '\\' && i + 1 < text.size() && text[i + 1] == '}') {
      ++i;
    } else if (c == '$' && i + 1 < text.size() && text[i + 1] == '{') {
      ++depth;
      ++i;
    } else if (c == '}') {
      if (--depth == 0) return i;
    } else if ((c == '\'' || c == '"') && before == '=') {
      quote = c;
    }
    if (c != ' ' && c != '\t') before = c;
  }
  return std::string_view::npos;
}

class Evaluator {
 public:
  explicit Evaluator(const VariableLookup& lookup) : lookup_(lookup) {}

  // Appends the value of `text`, which begins at `base` of the whole text.
  void text(std::string_view text, std::size_t base, std::size_t depth, std::string& out) {
    std::size_t at = 0;
    while (at < text.size()) {
      const std::size_t opening = next_opening(text, at);
      if (opening == std::string_view::npos) {
        out += text.substr(at);
        return;
      }
      const std::size_t closing = closing_brace(text, opening);
      const bool is_closed = closing != std::string_view::npos;
      const std::size_t end = is_closed ? closing + 1 : text.size();
      if (opening > at && text[opening - 1] == '$') {
        out += text.substr(at, opening - 1 - at);
        out += text.substr(opening, end - opening);
      } else {
        out += text.substr(at, opening - at);
        if (is_closed) {
          expression(text.substr(opening, end - opening), base + opening, depth, out);
        } else {
          bad(base + opening, std::min<std::size_t>(text.size() - opening, 2),
              "the expression is never closed", "end it with '}'");
        }
      }
      at = end;
    }
  }

  Substitution take(std::string text, bool is_whole) && {
    return {std::move(text), is_whole, std::move(used_vars_), std::move(mistakes_)};
  }

 private:
  struct Reference {
    bool is_env = true;
    std::string_view name;
    std::size_t offset = 0;  // of the whole expression
    std::size_t length = 0;
    [[nodiscard]] std::string full() const {
      return fmt::format("{}.{}", is_env ? "env" : "vars", name);
    }
  };

  void bad(std::size_t offset, std::size_t length, std::string message, std::string hint) {
    add({&mistakes::bad_expression, offset, length, "", std::move(message), std::move(hint)});
  }

  void add(SubstitutionMistake mistake) {
    if (mistakes_.size() < kMostMistakes) mistakes_.push_back(std::move(mistake));
  }

  static std::size_t name_length(std::string_view text, bool is_env) {
    std::size_t i = 0;
    while (i < text.size() && (is_name_start(text[i]) || (i > 0 && is_digit(text[i])) ||
                               (i > 0 && !is_env && (text[i] == '-' || text[i] == '.'))))
      ++i;
    return i;
  }

  // `whole` is "${env.NAME…}".
  void expression(std::string_view whole, std::size_t base, std::size_t depth, std::string& out) {
    if (depth > kDeepest) {
      bad(base, whole.size(), fmt::format("defaults nested deeper than {} levels", kDeepest), "");
      return;
    }
    const bool is_env = whole.starts_with(kEnv);
    const std::size_t name_start = is_env ? kEnv.size() : kVars.size();
    const std::string_view body = whole.substr(name_start, whole.size() - name_start - 1);
    const Reference reference{is_env, body.substr(0, name_length(body, is_env)), base,
                              whole.size()};
    if (!is_env) used_vars_.emplace_back(reference.name);
    if (reference.name.empty()) {
      bad(base, whole.size(),
          fmt::format("a name was expected after '{}.'", is_env ? "env" : "vars"),
          "for example ${env.HOME}");
      return;
    }
    if (reference.name.size() > kLongestName) {
      bad(base, whole.size(), fmt::format("a name of more than {} bytes", kLongestName), "");
      return;
    }
    const std::string_view rest = body.substr(reference.name.size());
    const std::string_view operation = skip_blanks(rest);
    if (operation.empty()) {
      plain(reference, out);
    } else if (rest.starts_with(":-")) {
      const std::size_t start = name_start + reference.name.size() + 2;
      with_default(reference, rest.substr(2), base + start, depth, out);
    } else if (operation.starts_with("==") || operation.starts_with("!=")) {
      comparison(reference, operation, out);
    } else {
      unknown_operation(reference, operation);
    }
  }

  std::optional<std::string> value_of(const Reference& reference) const {
    if (reference.is_env) return lookup_.env ? lookup_.env(reference.name) : std::nullopt;
    const auto found = lookup_.vars.find(reference.name);
    if (found == lookup_.vars.end()) return std::nullopt;
    return found->second;
  }

  void missing(const Reference& reference) {
    std::string hint = fmt::format("${{{}:-text}} gives a default", reference.full());
    if (!reference.is_env) {
      std::vector<std::string_view> names;
      for (const auto& [name, value] : lookup_.vars) {
        if (name.size() <= kLongestName && names.size() < kMostNamesCompared) names.push_back(name);
      }
      if (const auto near = nearest(reference.name, names))
        hint = fmt::format("did you mean '{}'? {}", *near, hint);
      else
        hint = fmt::format("declare it under vars:, or give it with --var {}=…; {}", reference.name,
                           hint);
    }
    add({&mistakes::missing_variable, reference.offset, reference.length, reference.full(),
         fmt::format("the {} '{}' is not set",
                     reference.is_env ? "environment variable" : "variable", reference.name),
         std::move(hint)});
  }

  void plain(const Reference& reference, std::string& out) {
    const std::optional<std::string> value = value_of(reference);
    if (value)
      out += *value;
    else
      missing(reference);
  }

  void with_default(const Reference& reference, std::string_view text, std::size_t base,
                    std::size_t depth, std::string& out) {
    const std::optional<std::string> value = value_of(reference);
    if (value && !value->empty()) {
      out += *value;
      return;
    }
    std::size_t at = 0;  // `\}` outside inner expressions is a brace
    while (at < text.size()) {
      const std::size_t escape = find_escape(text, at);
      this->text(text.substr(at, escape - at), base + at, depth + 1, out);
      if (escape < text.size()) out += '}';
      at = escape + 2;
    }
  }

  // The next `\}` that is not inside an inner expression; the size of the text when there is none.
  static std::size_t find_escape(std::string_view text, std::size_t at) {
    for (std::size_t i = at; i < text.size(); ++i) {
      if (text[i] == '$' && i + 1 < text.size() && text[i + 1] == '{') {
        i = closing_brace(text, i);
        if (i == std::string_view::npos) break;
      } else if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '}') {
        return i;
      }
    }
    return text.size();
  }

  void comparison(const Reference& reference, std::string_view operation, std::string& out) {
    const bool is_equal_wanted = operation.starts_with("==");
    const std::string_view literal = trimmed(operation.substr(2));
    const char quote = literal.empty() ? '\0' : literal.front();
    const bool is_quoted = literal.size() >= 2 && (quote == '\'' || quote == '"') &&
                           literal.find(quote, 1) == literal.size() - 1;
    if (!is_quoted) {
      bad(reference.offset, reference.length, "a quoted text was expected after the comparison",
          fmt::format("for example ${{{} {} 'text'}}", reference.full(), operation.substr(0, 2)));
      return;
    }
    const std::optional<std::string> value = value_of(reference);
    if (!value && !reference.is_env) {
      missing(reference);
      return;
    }
    const bool is_equal = value.value_or("") == literal.substr(1, literal.size() - 2);
    out += is_equal == is_equal_wanted ? "true" : "false";
  }

  void unknown_operation(const Reference& reference, std::string_view operation) {
    std::string hint = fmt::format("known are ${{{0}}}, ${{{0}:-text}}, ${{{0} == 'text'}} and != ",
                                   reference.full());
    hint.pop_back();
    if (operation.starts_with('=')) hint = "write '==' to compare";
    if (operation.starts_with('-') || operation.starts_with(":=") || operation.starts_with("?"))
      hint = fmt::format("${{{}:-text}} gives a default", reference.full());
    bad(reference.offset, reference.length,
        fmt::format("'{}' is not understood after the name",
                    truncate_to_width(printable(operation), 20)),
        std::move(hint));
  }

  const VariableLookup& lookup_;
  std::vector<std::string> used_vars_;
  std::vector<SubstitutionMistake> mistakes_;
};

}  // namespace

std::optional<Substitution> substitute(std::string_view text, const VariableLookup& lookup) {
  const std::size_t first = next_opening(text, 0);
  if (first == std::string_view::npos) return std::nullopt;
  Evaluator evaluator(lookup);
  std::string out;
  evaluator.text(text, 0, 0, out);
  const bool is_whole = first == 0 && closing_brace(text, 0) == text.size() - 1;
  return std::move(evaluator).take(std::move(out), is_whole);
}

std::string escape_expressions(std::string_view text) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t opening = next_opening(text, at);
    if (opening == std::string_view::npos) break;
    const std::size_t closing = closing_brace(text, opening);
    const std::size_t end = closing == std::string_view::npos ? text.size() : closing + 1;
    out += text.substr(at, opening - at);
    out += '$';
    out += text.substr(opening, end - opening);
    at = end;
  }
  out += text.substr(std::min(at, text.size()));
  return out;
}

}  // namespace ws
