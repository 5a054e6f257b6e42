#include "formats/loader.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/ascii.h"
#include "base/text.h"
#include "formats/blok/blok_reader.h"
#include "formats/coerce.h"
#include "formats/kata/kata_reader.h"
#include "formats/notation.h"
#include "formats/phase_plan/phase_plan_reader.h"
#include "formats/plan_variables.h"
#include "formats/prose/prose_reader.h"
#include "formats/readers.h"
#include "formats/schema_check.h"
#include "formats/shape_of_file.h"
#include "formats/shapes.h"
#include "formats/source_text.h"
#include "formats/substitution.h"
#include "formats/workstream_reader.h"
#include "model/mistakes.h"

namespace ws {
namespace {

class FileLoader {
 public:
  FileLoader(SourceId source, const LoadOptions& options, Workset& workset,
             Diagnostics& diagnostics)
      : source_(source), options_(options), workset_(workset), diagnostics_(diagnostics) {}

  LoadVerdict load(Notation notation) {
    if (notation.is_guess && is_nothing(notation.format)) return LoadVerdict::not_a_workstream;
    const Format format = notation.format;
    const std::size_t errors_before = diagnostics_.error_count();
    switch (format) {
      case Format::kata:
        read_kata(source_, workset_, diagnostics_);
        return verdict(errors_before);
      case Format::prose:
        read_prose(source_, workset_, diagnostics_);
        return verdict(errors_before);
      case Format::automatic:
      case Format::json:
      case Format::yaml:
        break;
    }
    std::optional<Document> document = read(format);
    if (!document || document->is_empty()) return LoadVerdict::has_errors;
    const Value root = document->root();
    const FileShape shape = shape_of(root);
    switch (shape) {
      case FileShape::none:
        diagnostics_.error(mistakes::not_a_workstream, start_of(root), why_no_workstream(root),
                           std::string(kLookedFor));
        return LoadVerdict::not_a_workstream;
      case FileShape::phase_plan:
        substitute_variables(*document, shape);
        keep(read_phase_plan(document->root(), file(), workset_.sources, diagnostics_));
        break;
      case FileShape::blok:
        keep(read_blok(root, file(), workset_.sources, diagnostics_));
        break;
      case FileShape::plan:
        substitute_plan_variables(*document, lookup(options_.vars), workset_.known_vars);
        add_all(document->root(), shape);
        break;
      case FileShape::workstream:
      case FileShape::many:
        substitute_variables(*document, shape);
        add_all(document->root(), shape);
        break;
    }
    return verdict(errors_before);
  }

 private:
  [[nodiscard]] LoadVerdict verdict(std::size_t errors_before) const {
    return diagnostics_.error_count() > errors_before ? LoadVerdict::has_errors
                                                      : LoadVerdict::loaded;
  }
  [[nodiscard]] std::string file() const { return std::string(workset_.sources.name(source_)); }
  // Without an id nothing can refer to it: its own mistakes are all there is to say.
  void keep(Workstream workstream) {
    if (!workstream.id.empty()) workset_.workstreams.push_back(std::move(workstream));
  }

  using Vars = std::map<std::string, std::string, std::less<>>;

  // Whether a text that nothing tells the notation of is none: what a reader of YAML would say of
  // it helps nobody.
  bool is_nothing(Format format) {
    constexpr std::size_t kRead = 65536;  // more is not worth the time
    const bool is_long = workset_.sources.text(source_).size() > kRead;
    Diagnostics unheard;
    const std::optional<Document> document = format == Format::yaml && !is_long
                                                 ? read_yaml(workset_.sources, source_, {}, unheard)
                                                 : std::nullopt;
    const bool is_text = document && !document->is_empty() && !document->root().is_object() &&
                         !document->root().is_array();
    const bool is_broken =
        unheard.has_errors() && unheard.items().front().kind == &mistakes::syntax;
    if (!is_text && !is_broken && !is_long) return false;
    diagnostics_.error(mistakes::not_a_workstream, {source_, 0, 0},
                       "neither its name nor its text tells what this file is",
                       std::string(kLookedFor) + "; --format says which it is");
    return true;
  }

