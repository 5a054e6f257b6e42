#include "formats/blok/blok_scope.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace ws {
namespace {

// More writers of one name are passed over: an expression with more stand-ins would be too long.
constexpr std::size_t kMostCandidates = 15;
// So many writers are looked at: those that cannot be seen from here cost time too.
constexpr std::ptrdiff_t kMostLookedAt = 2000;

NativePath joined(NativePath base, const NativePath& rest) {
  base.insert(base.end(), rest.begin(), rest.end());
  return base;
}

NativePath behind(const NativePath& path, std::size_t count) {
  return {path.begin() + static_cast<std::ptrdiff_t>(std::min(count, path.size())), path.end()};
}

BlokValue only(NativePath path) {
  BlokValue out;
  out.candidates.push_back(std::move(path));
  return out;
}

BlokValue nothing(std::string why, std::string hint = {}) {
  BlokValue out;
  out.why = std::move(why);
  out.hint = std::move(hint);
  return out;
}

BlokValue literal_at(const Datum& literal, const NativePath& rest) {
  BlokValue out;
  const Datum* at = &literal;
  for (const std::string& name : rest) {
    at = at->find(name);
    if (at == nullptr) break;
  }
  out.literal = at == nullptr ? Datum{} : *at;
  return out;
}

}  // namespace

BlokScope::BlokScope() {
  regions_.emplace_back();
  open_.push_back(0);
}

BlokScope::RegionId BlokScope::open(Region kind, std::string group) {
  regions_.push_back({open_.back(), kind, std::move(group), true, false});
  open_.push_back(regions_.size() - 1);
  return open_.back();
}

void BlokScope::close() {
  regions_[open_.back()].is_open = false;
  open_.pop_back();
}

void BlokScope::enter_loop(std::set<std::string, std::less<>> written) {
  loops_.push_back({std::move(written), open_.back()});
}

void BlokScope::write(const std::string& name, NativePath base, std::string id) {
  names_[name].push_back({std::move(base), std::nullopt, std::move(id), open_.back()});
}

void BlokScope::write(const std::string& name, Datum literal) {
  names_[name].push_back({{}, std::move(literal), {}, open_.back()});
}

void BlokScope::spread(NativePath base) {
  spreads_.push_back({std::move(base), std::nullopt, {}, open_.back()});
}

void BlokScope::forbid(const std::string& name, std::string why) {
  forbidden_[name] = std::move(why);
}

BlokScope::Sight BlokScope::sight_of(RegionId region) const {
  Sight out;
  for (; !regions_[region].is_open; region = regions_[region].parent) {
    const RegionState& state = regions_[region];
    if (state.is_hidden) out.is_seen = false;
    switch (state.kind) {
      case Region::certain:
        break;
      case Region::conditional:
        out.maybe = state.group;
        break;
      case Region::items:
        out.is_lost = true;
        break;
    }
  }
  return out;
}

bool BlokScope::is_inside(RegionId region, RegionId of) const {
  while (region > of) region = regions_[region].parent;
  return region == of;
}

// In a loop whose body writes the name, only a write that surely came before in this round counts.
bool BlokScope::is_of_last_round(std::string_view name, const Written* certain) const {
  return std::any_of(loops_.begin(), loops_.end(), [&](const Loop& loop) {
    if (loop.written.find(name) == loop.written.end()) return false;
    return certain == nullptr || !is_inside(certain->region, loop.region);
  });
}

// Whether that group has not ended yet.
bool BlokScope::is_within(std::string_view group) const {
  return std::any_of(open_.begin(), open_.end(),
                     [&](RegionId region) { return regions_[region].group == group; });
}

BlokValue BlokScope::named(std::string_view name, const NativePath& rest) const {
  if (!rest.empty() && rest.back() == "length") {
    return nothing("lists and texts have no length here",
                   "let a node count, and read the number it hands on");
  }
  const auto found = names_.find(name);
  const bool is_own = found != names_.end();
  if (!is_own && forbidden_.find(name) != forbidden_.end()) return unknown(name);
  const std::vector<Written>& written = is_own ? found->second : spreads_;
  const NativePath full = is_own ? rest : joined({std::string(name)}, rest);
  BlokValue out;
  bool is_lost = false;
  bool is_beside = false;
  const Written* certain = nullptr;
  std::string maybe;
  for (auto it = written.rbegin(); it != written.rend(); ++it) {
    if (it - written.rbegin() == kMostLookedAt) break;
    const Sight sight = sight_of(it->region);
    is_lost = is_lost || (sight.is_seen && sight.is_lost);
    is_beside = is_beside || !sight.is_seen;
    if (!sight.is_seen || sight.is_lost) continue;
    if (it->literal) {
      if (out.candidates.empty()) return literal_at(*it->literal, full);
      break;
    }
    if (out.candidates.size() == kMostCandidates) break;
    if (rest.empty() && out.candidates.empty()) out.step = it->id;
    out.candidates.push_back(joined(it->base, full));
    if (sight.maybe.empty() && is_own) {
      certain = &*it;
      break;
    }
    maybe = sight.maybe;
  }
  if (is_of_last_round(name, certain)) {
    return nothing("it is of the round before: a loop reads what it wrote only in its condition",
                   "let a node of the loop keep it in a file");
  }
  if (out.candidates.empty() && is_lost) {
    return nothing(fmt::format("'{}' is written once per item: which of them is meant cannot be "
                               "said afterwards",
                               printable(name)),
                   "ctx.state.<name of the forEach> is the list of all results");
  }
  if (out.candidates.empty() && is_beside && forbidden_.find(name) == forbidden_.end()) {
    return nothing(
        fmt::format("'{}' is written beside it, and each starts from what was there "
                    "before",
                    printable(name)));
  }
  if (out.candidates.empty()) return unknown(name);
  if (out.candidates.size() > 1) out.step.clear();
  out.is_certain = certain != nullptr || maybe.empty();
  // The group succeeded when a reader behind it runs: its error is null. Inside it (a catch) it has
  // not ended.
  out.ends_in_null = !out.is_certain && !is_within(maybe);
  if (out.ends_in_null) out.candidates.push_back({"steps", maybe, "error"});
  return out;
}

