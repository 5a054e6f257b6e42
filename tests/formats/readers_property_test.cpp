// Random documents, written as JSON and as YAML, read back equal.
#include <random>

#include <fmt/format.h>

#include "formats/json_mistake.h"
#include "reading.h"
#include "support/catch.h"

using namespace ws;
using namespace ws::test;

namespace {

class RandomDocument {
 public:
  explicit RandomDocument(unsigned seed) : random_(seed) {}

  // One line of JSON in the spelling of written().
  std::string json(int depth) {
    switch (below(depth > 0 ? 7 : 5)) {
      case 0:
        return "null";
      case 1:
        return below(2) == 0 ? "true" : "false";
      case 2:
        return std::to_string(static_cast<std::int64_t>(random_()) >> below(63));
      case 3:
        return fmt::format("{}.5", static_cast<int>(below(2000)) - 1000);
      case 4:
        return string();
      case 5: {
        std::string out;
        for (unsigned i = below(5); i > 0; --i) out += (out.empty() ? "" : ",") + json(depth - 1);
        return "[" + out + "]";
      }
      default: {
        std::string out;
        unsigned number = 0;
        for (unsigned i = below(25); i > 0; --i) {
          out += out.empty() ? "" : ",";
          out += fmt::format("\"k{}{}:{}", number++, string().substr(1), json(depth - 1));
        }
        return "{" + out + "}";
      }
    }
  }

  unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }

 private:
  std::string string() {
    static const char* const kPieces[] = {
        "a",  "step-1",  " ",  ": ", "#",   "é",    "😀",    "{", "]",  ",",  "'", "\\\"",
        "- ", "\\u000a", "//", "/*", "$${", "null", "\\\\", "?", "&x", "*y", "!", "\\u0009"};
    std::string out;
    for (unsigned i = below(6); i > 0; --i) out += kPieces[below(std::size(kPieces))];
    return "\"" + out + "\"";
  }

  std::mt19937_64 random_;
};

// The same value as YAML in block style.
std::string block_yaml(const Value& value, std::size_t indentation) {
  const std::string start = "\n" + std::string(indentation, ' ');
  std::string out;
  if (value.is_array() && value.size() > 0) {
    for (const Value item : value.items()) out += start + "- " + block_yaml(item, indentation + 2);
    return out;
  }
  if (value.is_object() && value.size() > 0) {
    for (const Member& member : value.members()) {
      std::string key = "'";
      for (const char c : member.key) key += c == '\'' ? "''" : std::string(1, c);
      const bool needs_escapes = member.key.find_first_of("\n\t") != std::string_view::npos;
      if (needs_escapes) key = "\"" + std::to_string(out.size());
      out += start + key + (needs_escapes ? "\"" : "'") + ": " +
             block_yaml(member.value, indentation + 2);
    }
    return out;
  }
  return written(value);
}

// With the spaces, line breaks and comments that JSON and our reader allow.
std::string spread(const std::string& json, RandomDocument& random) {
  std::string out;
  bool is_inside = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (is_inside && c == '\\') {
      out += c;
      out += json[++i];
      continue;
    }
    if (c == '"') is_inside = !is_inside;
    out += c;
    if (!is_inside && std::string_view("[]{}:,").find(c) != std::string_view::npos) {
      static const char* const kFiller[] = {"", " ", "\n  ", "\t", "/* x, \" */", "// {\n", "\r\n"};
      out += kFiller[random.below(std::size(kFiller))];
    }
  }
  return out;
}

}  // namespace

TEST_CASE("random documents read back equal as JSON") {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    RandomDocument random(seed);
    const std::string text = random.json(4);
    INFO("seed " << seed << "\n" << text);
    REQUIRE(written(json(text)) == text);
    REQUIRE(written(json(spread(text, random))) == text);
    REQUIRE_FALSE(find_json_mistake(text));
  }
}

TEST_CASE("random JSON documents read the same as YAML") {
  for (unsigned seed = 0; seed < 1000; ++seed) {
    RandomDocument random(seed);
    const std::string text = random.json(4);
    INFO("seed " << seed << "\n" << text);
    // yaml-cpp limits a key in flow style to 1024 characters; these are far below.
    REQUIRE(written(yaml(text)) == text);
  }
}

TEST_CASE("random documents read back equal as YAML in block style") {
  for (unsigned seed = 0; seed < 1000; ++seed) {
    RandomDocument random(seed);
    const Reading original = json(random.json(4));
    const std::string text = block_yaml(original.document->root(), 0);
    const Reading reading = yaml(text);
    INFO("seed " << seed << "\n" << text << "\n" << reading.errors());
    REQUIRE(reading.document);
    REQUIRE(reading.document->node_count() == original.document->node_count());
  }
}

TEST_CASE("a random change to a JSON text is read, or refused by both readers alike") {
  for (unsigned seed = 0; seed < 5000; ++seed) {
    RandomDocument random(seed);
    std::string text = random.json(3);
    static const char kBytes[] = "{}[]:,\"\\0e-.tn \n";
    for (unsigned i = 0; i <= random.below(3); ++i) {
      const std::size_t at = random.below(static_cast<unsigned>(text.size()));
      if (random.below(2) == 0)
        text.erase(at, 1);
      else
        text.insert(at, 1, kBytes[random.below(sizeof(kBytes) - 1)]);
      if (text.empty()) text = " ";
    }
    JsonOptions strict;
    strict.allow_comments = false;
    const Reading reading = json(text, strict);
    const std::string kind = reading.kind();
    if (kind == "duplicate-key" || kind == "several" || kind == "empty-file" || kind == "not-utf8")
      continue;
    INFO("seed " << seed << "\n" << text << "\n" << reading.errors());
    REQUIRE(reading.document.has_value() == !find_json_mistake(text).has_value());
  }
}
