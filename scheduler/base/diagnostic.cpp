#include "base/diagnostic.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace ws {

void Diagnostics::add(Diagnostic diagnostic) {
  if (diagnostic.severity == Severity::error) ++errors_;
  items_.push_back(std::move(diagnostic));
}

Diagnostic& Diagnostics::error(const DiagnosticKind& kind, Place place, std::string message,
                               std::string hint) {
  add(Diagnostic{&kind, Severity::error, place, std::move(message), std::move(hint), {}, {}});
  return items_.back();
}

Diagnostic& Diagnostics::warning(const DiagnosticKind& kind, Place place, std::string message,
                                 std::string hint) {
  add(Diagnostic{&kind, Severity::warning, place, std::move(message), std::move(hint), {}, {}});
  return items_.back();
}

void Diagnostics::promote_warnings() {
  for (Diagnostic& item : items_) item.severity = Severity::error;
  errors_ = items_.size();
}

namespace {

struct Excerpt {
  std::string line;
  std::size_t caret = 0;   // display columns before the caret
  std::size_t length = 1;  // carets
};

// The source line around the place, cut to `width` display columns and cleaned of control
// characters.
Excerpt excerpt(Place place, const SourceSet& sources, std::size_t width) {
  const std::string_view line = sources.line_text(place);
  const std::string_view text = sources.text(place.source);
  const auto line_start = static_cast<std::size_t>(line.data() - text.data());
  const std::size_t begin =
      std::min(place.offset - std::min<std::size_t>(place.offset, line_start), line.size());
  const std::size_t end = std::min(begin + std::max<std::size_t>(place.length, 1), line.size());

  std::size_t from = 0;
  if (end > width) from = begin > width / 2 ? begin - width / 2 : 0;
  while (from > 0 && (static_cast<unsigned char>(line[from]) & 0xC0U) == 0x80U) --from;
  std::size_t to = std::min(line.size(), from + width);
  while (to < line.size() && to > begin && (static_cast<unsigned char>(line[to]) & 0xC0U) == 0x80U)
    --to;

  const std::string before = printable(line.substr(from, begin - from));
  const std::string marked = printable(line.substr(begin, std::min(end, to) - std::min(begin, to)));
  const std::string after = end < to ? printable(line.substr(end, to - end)) : std::string();

  Excerpt result;
  result.line = (from > 0 ? "…" : "") + before + marked + after + (to < line.size() ? "…" : "");
  result.caret = display_width(before) + (from > 0 ? 1 : 0);
  result.length = std::max<std::size_t>(1, display_width(marked));
  return result;
}

void append_excerpt(std::string& out, Place place, const SourceSet& sources,
                    const RenderOptions& options, std::string_view caret_colour) {
  if (!place.is_known() || sources.text(place.source).empty()) return;
  const Excerpt shown = excerpt(place, sources, options.width);
  const std::string number = std::to_string(sources.line_column(place).line);
  out += fmt::format(" {} | {}\n", number, shown.line);
  out += fmt::format(" {} | {}{}{}{}\n", std::string(number.size(), ' '),
                     std::string(shown.caret, ' '), options.colour ? caret_colour : "",
                     std::string(shown.length, '^'), options.colour ? "\x1b[0m" : "");
}

}  // namespace

std::string render(const Diagnostic& diagnostic, const SourceSet& sources,
                   const RenderOptions& options) {
  const bool is_error = diagnostic.severity == Severity::error;
  const std::string_view word = is_error ? "error" : "warning";
  const std::string_view colour = is_error ? "\x1b[1;31m" : "\x1b[1;33m";

  std::string out;
  const std::string where = sources.describe(diagnostic.place);
  if (!where.empty()) out += printable(where) + ": ";
  out += options.colour ? fmt::format("{}{}:\x1b[0m ", colour, word) : fmt::format("{}: ", word);
  out += printable(diagnostic.message);
  out += '\n';
  append_excerpt(out, diagnostic.place, sources, options, colour);
  for (const DiagnosticNote& note : diagnostic.notes) {
    const std::string note_where = sources.describe(note.place);
    out += fmt::format("  {}{}{}\n", note_where.empty() ? "" : printable(note_where),
                       note_where.empty() ? "" : ": ", printable(note.message));
    append_excerpt(out, note.place, sources, options, "\x1b[1;36m");
  }
  if (!diagnostic.hint.empty()) out += fmt::format("  hint: {}\n", printable(diagnostic.hint));
  return out;
}

std::string render(const Diagnostics& diagnostics, const SourceSet& sources,
                   const RenderOptions& options) {
  std::vector<const Diagnostic*> ordered;
  ordered.reserve(diagnostics.items().size());
  for (const Diagnostic& item : diagnostics.items()) ordered.push_back(&item);
  std::stable_sort(ordered.begin(), ordered.end(), [](const Diagnostic* a, const Diagnostic* b) {
    // Nowhere comes last; then by source, offset, severity.
    if (a->place.source != b->place.source) return a->place.source < b->place.source;
    if (a->place.offset != b->place.offset) return a->place.offset < b->place.offset;
    return a->severity < b->severity;
  });
  // When not all can be shown, errors go first: a warning must not hide the reason for the exit
  // code.
  if (ordered.size() > options.limit) {
    std::stable_partition(ordered.begin(), ordered.end(),
                          [](const Diagnostic* item) { return item->severity == Severity::error; });
  }

  std::string out;
  const std::size_t shown = std::min(options.limit, ordered.size());
  for (std::size_t i = 0; i < shown; ++i) out += render(*ordered[i], sources, options);
  if (shown < ordered.size()) out += fmt::format("… and {} more\n", ordered.size() - shown);
  if (!ordered.empty()) {
    out += fmt::format("{}, {}\n", counted(diagnostics.error_count(), "error"),
                       counted(diagnostics.warning_count(), "warning"));
  }
  return out;
}

}  // namespace ws
