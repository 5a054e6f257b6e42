#include "formats/prose/prose_reader.h"

#include <fmt/format.h>

#include "base/ascii.h"
#include "base/text.h"
#include "formats/prose/declarations.h"
#include "formats/prose/lowering.h"
#include "formats/prose/parser.h"
#include "model/mistakes.h"

namespace ws {
namespace {

// Far more than anybody writes; tokens take many times the room of the text.
constexpr std::size_t kLargestProgram = 4U << 20U;

// The file's name without folder and ending, as an id.
std::string id_of(std::string_view file) {
  const std::size_t slash = file.find_last_of("/\\");
  if (slash != std::string_view::npos) file.remove_prefix(slash + 1);
  const std::size_t dot = file.rfind('.');
  if (dot != std::string_view::npos && dot > 0) file = file.substr(0, dot);
  std::string out;
  for (const char c : file) {
    const bool is_safe = is_name_character(c) || c == '-' || c == '.';
    if (!is_safe && (out.empty() || out.back() == '-')) continue;
    out += is_safe ? c : '-';
  }
  while (!out.empty() && (out.back() == '-' || out.back() == '.')) out.pop_back();
  while (!out.empty() && out.front() == '.') out.erase(0, 1);
  for (std::size_t at = out.find(".."); at != std::string::npos; at = out.find(".."))
    out.erase(at, 1);
  return out.empty() ? "program" : out;
}

bool is_program(const prose::Program& program) {
  for (const prose::Statement& one : program.statements) {
    if (!std::holds_alternative<prose::UseBody>(one.body)) return true;
  }
  return false;
}

}  // namespace

void read_prose(SourceId source, Workset& workset, Diagnostics& diagnostics) {
  const std::string_view text = workset.sources.text(source);
  if (text.size() > kLargestProgram) {
    diagnostics.error(mistakes::limit_exceeded, {source, 0, 0},
                      fmt::format("a prose program may have at most {} bytes, not {}",
                                  kLargestProgram, text.size()),
                      "");
    return;
  }
  if (const auto invalid = first_invalid_utf8(text)) {
    diagnostics.error(mistakes::not_utf8, {source, static_cast<std::uint32_t>(*invalid), 1},
                      "the file is not UTF-8", "save it as UTF-8");
    return;
  }
  const std::size_t errors = diagnostics.error_count();
  const prose::Program program = prose::parse(workset.sources, source, diagnostics);
  if (!is_program(program)) {
    if (diagnostics.error_count() > errors) return;
    diagnostics.error(mistakes::empty_file, {source, 0, 0}, "there is nothing in this program",
                      "write session \"what to do\"");
    return;
  }
  Workstream out;
  out.file = std::string(workset.sources.name(source));
  out.id = id_of(out.file);
  out.place = {source, program.statements.front().place.offset,
               program.statements.front().place.length};
  out.notation = "prose";
  const prose::Declarations declared = prose::declare(program, diagnostics);
  prose::lower_program(program, declared, out, diagnostics);
  workset.workstreams.push_back(std::move(out));
}

}  // namespace ws
