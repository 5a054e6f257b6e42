#include "formats/prose/declarations.h"

#include <type_traits>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/prose/property_check.h"
#include "formats/prose/words.h"
#include "model/mistakes.h"

namespace ws::prose {
namespace {

// Walks every statement once, outermost first.
class Declaring {
 public:
  explicit Declaring(Diagnostics& diagnostics) : diagnostics_(diagnostics), check_(diagnostics) {}

  Declarations run(const Program& program) {
    out_.unreadable.insert(program.names_in_broken_lines.begin(),
                           program.names_in_broken_lines.end());
    for (const Statement& one : program.statements) early(one);
    walk(program.statements, {});
    for (const auto& [name, place] : shadowing_) {
      if (out_.variables.find(name) == out_.variables.end()) continue;
      diagnostics_.warning(mistakes::unusual_value, place,
                           fmt::format("'{}' hides the variable of that name", name),
                           "give it a name of its own");
    }
    return std::move(out_);
  }

 private:
  struct Around {
    bool is_nested = false;
    bool is_branch = false;    // directly below `parallel:`
    bool is_in_block = false;  // of a block's definition
  };

  // What may be used before it is written.
  void early(const Statement& statement) {
    if (const auto* agent = std::get_if<AgentBody>(&statement.body)) {
      const auto [first, is_new] = out_.agents.emplace(agent->name.text, agent);
      if (!is_new) {
        taken(mistakes::prose_e006, agent->name, first->second->name.place,
              fmt::format("E006: the agent '{}' is already defined", agent->name.text));
      }
    } else if (const auto* block = std::get_if<BlockBody>(&statement.body)) {
      const auto [first, is_new] = out_.blocks.emplace(block->name.text, block);
      if (!is_new) {
        taken(mistakes::duplicate_id, block->name, first->second->name.place,
              fmt::format("the block '{}' is already defined", block->name.text));
      }
    } else if (const auto* use = std::get_if<UseBody>(&statement.body)) {
      this->use(*use);
    }
  }

  void taken(const DiagnosticKind& kind, const Name& name, Place first, std::string message) {
    Diagnostic& error = diagnostics_.error(kind, name.place, std::move(message), "");
    error.notes.push_back({first, "first here"});
  }

  void use(const UseBody& use) {
    const std::string path = use.path.plain();
    const std::string_view kind = use.is_import ? "import" : "use";
    if (trimmed(path).empty()) {
      diagnostics_.error(mistakes::prose_e011, use.path.place,
                         fmt::format("E011: the path of '{}' is empty", kind), "");
      return;
    }
    check_.imported(path);
    if (use.is_import) {
      imported(use);
    } else if (!is_path(path)) {
      diagnostics_.error(mistakes::prose_e012, use.path.place,
                         fmt::format("E012: '{}' is no path of a program", printable(path)),
                         "write \"@handle/slug\", or the path of a .prose file");
    }
    const std::string name = program_name(use);
    check_.imported(name);
    const auto [first, is_new] = out_.programs.emplace(name, &use);
    if (is_new) return;
    taken(mistakes::prose_e010, {name, use.path.place}, first->second->path.place,
          fmt::format("E010: '{}' is already imported", printable(name)));
  }

  void imported(const UseBody& use) {
    if (!use.from) return;
    const std::string from = use.from->plain();
    const bool is_known = from.starts_with("github:") || from.starts_with("npm:") ||
                          from.starts_with("./") || from.starts_with("../") ||
                          from.starts_with("/") || from.starts_with("@") ||
                          from.starts_with("https://");
    if (is_known) return;
    diagnostics_.warning(mistakes::prose_w006, use.from->place,
                         fmt::format("W006: unknown source '{}' of an import", printable(from)),
                         "sources begin with github:, npm:, ./ or ../");
  }

  // @handle/slug, a web address, or the path of a file.
  static bool is_path(std::string_view path) {
    if (path.find_first_of(" \t\n") != std::string_view::npos) return false;
    if (!path.starts_with('@'))
      return path.ends_with(".prose") || path.find('/') != std::string_view::npos;
    const std::size_t slash = path.find('/');
    return slash != std::string_view::npos && slash > 1 && slash + 1 < path.size();
  }

  void walk(const Statements& statements, Around around) {
    for (const Statement& one : statements) {
      bind(one, around);
      std::visit([&](const auto& body) { visit(body, one, around); }, one.body);
    }
  }

  static Around inside(Around around) { return {true, false, around.is_in_block}; }

  void bind(const Statement& statement, Around around) {
    const Binding& binding = statement.binding;
    for (const Name& name : binding.names) {
      if (name.text.empty()) continue;
      const auto agent = out_.agents.find(name.text);
      if (agent != out_.agents.end()) {
        taken(mistakes::taken_id, name, agent->second->name.place,
              fmt::format("the variable '{}' is named like an agent", name.text));
        continue;
      }
      if (binding.kind == BindingKind::output) {
        output(name, around);
      } else {
        variable(name, binding.kind, around);
      }
    }
    is_started_ |= !is_declaration(statement);
  }

