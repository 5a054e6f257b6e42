#include "formats/prose/parser.h"

#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/prose/lexer.h"
#include "formats/prose/parser_state.h"
#include "model/mistakes.h"

namespace ws::prose {
namespace {

constexpr std::size_t kDeepest = 200;

constexpr std::array<std::string_view, 27> kWords = {
    "session", "resume",  "parallel", "do",  "block",  "repeat", "for",    "loop",   "try",
    "catch",   "finally", "throw",    "if",  "elif",   "else",   "choice", "option", "let",
    "const",   "output",  "input",    "use", "import", "agent",  "map",    "pmap",   "filter"};

}  // namespace

Statements Parser::statements() {
  Statements out;
  while (!reader_.is_at(TokenKind::end) && !reader_.is_at(TokenKind::dedent)) {
    if (reader_.is_at(TokenKind::newline)) {
      reader_.take();
      continue;
    }
    if (reader_.is_at(TokenKind::indent)) {
      stray_block(out);
      continue;
    }
    const std::size_t start = reader_.position();
    if (std::optional<Statement> made = statement()) out.push_back(std::move(*made));
    if (!reader_.is_statement_over()) {
      reader_.unexpected("the end of the line");
      reader_.skip_line();
      reader_.skip_block();
    }
    if (reader_.position() == start) reader_.take();
  }
  return out;
}

void Parser::stray_block(Statements& out) {
  reader_.invalid(reader_.peek(1).place, "unexpected indentation",
                  "only a statement that ends with a colon, or a session, has a block");
  reader_.take();
  for (Statement& inner : statements()) out.push_back(std::move(inner));
  leave_block();
}

bool Parser::enter_block() {
  if (reader_.is_at(TokenKind::newline) && reader_.peek(1).kind == TokenKind::indent)
    reader_.take();
  if (!reader_.is_at(TokenKind::indent)) return false;
  reader_.take();
  return true;
}

void Parser::leave_block() {
  if (reader_.is_at(TokenKind::dedent)) reader_.take();
}

Statements Parser::block() {
  if (depth_ >= kDeepest) {
    reader_.diagnostics().error(mistakes::limit_exceeded, reader_.peek().place,
                                fmt::format("blocks are nested more than {} deep", kDeepest), "");
    reader_.skip_block();
    return {};
  }
  if (!enter_block()) return {};
  ++depth_;
  Statements out = statements();
  --depth_;
  leave_block();
  return out;
}

Statements Parser::full_block(std::string_view what) {
  const Place place = reader_.peek().place;
  const std::size_t errors = reader_.diagnostics().error_count();
  Statements out = block();
  // A statement that could not be read is no reason to say that there is none.
  if (out.empty() && reader_.diagnostics().error_count() == errors)
    reader_.invalid(place, fmt::format("{} needs an indented block", what), "");
  return out;
}

bool Parser::is_assignment() const {
  return reader_.is_at(TokenKind::name) && reader_.peek(1).is("=");
}

void Parser::taken_apart(Binding& out) {
  out.is_taken_apart = true;
  reader_.take();
  while (reader_.is_at(TokenKind::name)) {
    out.names.push_back(TokenReader::name_of(reader_.take()));
    if (!reader_.take_mark(",")) break;
  }
  if (out.names.empty()) reader_.unexpected("the names of outputs");
  reader_.expect_mark("}", "behind the names");
}

void Parser::binding(Statement& out) {
  Binding& binding = out.binding;
  binding.place = reader_.peek().place;
  if (reader_.take_word("let")) {
    binding.kind = BindingKind::let;
  } else if (reader_.take_word("const")) {
    binding.kind = BindingKind::constant;
  } else if (reader_.is_at_word("output")) {
    reader_.take();
    binding.kind = BindingKind::output;
    if (reader_.is_at_mark("=")) {
      reader_.diagnostics().error(mistakes::prose_e023, reader_.peek().place,
                                  "E023: an output needs a name", "write output NAME = …");
      reader_.take();
      binding.names.push_back({"", binding.place});
      return;
    }
    if (!is_assignment()) return;
  } else if (is_assignment()) {
    binding.kind = BindingKind::bare;
  } else {
    return;
  }
  if (reader_.is_at_mark("{")) {
    taken_apart(binding);
  } else {
    binding.names.push_back(reader_.expect_name("a name"));
  }
  reader_.expect_mark("=", "behind the name");
}

std::optional<Statement> Parser::statement() {
  Statement out;
  out.place = reader_.peek().place;
  const std::size_t errors = reader_.diagnostics().error_count();
  binding(out);
  const bool has_mistake = reader_.diagnostics().error_count() > errors;
  std::optional<Body> made;
  if (has_mistake && reader_.is_at_line_end()) {
    // Said already.
  } else if (out.binding.kind == BindingKind::none) {
    made = body();
  } else if (reader_.is_at_line_end()) {
    reader_.unexpected("a value");
  } else {
    made = value_body();
  }
  if (!made) {
    reader_.skip_line();
    reader_.skip_block();
    return std::nullopt;
  }
  out.body = std::move(*made);
  return out;
}

void Parser::unknown_statement() {
  const Token& token = reader_.peek();
  std::string hint;
  if (token.kind == TokenKind::name) {
    const auto near = nearest(token.word, kWords);
    if (near) hint = fmt::format("did you mean '{}'?", *near);
  }
  reader_.diagnostics().error(
      mistakes::prose_e004, token.place,
      fmt::format("E004: unexpected {}: no statement begins like this", describe(token)),
      std::move(hint));
}

std::optional<Body> Parser::value_body() {
  if (reader_.is_at(TokenKind::name) && !reader_.peek(1).is("|")) {
    constexpr std::array<std::string_view, 11> kBodies = {"session", "resume", "parallel", "do",
                                                          "repeat",  "for",    "loop",     "try",
                                                          "if",      "choice", "throw"};
    for (const std::string_view word : kBodies) {
      if (reader_.is_at_word(word) && !reader_.peek(1).is(".")) return body();
    }
    if (reader_.peek(1).is("(")) return call(false);
  }
  const std::size_t errors = reader_.diagnostics().error_count();
  Expression value = expression();
  if (reader_.diagnostics().error_count() > errors) return std::nullopt;
  if (reader_.is_at_mark("|")) return pipe(std::move(value));
  return Body(ValueBody{std::move(value)});
}

std::optional<Body> Parser::body_behind_name() {
  if (reader_.peek(1).is("(")) return call(false);
  if (reader_.peek(1).is("|") || (reader_.peek(1).is(".") && reader_.peek(3).is("|")))
    return value_body();
  unknown_statement();
  return std::nullopt;
}

std::optional<Body> Parser::body() {
  if (reader_.is_at_mark("[")) return value_body();
  if (!reader_.is_at(TokenKind::name)) {
    unknown_statement();
    return std::nullopt;
  }
  const Token& first = reader_.peek();
  const std::string_view word = first.word;
  if (word == "session" || word == "resume") {
    const Place place = first.place;
    std::optional<Body> made = session();
    if (made && reader_.is_at_mark("->")) return sequence(std::move(*made), place);
    return made;
  }
  if (word == "parallel") return parallel();
  if (word == "do") {
    const Place place = first.place;
    std::optional<Body> made = do_or_call();
    if (made && reader_.is_at_mark("->")) return sequence(std::move(*made), place);
    return made;
  }
  if (word == "block") return block_definition();
  if (word == "repeat") return repeat();
  if (word == "for") return for_each(false);
  if (word == "loop") return loop();
  if (word == "try") return attempt();
  if (word == "throw") return throw_statement();
  if (word == "if") return conditional();
  if (word == "choice") return choice();
  if (word == "agent") return agent();
  if (word == "use" || word == "import") return use();
  if (word == "input") return input();
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kParts = {
      {{"catch", "try"}, {"finally", "try"}, {"elif", "if"}, {"else", "if"}, {"option", "choice"}}};
  for (const auto& [part, whole] : kParts) {
    if (word != part) continue;
    reader_.invalid(first.place, fmt::format("'{}' without '{}'", part, whole),
                    fmt::format("it stands behind the block of '{}', as far to the left", whole));
    return std::nullopt;
  }
  return body_behind_name();
}

Program parse(const SourceSet& sources, SourceId source, Diagnostics& diagnostics) {
  TokenReader reader(lex(sources, source, diagnostics), sources.text(source), diagnostics);
  Program out;
  while (!reader.is_at(TokenKind::end)) {
    Parser parser(reader);
    for (Statement& made : parser.statements()) out.statements.push_back(std::move(made));
    if (!reader.is_at(TokenKind::end)) reader.take();
  }
  out.names_in_broken_lines = std::move(reader.skipped_names());
  return out;
}

}  // namespace ws::prose
