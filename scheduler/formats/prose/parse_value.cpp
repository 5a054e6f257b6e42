// Values and pipes.
#include <fmt/format.h>

#include "formats/prose/parser_state.h"
#include "model/mistakes.h"

namespace ws::prose {
namespace {

constexpr std::size_t kDeepestValue = 100;

}  // namespace

Expression Parser::expression() {
  if (++depth_ > kDeepestValue + 200) {
    reader_.diagnostics().error(mistakes::limit_exceeded, reader_.peek().place,
                                "this value is nested too deeply", "");
    --depth_;
    return {};
  }
  Expression out = primary();
  while (reader_.is_at_mark("+") || reader_.is_at_mark("-")) {
    Expression sum;
    sum.kind = Expression::Kind::sum;
    sum.place = out.place;
    sum.text = reader_.take().word;
    sum.items.push_back(std::move(out));
    sum.items.push_back(primary());
    out = std::move(sum);
  }
  --depth_;
  return out;
}

Expression Parser::primary() {
  const Token& token = reader_.peek();
  Expression out;
  out.place = token.place;
  if (token.kind == TokenKind::string || token.kind == TokenKind::discretion) {
    out.kind =
        token.kind == TokenKind::string ? Expression::Kind::text : Expression::Kind::discretion;
    out.words = reader_.take().text;
    return out;
  }
  if (token.kind == TokenKind::number) {
    out.kind = Expression::Kind::number;
    out.text = reader_.take().word;
    return out;
  }
  if (token.is("-") && reader_.peek(1).kind == TokenKind::number) {
    reader_.take();
    out.kind = Expression::Kind::number;
    out.text = "-" + reader_.take().word;
    out.place.length += static_cast<std::uint32_t>(out.text.size() - 1);
    return out;
  }
  if (token.is("[")) return list();
  if (token.is("{")) return object();
  if (token.is_word("true") || token.is_word("false")) {
    out.kind = Expression::Kind::boolean;
    out.text = reader_.take().word;
    return out;
  }
  if (token.is_word("null")) {
    reader_.take();
    out.kind = Expression::Kind::null;
    return out;
  }
  if (token.kind == TokenKind::name) return name_path();
  reader_.unexpected("a value");
  return out;
}

// a, a.b
Expression Parser::name_path() {
  Expression out;
  out.kind = Expression::Kind::name;
  out.place = reader_.peek().place;
  out.names.push_back(reader_.take().word);
  while (reader_.is_at_mark(".")) {
    reader_.take();
    const Place place = reader_.peek().place;
    Name next = reader_.expect_name("a name behind '.'");
    out.names.push_back(std::move(next.text));
    out.place.length = place.offset + place.length - out.place.offset;
  }
  return out;
}

Expression Parser::list() {
  Expression out;
  out.kind = Expression::Kind::list;
  out.place = reader_.take().place;
  while (!reader_.is_at_mark("]")) {
    const std::size_t errors = reader_.diagnostics().error_count();
    Expression item = expression();
    if (reader_.diagnostics().error_count() > errors) return out;
    out.items.push_back(std::move(item));
    if (!reader_.take_mark(",")) break;
  }
  reader_.expect_mark("]", "at the end of the list");
  return out;
}

bool Parser::object_member(Expression& out) {
  Name name;
  if (reader_.is_at(TokenKind::name)) {
    name = TokenReader::name_of(reader_.peek());
  } else if (reader_.is_at(TokenKind::string) && reader_.peek(1).is(":")) {
    name = {reader_.peek().text.plain(), reader_.peek().place};
  } else {
    reader_.unexpected("the name of a member");
    return false;
  }
  const std::size_t errors = reader_.diagnostics().error_count();
  Expression value;
  if (reader_.peek(1).is(":")) {
    reader_.take();
    reader_.take();
    value = expression();
  } else {
    value = name_path();
    name.text = value.names.back();
  }
  out.members.emplace_back(std::move(name), std::move(value));
  return reader_.diagnostics().error_count() == errors;
}

// { a, b }, { a: value, b }
Expression Parser::object() {
  Expression out;
  out.kind = Expression::Kind::object;
  out.place = reader_.take().place;
  while (!reader_.is_at_mark("}")) {
    if (!object_member(out)) return out;
    if (!reader_.take_mark(",")) break;
  }
  reader_.expect_mark("}", "at the end of the object");
  return out;
}

bool Parser::stage(PipeBody& out) {
  PipeStage made;
  made.place = reader_.peek().place;
  const std::string word = reader_.is_at(TokenKind::name) ? reader_.peek().word : std::string();
  if (word == "map") {
    made.kind = PipeStage::Kind::map;
  } else if (word == "pmap") {
    made.kind = PipeStage::Kind::parallel_map;
  } else if (word == "filter") {
    made.kind = PipeStage::Kind::filter;
  } else if (word == "reduce") {
    made.kind = PipeStage::Kind::reduce;
  } else {
    reader_.unexpected("map, pmap, filter or reduce behind '|'");
    return false;
  }
  reader_.take();
  made.item = {"item", made.place};
  if (made.kind == PipeStage::Kind::reduce) {
    if (!reader_.expect_mark("(", "and two names behind 'reduce'")) return false;
    made.accumulator = reader_.expect_name("a name for what has been gathered");
    if (!reader_.expect_mark(",", "between the two names of 'reduce'")) return false;
    made.item = reader_.expect_name("a name for the item");
    if (!reader_.expect_mark(")", "behind the two names of 'reduce'")) return false;
  }
  if (!reader_.expect_mark(":", fmt::format("behind '{}'", word))) return false;
  if (reader_.is_at_line_end()) {
    made.statements = full_block(fmt::format("'{}'", word));
  } else if (std::optional<Statement> inner = statement()) {
    made.statements.push_back(std::move(*inner));
  }
  out.stages.push_back(std::move(made));
  return true;
}

std::optional<Body> Parser::pipe(Expression list) {
  PipeBody out;
  out.list = std::move(list);
  while (reader_.take_mark("|")) {
    if (!stage(out)) return std::nullopt;
  }
  return Body(std::move(out));
}

}  // namespace ws::prose