  static bool is_declaration(const Statement& statement) {
    if (const auto* value = std::get_if<ValueBody>(&statement.body))
      return value->value.kind != Expression::Kind::discretion;
    return std::holds_alternative<AgentBody>(statement.body) ||
           std::holds_alternative<BlockBody>(statement.body) ||
           std::holds_alternative<UseBody>(statement.body) ||
           std::holds_alternative<InputBody>(statement.body);
  }

  void output(const Name& name, Around around) {
    // What a block gives back is its own.
    if (around.is_in_block) return;
    const auto [first, is_new] = outputs_.emplace(name.text, name.place);
    if (!is_new) {
      taken(mistakes::prose_e024, name, first->second,
            fmt::format("E024: the output '{}' is already declared", name.text));
      return;
    }
    variable(name, BindingKind::output, around);
  }

  void variable(const Name& name, BindingKind kind, Around around) {
    const bool is_constant = kind == BindingKind::constant;
    const auto [first, is_new] =
        out_.variables.try_emplace(name.text, Variable{name.place, is_constant});
    if (is_new) return;
    const bool is_assignment = kind == BindingKind::bare && !around.is_branch;
    if (!is_assignment) {
      taken(mistakes::prose_e019, name, first->second.place,
            fmt::format("E019: the variable '{}' is already defined", name.text));
    } else if (first->second.is_constant) {
      taken(mistakes::contradiction, name, first->second.place,
            fmt::format("'{}' is a constant and cannot be assigned again", name.text));
    }
  }

  void local(const Name& name) {
    if (!name.text.empty()) shadowing_.emplace_back(name.text, name.place);
  }

  void visit(const SessionBody& body, const Statement& statement, Around around) {
    check_.session(body);
    if (!body.title.text.empty()) {
      const bool is_free = statement.binding.names.empty();
      if (is_free) variable(body.title, BindingKind::let, around);
    }
    if (body.agent.text.empty()) return;
    const auto agent = out_.agents.find(body.agent.text);
    if (agent == out_.agents.end()) return undefined_agent(body.agent);
    if (body.is_resume && find_property(agent->second->properties, "persist") == nullptr) {
      Diagnostic& error = diagnostics_.error(
          mistakes::prose_e017, body.agent.place,
          fmt::format("E017: 'resume' needs an agent with 'persist', and '{}' has none",
                      body.agent.text),
          "add persist: true to the agent, or write session:");
      error.notes.push_back({agent->second->name.place, "the agent"});
    }
  }

  void undefined_agent(const Name& name) {
    if (out_.may_know(name.text)) return;
    std::string hint = spelling_hint(name.text, out_.agents);
    if (hint.empty()) hint = fmt::format("define it with agent {}:", name.text);
    diagnostics_.error(mistakes::prose_e007, name.place,
                       fmt::format("E007: the agent '{}' is not defined", name.text),
                       std::move(hint));
  }

  void visit(const ParallelBody& body, const Statement&, Around around) {
    check_.parallel(body.modifiers, body.branches.size());
    Around branch = inside(around);
    branch.is_branch = true;
    walk(body.branches, branch);
  }
  void visit(const DoBody& body, const Statement&, Around around) {
    walk(body.statements, inside(around));
  }
  void visit(const CallBody&, const Statement&, Around) {}
  void visit(const RepeatBody& body, const Statement&, Around around) {
    check_.repeat(body);
    local(body.index);
    walk(body.statements, inside(around));
  }
  void visit(const ForBody& body, const Statement& statement, Around around) {
    if (body.is_parallel) {
      const bool is_known = body.list.kind == Expression::Kind::list;
      check_.parallel(body.modifiers, is_known ? body.list.items.size() : 0);
    } else if (!body.modifiers.empty()) {
      diagnostics_.error(mistakes::not_applicable, statement.place,
                         "modifiers are for 'parallel for'", "write parallel for … in … (…):");
    }
    local(body.item);
    local(body.index);
    walk(body.statements, inside(around));
  }
  void visit(const LoopBody& body, const Statement& statement, Around around) {
    check_.loop(body, statement.place);
    local(body.index);
    walk(body.statements, inside(around));
  }
  void visit(const TryBody& body, const Statement&, Around around) {
    walk(body.statements, inside(around));
    local(body.error);
    if (body.caught) walk(*body.caught, inside(around));
    if (body.always) walk(*body.always, inside(around));
  }
  void visit(const ThrowBody& body, const Statement&, Around) {
    if (!body.message || body.message->has_names() || !body.message->plain().empty()) return;
    diagnostics_.warning(mistakes::unusual_value, body.message->place, "the message is empty", "");
  }
  void visit(const IfBody& body, const Statement&, Around around) {
    for (const Branch& branch : body.branches) walk(branch.statements, inside(around));
    if (body.otherwise) walk(*body.otherwise, inside(around));
  }
  void visit(const ChoiceBody& body, const Statement&, Around around) {
    std::map<std::string, Place> labels;
    for (const Branch& option : body.options) {
      const auto [first, is_new] = labels.emplace(option.condition.plain(), option.place);
      if (!is_new) {
        Diagnostic& warning =
            diagnostics_.warning(mistakes::unusual_value, option.place,
                                 fmt::format("a second option '{}'", printable(first->first)),
                                 "only the first one is ever chosen");
        warning.notes.push_back({first->second, "first here"});
      }
      walk(option.statements, inside(around));
    }
  }
  void visit(const SequenceBody& body, const Statement&, Around around) {
    walk(body.statements, inside(around));
  }
  void visit(const PipeBody& body, const Statement&, Around around) {
    for (const PipeStage& stage : body.stages) {
      if (stage.kind == PipeStage::Kind::reduce) {
        local(stage.accumulator);
        local(stage.item);
      }
      walk(stage.statements, inside(around));
    }
  }
  void visit(const ValueBody&, const Statement&, Around) {}

