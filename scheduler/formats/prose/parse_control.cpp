// Statements that hold other statements.
#include <fmt/format.h>

#include "base/text.h"
#include "formats/prose/parser_state.h"
#include "formats/prose/text_reader.h"
#include "model/mistakes.h"

namespace ws::prose {

std::optional<Body> Parser::parallel() {
  const Place place = reader_.take().place;
  if (reader_.is_at_word("for")) return for_each(true);
  ParallelBody out;
  if (reader_.is_at_mark("(")) out.modifiers = modifiers();
  if (!reader_.expect_mark(":", "behind 'parallel'")) return std::nullopt;
  const std::size_t errors = reader_.diagnostics().error_count();
  out.branches = block();
  if (out.branches.empty() && reader_.diagnostics().error_count() == errors) {
    reader_.diagnostics().error(mistakes::empty_group, place,
                                "invalid syntax: this parallel block has no branches",
                                "write at least one branch below it, indented");
  }
  return Body(std::move(out));
}

// do: …, or do NAME(args)
std::optional<Body> Parser::do_or_call() {
  reader_.take();
  if (reader_.take_mark(":")) {
    DoBody out;
    out.statements = full_block("'do:'");
    return Body(std::move(out));
  }
  if (!reader_.is_at(TokenKind::name)) {
    reader_.unexpected("':' or the name of a block");
    return std::nullopt;
  }
  return call(true);
}

std::optional<Body> Parser::call(bool has_do) {
  CallBody out;
  out.has_do = has_do;
  out.target = TokenReader::name_of(reader_.take());
  if (reader_.take_mark("(")) {
    while (!reader_.is_at_mark(")")) {
      Name name;
      if (reader_.is_at(TokenKind::name) && reader_.peek(1).is(":")) {
        name = TokenReader::name_of(reader_.take());
        reader_.take();
      }
      const std::size_t errors = reader_.diagnostics().error_count();
      Expression value = expression();
      if (reader_.diagnostics().error_count() > errors) return std::nullopt;
      out.arguments.emplace_back(std::move(name), std::move(value));
      if (!reader_.take_mark(",")) break;
    }
    if (!reader_.expect_mark(")", "behind the arguments")) return std::nullopt;
  }
  return Body(std::move(out));
}

std::optional<Body> Parser::block_definition() {
  reader_.take();
  BlockBody out;
  out.name = reader_.expect_name("the block's name");
  if (out.name.text.empty()) return std::nullopt;
  if (reader_.take_mark("(")) {
    while (reader_.is_at(TokenKind::name)) {
      out.parameters.push_back(TokenReader::name_of(reader_.take()));
      if (!reader_.take_mark(",")) break;
    }
    if (!reader_.expect_mark(")", "behind the parameters")) return std::nullopt;
  }
  if (!reader_.expect_mark(":", "behind the block's name")) return std::nullopt;
  out.statements = full_block("a block");
  return Body(std::move(out));
}

std::optional<Body> Parser::repeat() {
  reader_.take();
  RepeatBody out;
  const std::size_t errors = reader_.diagnostics().error_count();
  out.count = expression();
  if (reader_.diagnostics().error_count() > errors) return std::nullopt;
  if (reader_.take_word("as")) out.index = reader_.expect_name("a name behind 'as'");
  if (!reader_.expect_mark(":", "behind the number of rounds")) return std::nullopt;
  out.statements = full_block("'repeat'");
  return Body(std::move(out));
}

std::optional<Body> Parser::for_each(bool is_parallel) {
  reader_.take();
  ForBody out;
  out.is_parallel = is_parallel;
  out.item = reader_.expect_name("a name for the item");
  if (out.item.text.empty()) return std::nullopt;
  if (reader_.take_mark(",")) out.index = reader_.expect_name("a name for the index");
  if (!reader_.take_word("in")) {
    reader_.unexpected("'in' and a list");
    return std::nullopt;
  }
  const std::size_t errors = reader_.diagnostics().error_count();
  out.list = expression();
  if (reader_.diagnostics().error_count() > errors) return std::nullopt;
  if (reader_.is_at_mark("(")) out.modifiers = modifiers();
  if (!reader_.expect_mark(":", "behind the list")) return std::nullopt;
  out.statements = full_block("'for'");
  return Body(std::move(out));
}

std::optional<Body> Parser::loop() {
  reader_.take();
  LoopBody out;
  if (reader_.is_at_word("until") || reader_.is_at_word("while")) {
    out.until = reader_.take().word == "until" ? LoopBody::Until::until : LoopBody::Until::while_;
    out.condition = condition("loop");
  }
  if (reader_.is_at_mark("(")) out.modifiers = modifiers();
  if (reader_.take_word("as")) out.index = reader_.expect_name("a name behind 'as'");
  if (!reader_.expect_mark(":", "at the end of the loop's line")) return std::nullopt;
  out.statements = full_block("'loop'");
  return Body(std::move(out));
}

void Parser::catch_part(TryBody& out) {
  const Place place = reader_.take().place;
  if (out.caught) {
    reader_.invalid(place, "a second 'catch' of one 'try'", "only one is allowed");
  }
  if (reader_.take_word("as")) out.error = reader_.expect_name("a name for the error");
  if (!reader_.expect_mark(":", "behind 'catch'")) reader_.skip_line();
  out.catch_place = place;
  out.caught = full_block("'catch'");
}

std::optional<Body> Parser::attempt() {
  const Place place = reader_.take().place;
  TryBody out;
  if (!reader_.expect_mark(":", "behind 'try'")) return std::nullopt;
  out.statements = full_block("'try'");
  const auto skip_line_end = [this](std::string_view word) {
    if (reader_.is_at(TokenKind::newline) && reader_.peek(1).is_word(word)) reader_.take();
    return reader_.is_at_word(word);
  };
  while (skip_line_end("catch")) catch_part(out);
  if (skip_line_end("finally")) {
    reader_.take();
    if (!reader_.expect_mark(":", "behind 'finally'")) reader_.skip_line();
    out.always = full_block("'finally'");
  }
  if (!out.caught && !out.always) {
    reader_.invalid(place, "'try' needs a 'catch' or a 'finally'",
                    "write 'catch:' behind its block, as far to the left as 'try'");
  }
  return Body(std::move(out));
}

std::optional<Body> Parser::throw_statement() {
  reader_.take();
  ThrowBody out;
  if (reader_.is_at(TokenKind::string)) out.message = reader_.take().text;
  return Body(std::move(out));
}

// `**…**`, or bare words up to the colon, or up to `(max: N)` and `as NAME` in front of it.
Text Parser::condition(std::string_view of) {
  std::size_t end = 0;
  std::size_t colon = 0;
  bool has_colon = false;
  for (;; ++end) {
    const Token& token = reader_.peek(end);
    if (token.kind == TokenKind::newline || token.kind == TokenKind::indent ||
        token.kind == TokenKind::dedent || token.kind == TokenKind::end)
      break;
    if (token.is(":")) {
      colon = end;
      has_colon = true;
    }
  }
  if (has_colon) end = colon;
  if (of == "loop" && has_colon) {
    if (colon >= 2 && reader_.peek(colon - 2).is_word("as")) end = colon - 2;
    for (std::size_t ahead = 0; ahead + 2 < end; ++ahead) {
      if (reader_.peek(ahead).is("(") && reader_.peek(ahead + 1).is_word("max") &&
          reader_.peek(ahead + 2).is(":"))
        end = ahead;
    }
  }
  Text out;
  const bool is_marked = reader_.is_at(TokenKind::discretion);
  if (is_marked && (end <= 1 || !has_colon)) {
    out = reader_.take().text;
  } else {
    const Place place = reader_.raw_until(end);
    std::string raw(reader_.text_at(place));
    // The marks inside a mixed condition are no part of what is asked.
    for (std::size_t at = raw.find("**"); at != std::string::npos; at = raw.find("**"))
      raw.erase(at, 2);
    Diagnostics unused;
    out = read_text_parts({raw, place, false}, unused);
    for (TextPart& part : out.parts) part.place = place;
    for (std::size_t i = 0; i < end; ++i) reader_.take();
  }
  if (trimmed(out.plain()).empty() && !out.has_names()) {
    reader_.invalid(out.place, fmt::format("the condition of '{}' is empty", of),
                    "write what is to be judged between ** and **");
  }
  return out;
}

Statements Parser::branch_block(std::string_view word) {
  const Place place = reader_.peek().place;
  const std::size_t errors = reader_.diagnostics().error_count();
  Statements out = block();
  if (out.empty() && reader_.diagnostics().error_count() == errors) {
    reader_.diagnostics().warning(mistakes::unusual_value, place,
                                  fmt::format("'{}' has an empty body", word), "");
  }
  return out;
}

Branch Parser::branch(std::string_view word) {
  Branch out;
  out.place = reader_.take().place;
  out.condition = condition(word);
  if (!reader_.expect_mark(":", "behind the condition")) reader_.skip_line();
  out.statements = branch_block(word);
  return out;
}

std::optional<Body> Parser::conditional() {
  IfBody out;
  out.branches.push_back(branch("if"));
  const auto skip_line_end = [this](std::string_view word) {
    if (reader_.is_at(TokenKind::newline) && reader_.peek(1).is_word(word)) reader_.take();
    return reader_.is_at_word(word);
  };
  while (true) {
    if (skip_line_end("elif")) {
      const Place place = reader_.peek().place;
      if (out.otherwise) reader_.invalid(place, "'elif' behind 'else'", "'else' comes last");
      out.branches.push_back(branch("elif"));
    } else if (skip_line_end("else")) {
      const Place place = reader_.take().place;
      if (out.otherwise) reader_.invalid(place, "a second 'else' of one 'if'", "");
      if (!reader_.expect_mark(":", "behind 'else'")) reader_.skip_line();
      out.otherwise = branch_block("else");
    } else {
      return Body(std::move(out));
    }
  }
}

bool Parser::option(ChoiceBody& out) {
  if (!reader_.take_word("option")) {
    reader_.unexpected("'option' and its label");
    return false;
  }
  Branch made;
  made.place = reader_.peek().place;
  if (!reader_.is_at(TokenKind::string)) {
    reader_.unexpected("the option's label in quotes");
    return false;
  }
  made.condition = reader_.take().text;
  if (!reader_.expect_mark(":", "behind the option's label")) return false;
  made.statements = branch_block("option");
  out.options.push_back(std::move(made));
  return true;
}

std::optional<Body> Parser::choice() {
  const Place place = reader_.take().place;
  ChoiceBody out;
  out.criteria = condition("choice");
  if (!reader_.expect_mark(":", "behind the criteria")) return std::nullopt;
  const std::size_t errors = reader_.diagnostics().error_count();
  if (enter_block()) {
    while (!reader_.is_at(TokenKind::dedent) && !reader_.is_at(TokenKind::end)) {
      if (reader_.is_at(TokenKind::newline)) {
        reader_.take();
        continue;
      }
      if (option(out)) continue;
      reader_.skip_line();
      reader_.skip_block();
    }
    leave_block();
  }
  if (out.options.empty() && reader_.diagnostics().error_count() == errors)
    reader_.invalid(place, "'choice' needs at least one option",
                    "write option \"label\": below it, indented");
  return Body(std::move(out));
}

}  // namespace ws::prose
