#include "formats/prose/lowering.h"

#include <fmt/format.h>

#include "base/text.h"
#include "formats/prose/lowering_state.h"
#include "model/mistakes.h"

namespace ws::prose {
namespace {

// More than this is a mistake of the program, not a wish.
constexpr std::size_t kMostNodes = 100'000;

}  // namespace

void Lowering::report(const DiagnosticKind& kind, Place place, std::string message,
                      std::string hint) {
  // A block is lowered once a call: one complaint is enough.
  if (!reported_.emplace(place.offset, kind.name).second) return;
  diagnostics_.error(kind, place, std::move(message), std::move(hint));
}

void Lowering::defer(std::string_view key, Place place, std::string message, std::string hint) {
  if (!reported_.emplace(place.offset, key).second) return;
  Workstream& out = make_.workstream();
  out.deferred.push_back({std::string(key), fmt::format("workstream '{}'", out.id), place, "",
                          std::move(message), std::move(hint)});
}

bool Lowering::has_room(Place place) {
  if (!is_full_ && make_.count() < kMostNodes) return true;
  if (!is_full_) {
    report(mistakes::limit_exceeded, place,
           fmt::format("written out, this program has more than {} steps", kMostNodes),
           "fewer rounds, or fewer blocks inside of blocks");
  }
  is_full_ = true;
  return false;
}

std::string Lowering::id_for(const Wish& wish, std::string_view word) {
  return wish.name.empty() ? make_.numbered(word) : make_.unique(wish.name);
}

Value Lowering::stored(const Value& value, std::string_view name, Place place, Members& members) {
  const std::string id = make_.unique(name);
  const std::size_t born = make_.count();
  make_.add_let(id, place, {{"value", as_json(value)}});
  members.push_back({id});
  return reference_value(step_path(id, "outputs.value"), born);
}

Value Lowering::sequence(const Statements& statements, Members& members) {
  Value last;
  for (const Statement& one : statements) {
    if (!has_room(one.place)) break;
    const bool is_value = !std::holds_alternative<AgentBody>(one.body) &&
                          !std::holds_alternative<BlockBody>(one.body) &&
                          !std::holds_alternative<UseBody>(one.body) &&
                          !std::holds_alternative<InputBody>(one.body);
    Value made = statement(one, members);
    if (is_value) last = std::move(made);
  }
  return last;
}

Value Lowering::statement(const Statement& statement, Members& members) {
  Wish wish{"", statement.place};
  if (statement.binding.names.size() == 1) wish.name = statement.binding.names.front().text;
  ++nesting_;
  Value value = body(statement, wish, members);
  --nesting_;
  if (statement.binding.kind != BindingKind::none) bind(statement, value, members);
  return value;
}

Value Lowering::body(const Statement& statement, const Wish& wish, Members& members) {
  struct Visitor {
    Lowering& self;
    const Wish& wish;
    Members& members;
    Value operator()(const SessionBody& body) { return self.session(body, wish, members); }
    Value operator()(const ParallelBody& body) { return self.parallel(body, wish, members); }
    Value operator()(const DoBody& body) { return self.do_block(body, wish, members); }
    Value operator()(const CallBody& body) { return self.call(body, wish, members); }
    Value operator()(const RepeatBody& body) { return self.repeat(body, wish, members); }
    Value operator()(const ForBody& body) { return self.for_each(body, wish, members); }
    Value operator()(const LoopBody& body) { return self.loop(body, wish, members); }
    Value operator()(const TryBody& body) { return self.attempt(body, wish, members); }
    Value operator()(const ThrowBody& body) { return self.throw_error(body, wish, members); }
    Value operator()(const IfBody& body) { return self.conditional(body, wish, members); }
    Value operator()(const ChoiceBody& body) { return self.choice(body, wish, members); }
    Value operator()(const SequenceBody& body) {
      return self.chained_sessions(body, wish, members);
    }
    Value operator()(const PipeBody& body) { return self.pipe(body, wish, members); }
    Value operator()(const ValueBody& body) { return self.evaluate(body.value, members); }
    // Known beforehand.
    Value operator()(const InputBody&) { return {}; }
    Value operator()(const UseBody&) { return {}; }
    Value operator()(const AgentBody&) { return {}; }
    Value operator()(const BlockBody&) { return {}; }
  };
  return std::visit(Visitor{*this, wish, members}, statement.body);
}

Value Lowering::chained_sessions(const SequenceBody& body, const Wish& wish, Members& members) {
  if (wish.name.empty()) return sequence(body.statements, members);
  return do_block({body.statements}, wish, members);
}

void Lowering::bind(const Statement& statement, const Value& value, Members& members) {
  const Binding& binding = statement.binding;
  const bool is_in_block = !open_blocks_.empty();
  if (binding.kind == BindingKind::output) {
    if (is_in_block) {
      returned_ = value;
    } else if (binding.names.empty()) {
      const auto* given = std::get_if<ValueBody>(&statement.body);
      if (given == nullptr || given->value.kind != Expression::Kind::name ||
          given->value.names.size() != 1) {
        report(mistakes::prose_e023, binding.place, "E023: an output needs a name",
               "write output NAME = …");
      } else {
        output_names_.emplace_back(given->value.names.front(), binding.place);
      }
    }
    for (const Name& name : binding.names) {
      if (!is_in_block && !name.text.empty()) output_names_.emplace_back(name.text, name.place);
    }
  }
  for (const Name& name : binding.names) {
    if (name.text.empty()) continue;
    scope_.set(name.text, binding.is_taken_apart ? member_of(value, name.text) : value);
  }
  (void)members;
}

void Lowering::outputs(Members& members) {
  std::set<std::string> seen;
  for (const auto& [name, place] : output_names_) {
    if (!seen.insert(name).second) continue;
    const Value* const found = scope_.find(name);
    if (found == nullptr || found->kind == Value::Kind::missing) continue;
    Value value = *found;
    const bool is_built = value.kind == Value::Kind::list || value.kind == Value::Kind::object;
    if (is_built) value = stored(value, name, place, members);
    make_.workstream().outputs.push_back({name, as_template(value), place});
  }
}

// Their mistakes count too.
void Lowering::unused_blocks() {
  for (const auto& [name, block] : declared_.blocks) {
    if (seen_blocks_.count(block) > 0) continue;
    Workstream scratch;
    Lowering trial(declared_, scratch, diagnostics_);
    trial.is_trying_out_ = true;
    trial.reported_ = reported_;
    CallBody call;
    call.target = block->name;
    for (const Name& parameter : block->parameters) {
      Expression value;
      value.place = parameter.place;
      call.arguments.emplace_back(Name{}, std::move(value));
    }
    Members members;
    (void)trial.block_call(call, *block, {"", block->name.place}, members);
    reported_ = std::move(trial.reported_);
    seen_blocks_.insert(trial.seen_blocks_.begin(), trial.seen_blocks_.end());
  }
}

void Lowering::run(const Program& program) {
  for (const InputBody* input : declared_.inputs) {
    Input made;
    made.name = input->name.text;
    made.place = input->name.place;
    if (input->description) made.description = std::string(trimmed(input->description->plain()));
    make_.workstream().inputs.push_back(std::move(made));
    scope_.set(input->name.text, reference_value(fmt::format("inputs.{}", input->name.text), 0));
  }
  Members members;
  (void)sequence(program.statements, members);
  outputs(members);
  make_.chain(members);
  unused_blocks();
}

void lower_program(const Program& program, const Declarations& declared, Workstream& out,
                   Diagnostics& diagnostics) {
  Lowering(declared, out, diagnostics).run(program);
}

}  // namespace ws::prose
