// A prose program as written: its declarations and statements, each with its place.
//
// Plain values; knows neither what names stand for nor the model. Made by the parser, read by
// declarations.cpp and lowering.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/source.h"
#include "formats/prose/token.h"

namespace ws::prose {

struct Name {
  std::string text;
  Place place;
};

struct Statement;
using Statements = std::vector<Statement>;

// A value that is no statement.
struct NamedExpression;

struct Expression {
  enum class Kind : std::uint8_t {
    null,
    boolean,  // text: "true" or "false"
    number,   // text: as written
    text,
    name,  // names: `a` or `a.b`
    list,
    object,
    sum,         // items: two; text: "+" or "-"
    discretion,  // `**…**`: judged when the value is needed
    missing,     // could not be read; said already
  };
  Kind kind = Kind::missing;
  Place place;
  std::string text;
  Text words;  // of text and discretion
  std::vector<std::string> names;
  std::vector<Expression> items;
  std::vector<NamedExpression> members;  // of an object; `{ a }` is {a: a}
};

// No std::pair: clang 14 cannot make one of a type that holds it.
struct NamedExpression {
  Name first;
  Expression second;

  NamedExpression(Name name, Expression value) : first(std::move(name)), second(std::move(value)) {}
};

struct Property {
  Name name;
  Expression value;
  std::vector<NamedExpression> rules;  // of a block: permissions
  bool is_block = false;
};

enum class BindingKind : std::uint8_t { none, bare, let, constant, output };

// `let x =`, `x =`, `output x =`, or `let { a, b } =`.
struct Binding {
  BindingKind kind = BindingKind::none;
  std::vector<Name> names;  // empty for `output VALUE`: what a block gives back
  bool is_taken_apart = false;
  Place place;
};

struct SessionBody {
  bool is_resume = false;
  Name title;  // `session NAME: agent`
  std::optional<Text> prompt;
  Name agent;
  std::vector<Property> properties;
};

struct ParallelBody {
  std::vector<Property> modifiers;  // `(any)`: a property without a name
  Statements branches;
};

struct DoBody {
  Statements statements;
};

// `do NAME(args)`, or `NAME(input: value)`: a block or a program.
struct CallBody {
  Name target;
  std::vector<NamedExpression> arguments;  // the name is empty in `do NAME(value)`
  bool has_do = false;
  std::vector<Property> properties;
};

struct RepeatBody {
  Expression count;
  Name index;
  Statements statements;
};

struct ForBody {
  Name item;
  Name index;
  Expression list;
  bool is_parallel = false;
  std::vector<Property> modifiers;
  Statements statements;
};

struct LoopBody {
  enum class Until : std::uint8_t { none, until, while_ };
  Until until = Until::none;
  Text condition;
  std::vector<Property> modifiers;
  Name index;
  Statements statements;
};

struct TryBody {
  Statements statements;
  std::optional<Statements> caught;
  Name error;
  std::optional<Statements> always;
  Place catch_place;
};

struct ThrowBody {
  std::optional<Text> message;
};

struct Branch {
  Text condition;  // of `if` and `elif`; an option's label
  Place place;
  Statements statements;
};

struct IfBody {
  std::vector<Branch> branches;
  std::optional<Statements> otherwise;
};

struct ChoiceBody {
  Text criteria;
  std::vector<Branch> options;
};

// a -> b -> c
struct SequenceBody {
  Statements statements;
};

struct PipeStage {
  enum class Kind : std::uint8_t { map, parallel_map, filter, reduce };
  Kind kind = Kind::map;
  Place place;
  Name accumulator;
  Name item;
  Statements statements;
};

struct PipeBody {
  Expression list;
  std::vector<PipeStage> stages;
};

struct ValueBody {
  Expression value;
};

struct InputBody {
  Name name;
  std::optional<Text> description;
};

struct UseBody {
  Text path;
  Name alias;
  std::optional<Text> from;
  bool is_import = false;
};

struct AgentBody {
  Name name;
  std::vector<Property> properties;
};

struct BlockBody {
  Name name;
  std::vector<Name> parameters;
  Statements statements;
};

using Body = std::variant<SessionBody, ParallelBody, DoBody, CallBody, RepeatBody, ForBody,
                          LoopBody, TryBody, ThrowBody, IfBody, ChoiceBody, SequenceBody, PipeBody,
                          ValueBody, InputBody, UseBody, AgentBody, BlockBody>;

struct Statement {
  Place place;  // of its first word
  Binding binding;
  Body body;
};

struct Program {
  Statements statements;
  // Names that stand in lines that could not be read: they may well be defined there.
  std::vector<std::string> names_in_broken_lines;
};

}  // namespace ws::prose
