// The parser of prose programs: one function per statement, each leaving the reader behind what it
// read, or at the end of the line after a mistake.
//
// Not for use outside parser.cpp, parse_*.cpp; parser.h is the door.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "formats/prose/program.h"
#include "formats/prose/token_reader.h"

namespace ws::prose {

class Parser {
 public:
  explicit Parser(TokenReader& reader) : reader_(reader) {}

  // Up to the end of the block or file.
  Statements statements();

 private:
  // What follows a colon: an indented block. Empty when there is none.
  Statements block();
  // The same for what must not be empty: `what` names it in the message.
  Statements full_block(std::string_view what);
  bool enter_block();
  void leave_block();
  void stray_block(Statements& out);

  std::optional<Statement> statement();
  std::optional<Body> body();
  std::optional<Body> body_behind_name();
  std::optional<Body> value_body();
  void binding(Statement& out);
  void taken_apart(Binding& out);
  bool is_assignment() const;
  void unknown_statement();

  // parse_session.cpp
  std::optional<Body> session();
  std::optional<Body> sequence(Body first, Place place);
  void session_head(SessionBody& out, Place place);
  void properties(std::vector<Property>& out);
  std::optional<Property> property();
  void permission_rules(Property& out);
  void inline_properties(std::vector<Property>& out);
  std::vector<Property> modifiers();
  std::optional<Body> agent();
  std::optional<Body> use();
  std::optional<Body> input();

  // parse_control.cpp
  std::optional<Body> parallel();
  std::optional<Body> do_or_call();
  std::optional<Body> call(bool has_do);
  std::optional<Body> block_definition();
  std::optional<Body> repeat();
  std::optional<Body> for_each(bool is_parallel);
  std::optional<Body> loop();
  std::optional<Body> attempt();
  std::optional<Body> throw_statement();
  std::optional<Body> conditional();
  std::optional<Body> choice();
  bool option(ChoiceBody& out);
  Text condition(std::string_view of);
  Branch branch(std::string_view word);
  Statements branch_block(std::string_view word);
  void catch_part(TryBody& out);

  // parse_value.cpp
  Expression expression();
  Expression primary();
  Expression list();
  Expression object();
  bool object_member(Expression& out);
  Expression name_path();
  std::optional<Body> pipe(Expression list);
  bool stage(PipeBody& out);

  TokenReader& reader_;
  std::size_t depth_ = 0;
};

}  // namespace ws::prose
