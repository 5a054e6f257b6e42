// JSON through simdjson's on-demand interface: it finds the tokens and checks the nesting; each
// token's text is read here, which gives places and never leaves a value unread. When anything is
// wrong, json_mistake.h finds the place, because simdjson (3.0) tells none.
#include <cstdint>
#include <limits>
#include <new>
#include <simdjson.h>

#include "formats/document_builder.h"
#include "formats/json_mistake.h"
#include "formats/json_text.h"
#include "formats/readers.h"
#include "formats/source_text.h"
#include "model/mistakes.h"

namespace ws {

namespace {

namespace ondemand = simdjson::ondemand;
using Range = DocumentBuilder::Range;

constexpr std::size_t kDeepest = 1000;  // the reader recurses, so no limit may be above this

enum class Verdict { read, refused, malformed };  // refused: the builder said why

// One that no backslash stands before: the string ended there.
bool has_bare_quote(std::string_view inside) {
  for (std::size_t at = inside.find_first_of("\\\""); at < inside.size();
       at = inside.find_first_of("\\\"", at + 2)) {
    if (inside[at] == '"') return true;
  }
  return false;
}

class Reader {
 public:
  // `text` is what simdjson reads: the source from `start` on, comments blanked.
  Reader(std::string_view text, std::uint32_t start, DocumentBuilder& builder)
      : text_(text), start_(start), builder_(builder) {}

  Verdict document(ondemand::document& document) {
    ondemand::json_type type{};
    if (document.type().get(type) != simdjson::SUCCESS) return Verdict::malformed;
    if (type == ondemand::json_type::array || type == ondemand::json_type::object) {
      ondemand::value root;
      if (document.get_value().get(root) != simdjson::SUCCESS) return Verdict::malformed;
      const Verdict verdict = value(root);
      if (verdict != Verdict::read) return verdict;
      // Text after the value is not an error of the iteration.
      const bool is_at_end = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
      return is_at_end ? Verdict::read : Verdict::malformed;
    }
    const std::size_t first = text_.find_first_not_of(" \t\r\n");
    return scalar(text_.substr(first));
  }

 private:
  std::uint32_t offset_of(std::string_view token) const {
    return start_ + static_cast<std::uint32_t>(token.data() - text_.data());
  }

  static Verdict unless(bool is_added) { return is_added ? Verdict::read : Verdict::refused; }

  Verdict value(ondemand::value value) {
    const std::string_view token = value.raw_json_token();
    if (token.empty()) return Verdict::malformed;
    if (token[0] == '{') return object(value, offset_of(token));
    if (token[0] == '[') return array(value, offset_of(token));
    if (token[0] == '"') {
      // Only this marks a string as read; other scalars are skipped by the iterator.
      ondemand::raw_json_string ignored;
      if (value.get_raw_json_string().get(ignored) != simdjson::SUCCESS) return Verdict::malformed;
    }
    return scalar(token);
  }

  Verdict array(ondemand::value value, std::uint32_t offset) {
    ondemand::array elements;
    if (value.get_array().get(elements) != simdjson::SUCCESS) return Verdict::malformed;
    if (!builder_.begin_array({offset, 1})) return Verdict::refused;
    for (auto result : elements) {
      if (result.error() != simdjson::SUCCESS) return Verdict::malformed;
      const Verdict verdict = this->value(result.value_unsafe());
      if (verdict != Verdict::read) return verdict;
    }
    builder_.end_array();
    return Verdict::read;
  }

  Verdict object(ondemand::value value, std::uint32_t offset) {
    ondemand::object members;
    if (value.get_object().get(members) != simdjson::SUCCESS) return Verdict::malformed;
    if (!builder_.begin_object({offset, 1})) return Verdict::refused;
    for (auto result : members) {
      ondemand::field member;
      if (std::move(result).get(member) != simdjson::SUCCESS) return Verdict::malformed;
      const char* const inside = member.key().raw();
      const std::string_view rest = text_.substr(static_cast<std::size_t>(inside - text_.data()));
      Verdict verdict = key(rest);
      if (verdict != Verdict::read) return verdict;
      verdict = this->value(member.value());
      if (verdict != Verdict::read) return verdict;
    }
    builder_.end_object();
    return Verdict::read;
  }

  // `rest` begins after the key's opening quote.
  Verdict key(std::string_view rest) {
    std::size_t end = 0;
    bool is_plain = true;
    for (; end < rest.size() && rest[end] != '"'; ++end) {
      if (rest[end] != '\\') continue;
      is_plain = false;
      ++end;
    }
    if (end >= rest.size()) return Verdict::malformed;
    const Range inside{offset_of(rest), static_cast<std::uint32_t>(end)};
    const Range place{inside.offset - 1, inside.length + 2};
    if (is_plain) return unless(builder_.key_in_source(inside, place));
    unescaped_.clear();
    if (unescape_json(rest.substr(0, end), unescaped_)) return Verdict::malformed;
    return unless(builder_.key(unescaped_, place));
  }

