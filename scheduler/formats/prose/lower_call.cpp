// Blocks, written out where they are called, and calls of other programs.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/prose/lowering_state.h"
#include "model/mistakes.h"

namespace ws::prose {
namespace {

constexpr std::size_t kDeepestCall = 200;

}  // namespace

Value Lowering::do_block(const DoBody& body, const Wish& wish, Members& members) {
  const std::string id = id_for(wish, "do");
  Members inner;
  Value value = sequence(body.statements, inner);
  if (inner.empty()) return value;
  Group& group = make_.add_sequence(id, wish.place, inner);
  if (!inner.back().is_passing) group.result_from = inner.back().id;
  members.push_back({id});
  return value;
}

Value Lowering::call(const CallBody& body, const Wish& wish, Members& members) {
  const auto block = declared_.blocks.find(body.target.text);
  if (block != declared_.blocks.end()) return block_call(body, *block->second, wish, members);
  const auto program = declared_.programs.find(body.target.text);
  if (program != declared_.programs.end())
    return program_call(body, *program->second, wish, members);
  for (const auto& [name, argument] : body.arguments) (void)evaluate(argument, members);
  if (declared_.may_know(body.target.text)) return {};
  std::string hint = spelling_hint(body.target.text, declared_.blocks);
  if (hint.empty()) hint = spelling_hint(body.target.text, declared_.programs);
  if (body.has_do) {
    report(mistakes::bad_reference, body.target.place,
           fmt::format("undefined block '{}'", body.target.text),
           hint.empty() ? fmt::format("define it with block {}:", body.target.text) : hint);
  } else {
    report(mistakes::prose_e025, body.target.place,
           fmt::format("E025: unknown program '{}'", body.target.text),
           hint.empty() ? fmt::format("import it with use \"…\" as {}", body.target.text) : hint);
  }
  return {};
}

bool Lowering::is_recursion(const CallBody& body, const BlockBody& block) {
  const auto open = std::find(open_blocks_.begin(), open_blocks_.end(), &block);
  if (open == open_blocks_.end()) {
    if (open_blocks_.size() < kDeepestCall) return false;
    report(mistakes::limit_exceeded, body.target.place,
           fmt::format("blocks call each other more than {} deep", kDeepestCall));
    return true;
  }
  std::string path;
  for (auto at = open; at != open_blocks_.end(); ++at) path += (*at)->name.text + " -> ";
  report(mistakes::cycle, body.target.place,
         fmt::format("a block calls itself: {}{}", path, block.name.text),
         "blocks are written out where they are called, so the loop would never end");
  return true;
}

std::vector<Value> Lowering::arguments_of(const CallBody& body, const BlockBody& block,
                                          Members& members) {
  std::vector<Value> out(block.parameters.size());
  std::size_t next = 0;
  std::set<std::size_t> given;
  for (const auto& [name, argument] : body.arguments) {
    Value value = evaluate(argument, members);
    std::size_t at = next;
    if (!name.text.empty()) {
      const auto found = std::find_if(
          block.parameters.begin(), block.parameters.end(),
          [&wanted = name.text](const Name& parameter) { return parameter.text == wanted; });
      at = static_cast<std::size_t>(found - block.parameters.begin());
    } else {
      ++next;
    }
    if (at >= out.size()) continue;
    out[at] = std::move(value);
    given.insert(at);
  }
  const std::size_t wanted = block.parameters.size();
  const std::size_t count = body.arguments.size();
  if (given.size() == wanted && count == wanted) return out;
  std::string message = fmt::format("block '{}' takes {}, not {}", block.name.text,
                                    counted(wanted, "argument"), count);
  if (given.size() < wanted) {
    report(mistakes::missing_key, body.target.place, std::move(message),
           fmt::format("'{}' has no value", block.parameters[*missing_of(given, wanted)].text));
  } else if (reported_.emplace(body.target.place.offset, "arguments").second) {
    diagnostics_.warning(mistakes::not_applicable, body.target.place, std::move(message),
                         "the others are ignored");
  }
  return out;
}

std::optional<std::size_t> Lowering::missing_of(const std::set<std::size_t>& given,
                                                std::size_t wanted) {
  for (std::size_t i = 0; i < wanted; ++i) {
    if (given.count(i) == 0) return i;
  }
  return std::nullopt;
}

Value Lowering::block_call(const CallBody& body, const BlockBody& block, const Wish& wish,
                           Members& members) {
  seen_blocks_.insert(&block);
  if (is_recursion(body, block)) return {};
  const std::vector<Value> arguments = arguments_of(body, block, members);
  const std::string id = make_.unique(wish.name.empty() ? block.name.text : wish.name);
  std::vector<std::pair<Name, Value>> locals;
  for (std::size_t i = 0; i < arguments.size(); ++i)
    locals.emplace_back(block.parameters[i], arguments[i]);
  std::optional<Value> returned = std::move(returned_);
  returned_.reset();
  const std::string prefix = make_.prefix();
  make_.set_prefix(id + ".");
  open_blocks_.push_back(&block);
  Members inner;
  Value value = in_body(block.statements, locals, inner);
  open_blocks_.pop_back();
  make_.set_prefix(prefix);
  if (returned_) value = *returned_;
  returned_ = std::move(returned);
  if (inner.empty()) return value;
  Group& group = make_.add_sequence(id, wish.place, inner);
  if (!inner.back().is_passing) group.result_from = inner.back().id;
  members.push_back({id});
  return value;
}

// The path's last part is the id of the other workstream; without one a tool profile stands in.
Value Lowering::program_call(const CallBody& body, const UseBody& use, const Wish& wish,
                             Members& members) {
  CallAction action;
  std::string path = use.path.plain();
  const std::size_t slash = path.find_last_of('/');
  std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (name.ends_with(".prose")) name.erase(name.size() - 6);
  action.workstream = name;
  action.place = body.target.place;
  action.tools = {"program:" + path};
  if (path != name) action.tools.push_back("program:" + name);
  std::set<std::string, std::less<>> seen;
  for (const auto& [input, argument] : body.arguments) {
    const Value value = evaluate(argument, members);
    if (input.text.empty()) {
      report(mistakes::missing_key, argument.place,
             fmt::format("an argument of the program '{}' needs the name of its input",
                         body.target.text),
             "write NAME: VALUE");
      continue;
    }
    if (!seen.insert(input.text).second) {
      report(mistakes::duplicate_key, input.place,
             fmt::format("the input '{}' is given twice", input.text));
      continue;
    }
    action.inputs.emplace_back(input.text, as_json(value));
  }
  const std::string id = make_.unique(wish.name.empty() ? body.target.text : wish.name);
  const std::size_t born = make_.count();
  Step& step = make_.add_step(id, wish.place);
  step.action = std::move(action);
  members.push_back({id});
  return reference_value(step_path(id, "outputs"), born);
}

}  // namespace ws::prose