  void visit(const InputBody& body, const Statement& statement, Around around) {
    if (around.is_nested || is_started_) {
      diagnostics_.error(mistakes::prose_e022, statement.place,
                         "E022: an input must be declared before the first statement that runs",
                         "move it to the top of the program");
    }
    if (body.name.text.empty()) return;
    const auto agent = out_.agents.find(body.name.text);
    if (agent != out_.agents.end()) {
      taken(mistakes::taken_id, body.name, agent->second->name.place,
            fmt::format("the input '{}' is named like an agent", body.name.text));
    }
    const auto [first, is_new] =
        out_.variables.try_emplace(body.name.text, Variable{body.name.place, false});
    if (!is_new) {
      const bool is_input = inputs_.count(body.name.text) > 0;
      taken(is_input ? mistakes::prose_e021 : mistakes::prose_e019, body.name, first->second.place,
            is_input ? fmt::format("E021: the input '{}' is already declared", body.name.text)
                     : fmt::format("E019: the variable '{}' is already defined", body.name.text));
      return;
    }
    inputs_.insert(body.name.text);
    out_.inputs.push_back(&body);
    if (body.description && !trimmed(body.description->plain()).empty()) return;
    diagnostics_.warning(mistakes::unusual_value, body.name.place,
                         fmt::format("the input '{}' has no description", body.name.text),
                         "say in quotes what it is");
  }

  void visit(const UseBody&, const Statement& statement, Around around) {
    if (around.is_nested) nested(statement, "an import");
  }
  void visit(const AgentBody& body, const Statement& statement, Around around) {
    if (around.is_nested) nested(statement, "an agent");
    check_.agent(body);
  }
  void visit(const BlockBody& body, const Statement& statement, Around around) {
    if (around.is_nested) nested(statement, "a block");
    const auto agent = out_.agents.find(body.name.text);
    if (agent != out_.agents.end()) {
      taken(mistakes::taken_id, body.name, agent->second->name.place,
            fmt::format("the block '{}' is named like an agent", body.name.text));
    }
    std::map<std::string_view, Place> seen;
    for (const Name& parameter : body.parameters) {
      const auto [first, is_new] = seen.emplace(parameter.text, parameter.place);
      if (!is_new)
        taken(mistakes::prose_e019, parameter, first->second,
              fmt::format("E019: the parameter '{}' is already defined", parameter.text));
      local(parameter);
    }
    walk(body.statements, {true, false, true});
  }

  void nested(const Statement& statement, std::string_view what) {
    diagnostics_.error(mistakes::prose_e005, statement.place,
                       fmt::format("E005: invalid syntax: {} inside of another statement", what),
                       "move it to the top of the program");
  }

  Diagnostics& diagnostics_;
  PropertyCheck check_;
  Declarations out_;
  std::map<std::string, Place, std::less<>> outputs_;
  std::set<std::string, std::less<>> inputs_;
  std::vector<std::pair<std::string, Place>> shadowing_;
  bool is_started_ = false;
};

}  // namespace

Declarations declare(const Program& program, Diagnostics& diagnostics) {
  return Declaring(diagnostics).run(program);
}

std::string program_name(const UseBody& use) {
  if (!use.alias.text.empty()) return use.alias.text;
  std::string path = use.path.plain();
  const std::size_t slash = path.find_last_of('/');
  if (slash != std::string::npos) path.erase(0, slash + 1);
  if (path.ends_with(".prose")) path.erase(path.size() - 6);
  return path;
}

const Property* find_property(const std::vector<Property>& properties, std::string_view name) {
  for (const Property& one : properties) {
    if (one.name.text == name) return &one;
  }
  return nullptr;
}

std::string word_of(const Expression& value) {
  if (value.kind == Expression::Kind::boolean) return value.text;
  if (value.kind == Expression::Kind::name && value.names.size() == 1) return value.names.front();
  if (value.kind == Expression::Kind::text && !value.words.has_names()) return value.words.plain();
  return "";
}

}  // namespace ws::prose