  std::optional<Document> read(Format format) {
    const JsonOptions json{!options_.strict_json, {}};
    return format == Format::yaml ? read_yaml(workset_.sources, source_, {}, diagnostics_)
                                  : read_json(workset_.sources, source_, json, diagnostics_);
  }

  [[nodiscard]] VariableLookup lookup(Vars vars) const { return {options_.env, std::move(vars)}; }

  static Place start_of(Value value) {
    Place place = value.place();
    place.length = std::min<std::uint32_t>(place.length, 1);
    return place;
  }

  // The defaults of one workstream's `vars:`; they may use the environment and earlier ones.
  void add_defaults(Value workstream, Vars& vars) {
    if (!workstream.is_object()) return;
    const auto block = workstream.find("vars");
    if (!block || !block->is_object()) return;
    for (const Member& member : block->members()) {
      workset_.known_vars.emplace(member.key);
      if (options_.vars.find(member.key) != options_.vars.end()) continue;
      std::optional<std::string> text = to_scalar_text(member.value, workset_.sources);
      if (!text) continue;
      if (auto result = substitute(*text, lookup(vars))) text = std::move(result->text);
      const auto [entry, is_new] = vars.emplace(std::string(member.key), *text);
      if (is_new || entry->second == *text) continue;
      diagnostics_.error(
          mistakes::conflicting_keys, member.key_place,
          fmt::format("the variable '{}' has another default in the same file", member.key),
          "give the two variables different names");
    }
  }

  void substitute_variables(Document& document, FileShape shape) {
    Vars vars = options_.vars;
    const Value root = document.root();
    if (shape == FileShape::many) {
      for (const Value element : root.items()) add_defaults(element, vars);
    } else {
      add_defaults(root, vars);
    }
    has_missing_variables_ = !substitute(document, workset_.sources, lookup(std::move(vars)),
                                         diagnostics_, workset_.known_vars);
  }

  void add_all(Value root, FileShape shape) {
    SchemaCheck check(workset_.sources, diagnostics_, {has_missing_variables_});
    if (shape != FileShape::many) return add(root, shape, check);
    for (const Value element : root.items()) {
      if (element.is_object()) {
        const bool is_plan = element.find(name_of(Key::plan_id)).has_value();
        add(element, is_plan ? FileShape::plan : FileShape::workstream, check);
      } else {
        diagnostics_.error(mistakes::wrong_type, element.place(),
                           fmt::format("each element of the file must be a workstream, not {}",
                                       describe(element.kind())),
                           "");
      }
    }
  }

  void add(Value value, FileShape shape, SchemaCheck& check) {
    const bool is_plan = shape == FileShape::plan;
    check.check_object(value, is_plan ? kPlanObject : kWorkstreamObject);
    keep(is_plan ? read_plan(value, file(), workset_.sources, diagnostics_)
                 : read_workstream(value, file(), workset_.sources, diagnostics_));
  }

  SourceId source_;
  const LoadOptions& options_;
  Workset& workset_;
  Diagnostics& diagnostics_;
  bool has_missing_variables_ = false;
};

}  // namespace

LoadVerdict load_text(std::string name, std::string text, const LoadOptions& options,
                      Workset& workset, Diagnostics& diagnostics) {
  const std::string extension = extension_of(name);
  const SourceId source = workset.sources.add(std::move(name), without_mark(std::move(text)));
  if (options.format == Format::automatic) {
    if (const Unsupported* found = unsupported(extension)) {
      diagnostics.error(mistakes::unsupported_format, {source, 0, 0},
                        fmt::format("{} files are not read", found->what),
                        std::string(found->hint));
      return LoadVerdict::has_errors;
    }
  }
  FileLoader loader(source, options, workset, diagnostics);
  const std::string_view content = workset.sources.text(source);
  return loader.load(options.format == Format::automatic ? notation_of(extension, content)
                                                         : Notation{options.format});
}

std::vector<std::string> unused_vars(const LoadOptions& options, const Workset& workset) {
  std::vector<std::string> out;
  for (const auto& [name, value] : options.vars) {
    if (workset.known_vars.find(name) == workset.known_vars.end()) out.push_back(name);
  }
  return out;
}

}  // namespace ws
