// Sessions, agents, inputs, imports, and the properties and modifiers they are written with.
#include <fmt/format.h>

#include "base/text.h"
#include "formats/prose/parser_state.h"
#include "model/mistakes.h"

namespace ws::prose {

// session STRING | session: AGENT | session NAME: [AGENT] | session:
void Parser::session_head(SessionBody& out, Place place) {
  if (reader_.is_at(TokenKind::string)) {
    out.prompt = reader_.take().text;
    return;
  }
  if (reader_.is_at(TokenKind::name)) {
    out.title = TokenReader::name_of(reader_.take());
    if (!reader_.expect_mark(":", "and an agent behind the session's name")) return;
    if (reader_.is_at(TokenKind::name)) out.agent = TokenReader::name_of(reader_.take());
    return;
  }
  if (reader_.take_mark(":")) {
    if (reader_.is_at(TokenKind::name)) out.agent = TokenReader::name_of(reader_.take());
    if (reader_.is_at(TokenKind::string)) reader_.unexpected("the name of an agent");
    return;
  }
  if (reader_.is_at_line_end()) {
    reader_.diagnostics().error(mistakes::prose_e003, place,
                                "E003: a session needs a prompt or an agent",
                                "write session \"what to do\", or session: AGENT");
    return;
  }
  reader_.unexpected("a prompt in quotes, or ':' and an agent");
}

std::optional<Body> Parser::session() {
  const std::size_t errors = reader_.diagnostics().error_count();
  const Place place = reader_.peek().place;
  SessionBody out;
  out.is_resume = reader_.take().word == "resume";
  session_head(out, place);
  if (reader_.diagnostics().error_count() > errors) return std::nullopt;
  if (reader_.is_at_mark("(")) inline_properties(out.properties);
  const bool has_colon = reader_.take_mark(":");
  if (!has_colon || !reader_.is_at_line_end()) {
    while (reader_.is_at(TokenKind::name) && reader_.peek(1).is(":")) {
      if (std::optional<Property> made = property()) out.properties.push_back(std::move(*made));
    }
  }
  if (reader_.is_at_line_end()) properties(out.properties);
  if (!out.prompt && out.agent.text.empty()) {
    bool has_prompt = false;
    for (const Property& one : out.properties) has_prompt |= one.name.text == "prompt";
    if (!has_prompt && reader_.diagnostics().error_count() == errors) {
      reader_.diagnostics().error(mistakes::prose_e003, place,
                                  "E003: a session needs a prompt or an agent",
                                  "write session \"what to do\", or session: AGENT");
    }
  }
  return Body(std::move(out));
}

std::optional<Body> Parser::sequence(Body first, Place place) {
  SequenceBody out;
  out.statements.push_back({place, {}, std::move(first)});
  while (reader_.take_mark("->")) {
    Statement next;
    next.place = reader_.peek().place;
    if (!reader_.is_at_word("session") && !reader_.is_at_word("resume") &&
        !reader_.is_at_word("do")) {
      reader_.unexpected("a session behind '->'");
      return std::nullopt;
    }
    std::optional<Body> made = reader_.is_at_word("do") ? do_or_call() : session();
    if (!made) return std::nullopt;
    next.body = std::move(*made);
    out.statements.push_back(std::move(next));
  }
  return Body(std::move(out));
}

// The indented lines below a session or an agent.
void Parser::properties(std::vector<Property>& out) {
  if (!enter_block()) return;
  while (!reader_.is_at(TokenKind::dedent) && !reader_.is_at(TokenKind::end)) {
    if (reader_.is_at(TokenKind::newline)) {
      reader_.take();
      continue;
    }
    const std::size_t start = reader_.position();
    if (reader_.is_at(TokenKind::indent)) {
      reader_.invalid(reader_.peek(1).place, "unexpected indentation", "");
      reader_.skip_block();
    } else if (std::optional<Property> made = property()) {
      out.push_back(std::move(*made));
    }
    if (!reader_.is_statement_over()) {
      reader_.unexpected("the end of the line");
      reader_.skip_line();
    }
    if (reader_.position() == start) reader_.take();
  }
  leave_block();
}

// NAME: VALUE, or NAME: and a block of rules.
std::optional<Property> Parser::property() {
  Property out;
  if (!reader_.is_at(TokenKind::name) || !reader_.peek(1).is(":")) {
    reader_.unexpected("a property: its name, ':' and a value");
    reader_.skip_line();
    reader_.skip_block();
    return std::nullopt;
  }
  out.name = TokenReader::name_of(reader_.take());
  reader_.take();
  if (reader_.is_at(TokenKind::newline) && reader_.peek(1).kind == TokenKind::indent) {
    permission_rules(out);
    return out;
  }
  if (reader_.is_at_line_end()) {
    reader_.unexpected(fmt::format("a value of '{}'", out.name.text));
    return std::nullopt;
  }
  const std::size_t errors = reader_.diagnostics().error_count();
  out.value = expression();
  if (reader_.diagnostics().error_count() > errors) {
    reader_.skip_line();
    reader_.skip_block();
    return std::nullopt;
  }
  return out;
}

void Parser::permission_rules(Property& out) {
  out.is_block = true;
  out.value.place = out.name.place;
  std::vector<Property> rules;
  if (depth_ > 3) return reader_.skip_block();
  ++depth_;
  properties(rules);
  --depth_;
  for (Property& rule : rules) out.rules.emplace_back(rule.name, std::move(rule.value));
}

// (retry: 3, backoff: linear)
void Parser::inline_properties(std::vector<Property>& out) {
  for (Property& one : modifiers()) {
    if (one.name.text.empty()) {
      reader_.diagnostics().error(
          mistakes::prose_e004, one.value.place,
          "E004: unexpected value: expected a property, its name, ':' and a value", "");
      continue;
    }
    out.push_back(std::move(one));
  }
}

// "(" [NAME ":"] VALUE {"," …} ")"; a value alone has an empty name.
std::vector<Property> Parser::modifiers() {
  std::vector<Property> out;
  const Place open = reader_.take().place;
  if (reader_.is_at_mark(")")) {
    reader_.unexpected("a modifier between the brackets");
    reader_.take();
    return out;
  }
  while (true) {
    Property one;
    one.name.place = reader_.peek().place;
    if (reader_.is_at(TokenKind::name) && reader_.peek(1).is(":")) {
      one.name = TokenReader::name_of(reader_.take());
      reader_.take();
    }
    const std::size_t errors = reader_.diagnostics().error_count();
    one.value = expression();
    if (reader_.diagnostics().error_count() > errors) break;
    out.push_back(std::move(one));
    if (reader_.take_mark(",")) continue;
    if (reader_.take_mark(")")) return out;
    reader_.unexpected("',' or ')'");
    break;
  }
  (void)open;
  while (!reader_.is_at_line_end() && !reader_.is_at_mark(":") && !reader_.is_at_mark(")"))
    reader_.take();
  reader_.take_mark(")");
  return out;
}

std::optional<Body> Parser::agent() {
  reader_.take();
  AgentBody out;
  out.name = reader_.expect_name("the agent's name");
  if (out.name.text.empty()) return std::nullopt;
  if (!reader_.expect_mark(":", "behind the agent's name")) return std::nullopt;
  properties(out.properties);
  return Body(std::move(out));
}

// use "…" [as NAME]; import "…" from "…"
std::optional<Body> Parser::use() {
  UseBody out;
  out.is_import = reader_.take().word == "import";
  if (!reader_.is_at(TokenKind::string)) {
    reader_.unexpected("the path of a program in quotes");
    return std::nullopt;
  }
  out.path = reader_.take().text;
  while (!reader_.is_at_line_end()) {
    if (reader_.take_word("as")) {
      out.alias = reader_.expect_name("a name behind 'as'");
      if (out.alias.text.empty()) return std::nullopt;
    } else if (reader_.take_word("from")) {
      if (!reader_.is_at(TokenKind::string)) {
        reader_.unexpected("where it comes from, in quotes");
        return std::nullopt;
      }
      out.from = reader_.take().text;
    } else {
      break;
    }
  }
  return Body(std::move(out));
}

// input NAME: "…" or **…**
std::optional<Body> Parser::input() {
  const Place place = reader_.take().place;
  InputBody out;
  if (reader_.is_at_mark(":")) {
    reader_.diagnostics().error(mistakes::prose_e020, place, "E020: an input needs a name",
                                "write input NAME: \"what it is\"");
  } else {
    out.name = reader_.expect_name("the input's name");
    if (out.name.text.empty()) return std::nullopt;
  }
  if (reader_.is_at_line_end()) return Body(std::move(out));
  if (!reader_.expect_mark(":", "behind the input's name")) return std::nullopt;
  if (reader_.is_at(TokenKind::string) || reader_.is_at(TokenKind::discretion)) {
    out.description = reader_.take().text;
  } else if (!reader_.is_at_line_end()) {
    reader_.unexpected("a description in quotes");
    return std::nullopt;
  }
  return Body(std::move(out));
}

}  // namespace ws::prose
