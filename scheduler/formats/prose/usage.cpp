#include "formats/prose/usage.h"

namespace ws::prose {
namespace {

class Walk {
 public:
  explicit Walk(const Declarations& declared) : declared_(declared) {}

  void statements(const Statements& all) {
    for (const Statement& one : all) {
      for (const Name& name : one.binding.names) usage.writes.insert(name.text);
      std::visit([this](const auto& body) { visit(body); }, one.body);
    }
  }

  Usage usage;

 private:
  void text(const Text& text) { add_reads(text, usage); }

  void expression(const Expression& one) {
    if (!one.names.empty()) usage.reads.insert(one.names.front());
    text(one.words);
    for (const Expression& item : one.items) expression(item);
    for (const auto& [name, member] : one.members) expression(member);
  }
  void properties(const std::vector<Property>& all) {
    for (const Property& one : all) expression(one.value);
  }

  void visit(const SessionBody& body) {
    if (body.prompt) text(*body.prompt);
    if (!body.title.text.empty()) usage.writes.insert(body.title.text);
    properties(body.properties);
    const auto agent = declared_.agents.find(body.agent.text);
    if (agent != declared_.agents.end()) properties(agent->second->properties);
  }
  void visit(const ParallelBody& body) { statements(body.branches); }
  void visit(const DoBody& body) { statements(body.statements); }
  void visit(const CallBody& body) {
    for (const auto& [name, value] : body.arguments) expression(value);
    const auto block = declared_.blocks.find(body.target.text);
    if (block == declared_.blocks.end() || !blocks_.insert(block->second).second) return;
    statements(block->second->statements);
  }
  void visit(const RepeatBody& body) {
    expression(body.count);
    statements(body.statements);
  }
  void visit(const ForBody& body) {
    expression(body.list);
    statements(body.statements);
  }
  void visit(const LoopBody& body) {
    text(body.condition);
    statements(body.statements);
  }
  void visit(const TryBody& body) {
    statements(body.statements);
    if (body.caught) statements(*body.caught);
    if (body.always) statements(*body.always);
  }
  void visit(const ThrowBody& body) {
    if (body.message) text(*body.message);
  }
  void visit(const IfBody& body) {
    for (const Branch& branch : body.branches) {
      text(branch.condition);
      statements(branch.statements);
    }
    if (body.otherwise) statements(*body.otherwise);
  }
  void visit(const ChoiceBody& body) {
    text(body.criteria);
    for (const Branch& option : body.options) statements(option.statements);
  }
  void visit(const SequenceBody& body) { statements(body.statements); }
  void visit(const PipeBody& body) {
    expression(body.list);
    for (const PipeStage& stage : body.stages) statements(stage.statements);
  }
  void visit(const ValueBody& body) { expression(body.value); }
  void visit(const InputBody&) {}
  void visit(const UseBody&) {}
  void visit(const AgentBody&) {}
  void visit(const BlockBody&) {}

  const Declarations& declared_;
  std::set<const BlockBody*> blocks_;
};

}  // namespace

void add_reads(const Text& text, Usage& usage) {
  for (const TextPart& part : text.parts) {
    if (!part.names.empty()) usage.reads.insert(part.names.front());
  }
}

Usage usage_of(const Statements& statements, const Declarations& declared) {
  Walk walk(declared);
  walk.statements(statements);
  return std::move(walk.usage);
}

}  // namespace ws::prose