  // `token` may be followed by blanks.
  Verdict scalar(std::string_view token) {
    token = token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
    const Range place{offset_of(token), static_cast<std::uint32_t>(token.size())};
    if (token.empty()) return Verdict::malformed;
    if (token[0] == '"') return string(token, place);
    if (token == "true") return unless(builder_.boolean(true, place));
    if (token == "false") return unless(builder_.boolean(false, place));
    if (token == "null") return unless(builder_.null(place));
    const std::optional<JsonNumber> number = parse_json_number(token);
    if (!number) return Verdict::malformed;
    if (const auto* integer = std::get_if<std::int64_t>(&*number))
      return unless(builder_.integer(*integer, place));
    return unless(builder_.number(std::get<double>(*number), place));
  }

  Verdict string(std::string_view token, Range place) {
    if (token.size() < 2 || token.back() != '"') return Verdict::malformed;
    const std::string_view inside = token.substr(1, token.size() - 2);
    // simdjson ends a token at its closing quote. A text that is the root is no token of its: it
    // goes on to the end of the file.
    if (has_bare_quote(inside)) return Verdict::malformed;
    if (inside.find('\\') == std::string_view::npos) {
      return unless(builder_.string_in_source({place.offset + 1, place.length - 2}, place));
    }
    unescaped_.clear();
    if (unescape_json(inside, unescaped_)) return Verdict::malformed;
    return unless(builder_.string(unescaped_, place));
  }

  std::string_view text_;
  std::uint32_t start_;
  DocumentBuilder& builder_;
  std::string unescaped_;
};

// Every value but the first has a comma, a colon or an opening bracket before it. Room that is not
// used is never touched, so it costs no memory.
std::size_t most_values(std::string_view text) {
  std::size_t count = 1;
  for (const char c : text)
    count += static_cast<std::size_t>(c == ',') + static_cast<std::size_t>(c == ':') +
             static_cast<std::size_t>(c == '[') + static_cast<std::size_t>(c == '{');
  return count;
}

void report(const JsonMistake& mistake, SourceId source, std::uint32_t start,
            Diagnostics& diagnostics) {
  const auto place = [&](std::size_t offset, std::size_t length) {
    return Place{source, start + static_cast<std::uint32_t>(offset),
                 static_cast<std::uint32_t>(length)};
  };
  Diagnostic& added = diagnostics.error(mistakes::syntax, place(mistake.offset, mistake.length),
                                        mistake.message, mistake.hint);
  if (mistake.note_offset) added.notes.push_back({place(*mistake.note_offset, 1), mistake.note});
}

}  // namespace

std::optional<Document> read_json(const SourceSet& sources, SourceId source,
                                  const JsonOptions& options, Diagnostics& diagnostics) {
  const auto all =
      source_text(sources, source, std::numeric_limits<std::uint32_t>::max(), diagnostics);
  if (!all) return std::nullopt;

  std::string text;
  text.reserve(all->text.size() + simdjson::SIMDJSON_PADDING);
  text = all->text;
  const bool has_comments = options.allow_comments && blank_json_comments(text);
  // simdjson checks what it reads; the comments it does not see.
  if (has_comments && !is_utf8(sources, source, diagnostics)) return std::nullopt;
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) {
    diagnostics.error(mistakes::empty_file, {source, all->start, 0},
                      "the file holds nothing but comments",
                      "a workstream needs at least an id: {\"id\": \"ws-example\"}");
    return std::nullopt;
  }

  ReadLimits limits = options.limits;
  limits.max_depth = std::min(limits.max_depth, kDeepest);
  DocumentBuilder builder(sources, source, limits, diagnostics);
  builder.reserve(most_values(text));
  ondemand::parser parser;
  ondemand::document document;
  Verdict verdict = Verdict::malformed;
  const simdjson::error_code refused =
      parser.iterate(text.data(), text.size(), text.capacity()).get(document);
  if (refused == simdjson::MEMALLOC) throw std::bad_alloc();  // the file is not to blame
  if (refused == simdjson::SUCCESS) verdict = Reader(text, all->start, builder).document(document);
  if (verdict == Verdict::read) return std::move(builder).finish();
  if (verdict == Verdict::refused) return std::nullopt;

  if (!is_utf8(sources, source, diagnostics)) return std::nullopt;
  const std::optional<JsonMistake> mistake = find_json_mistake(text);
  report(mistake.value_or(JsonMistake{0, 1, "this is not JSON", "", {}, {}}), source, all->start,
         diagnostics);
  return std::nullopt;
}

}  // namespace ws