BlokValue BlokScope::unknown(std::string_view name) const {
  if (name == kPrevious) return nothing("there is no step before it");
  const auto why = forbidden_.find(name);
  if (why != forbidden_.end()) return nothing(why->second);
  std::vector<std::string_view> names;
  if (hints_left_ > 0) {
    --hints_left_;
    for (const auto& known : names_) names.emplace_back(known.first);
  }
  const auto near = nearest(name, names);
  return nothing(
      fmt::format("no step before it is called '{}'", truncate_to_width(printable(name), 60)),
      near ? fmt::format("did you mean '{}'?", *near) : std::string());
}

BlokValue BlokScope::error(const NativePath& rest) const {
  if (handlers_ == 0) return nothing("only the steps of a catch or finally are told of an error");
  const std::string part = rest.empty() ? "" : rest[0];
  if (rest.size() == 1 && part == "message") return only({"error", "message"});
  if (rest.size() == 1 && part == "code") return only({"error", "code"});
  if (rest.size() == 1 && (part == "stepId" || part == "step" || part == "node"))
    return only({"error", "step"});
  return nothing("an error has message, stepId and code");
}

// The body of a request is what --input gives; its other parts are inputs of their own.
BlokValue BlokScope::request(const NativePath& rest) const {
  if (rest.empty()) return nothing("it means the request as a whole", "read ctx.request.body");
  if (rest.back() == "length") {
    return nothing("lists and texts have no length here",
                   "let a node count, and read the number it hands on");
  }
  if (rest[0] == "body") return only(joined({"inputs"}, behind(rest, 1)));
  return only(joined({"inputs"}, rest));
}

BlokValue BlokScope::of_context(const NativePath& path) const {
  const std::string part = path.empty() ? "" : path[0];
  const NativePath rest = behind(path, 1);
  if (part == "state" || part == "vars") {
    if (rest.empty()) return nothing("it means all values at once", "name one: ctx.state.<name>");
    return named(rest[0], behind(rest, 1));
  }
  if (part == "request" || part == "req") return request(rest);
  if (part == "prev") return named(kPrevious, rest);
  if (part == "response" && !rest.empty() && rest[0] == "data")
    return named(kPrevious, behind(rest, 1));
  if (part == "error") return error(rest);
  if (part == "env") {
    return nothing("it is a variable of the environment",
                   "the node's program finds it in its environment");
  }
  return nothing(part.empty() ? "it means ctx as a whole"
                              : fmt::format("ctx.{} is not known", printable(part)),
                 "ctx.state, ctx.vars, ctx.request, ctx.response.data, ctx.prev and ctx.error are "
                 "known");
}

BlokValue BlokScope::resolve(const std::vector<std::string>& path) const {
  const std::string& root = path[0];
  if (root == "ctx" || root == "$") return of_context(behind(path, 1));
  if (root == "vars") return of_context(path);
  if (root == "data") {
    BlokValue value = named(kPrevious, behind(path, 1));
    const bool is_first = names_.find(kPrevious) == names_.end();
    return is_first ? only(joined({"inputs"}, behind(path, 1))) : value;
  }
  if (root == "process") {
    return nothing("it is a variable of the environment",
                   "the node's program finds it in its environment");
  }
  return nothing(fmt::format("'{}' is not known", truncate_to_width(printable(root), 60)),
                 "expressions know ctx, vars and data");
}

BlokValue BlokScope::resolve_reference(const std::string& step,
                                       const std::vector<std::string>& path) const {
  if (step == "@trigger") return request(path);
  if (step == "@error") return error(path);
  if (step == "@prev") return named(kPrevious, path);
  return named(step, path);
}

}  // namespace ws
